from pathlib import Path

import pytest

from app.config import load
from corpus.errors import ConfigError


def test_reads_lists_and_limits_from_the_environment(tmp_path: Path) -> None:
    config = load(
        {
            "PROEV_DATA": str(tmp_path),
            "PROEV_HOSTS": "proev.kommune.dk, skole-pc",
            "PROEV_PROXIES": "10.0.0.1",
            "PROEV_REQUESTS_PER_MINUTE": "60",
        }
    )
    assert config.hosts == ("proev.kommune.dk", "skole-pc")
    assert config.proxies == ("10.0.0.1",)
    assert config.requests_per_minute == 60
    assert config.origins == ()


def test_reads_lists_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "proev.toml").write_text('origins = ["https://intranet.kommune.dk"]\n', "utf-8")
    assert load({"PROEV_DATA": str(tmp_path)}).origins == ("https://intranet.kommune.dk",)


@pytest.mark.parametrize("variable", ["PROEV_MOST_BYTES", "PROEV_SECONDS_PER_REQUEST", "PROEV_REQUESTS_PER_MINUTE"])
def test_a_limit_of_nothing_is_told(tmp_path: Path, variable: str) -> None:
    with pytest.raises(ConfigError, match="kan ikke bruges"):
        load({"PROEV_DATA": str(tmp_path), variable: "0"})
