"""retrieval/settings.py: settings come from the environment, then the file, then the defaults."""

from pathlib import Path

import pytest

from corpus.errors import ConfigError, ServerUnreachable
from retrieval import settings
from retrieval.storage import Storage


def test_defaults_need_no_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "default_data_folder", lambda: tmp_path)
    found = settings.load({})
    assert (found.data, found.model, found.qdrant_url) == (tmp_path, "tuned", None)
    assert found.storage == Storage(tmp_path)
    assert found.connect() is None


def test_checkout_keeps_its_data_beside_the_code() -> None:
    assert settings.default_data_folder() == Path(settings.__file__).parent.parent / "data"


def test_environment_is_read(tmp_path: Path) -> None:
    environment = {"PROEV_DATA": str(tmp_path), "PROEV_MODEL": "min-model", "QDRANT_URL": "http://q:6333"}
    found = settings.load(environment)
    assert (found.data, found.model, found.qdrant_url) == (tmp_path, "min-model", "http://q:6333")


def test_file_in_the_data_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "proev.toml").write_text('model = "fra-filen"\n', "utf-8")
    assert settings.load({"PROEV_DATA": str(tmp_path)}).model == "fra-filen"


def test_environment_goes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "proev.toml").write_text('model = "fra-filen"\n', "utf-8")
    assert settings.load({"PROEV_DATA": str(tmp_path), "PROEV_MODEL": "fra-miljøet"}).model == "fra-miljøet"


def test_empty_variable_is_no_setting(tmp_path: Path) -> None:
    assert settings.load({"PROEV_DATA": str(tmp_path), "PROEV_MODEL": "", "QDRANT_URL": ""}).model == "tuned"


def test_named_file_is_read_and_may_name_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "min.toml").write_text(f'data = "{tmp_path}/andet"\n', "utf-8")
    assert settings.load({"PROEV_CONFIG": str(tmp_path / "min.toml")}).data == tmp_path / "andet"


@pytest.mark.parametrize("content", [None, b"model = ", b"\xff\xfe", b'model = "f\xe5"'])
def test_named_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "min.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"min\.toml") as caught:
        settings.load({"PROEV_CONFIG": str(path)})
    assert caught.value.fix


def test_value_of_the_wrong_kind_is_named(tmp_path: Path) -> None:
    (tmp_path / "proev.toml").write_text("model = 7\n", "utf-8")
    with pytest.raises(ConfigError, match="model"):
        settings.load({"PROEV_DATA": str(tmp_path)})


def test_server_that_does_not_answer_is_told_when_connecting(tmp_path: Path) -> None:
    found = settings.load({"PROEV_DATA": str(tmp_path), "QDRANT_URL": "http://127.0.0.1:9"})
    with pytest.raises(ServerUnreachable, match="QDRANT_URL"):
        found.connect()


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        settings.load({"PROEV_DATA": "x"}).model = "andet"  # type: ignore[misc]
