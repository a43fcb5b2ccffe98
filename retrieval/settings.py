"""The settings that indexing and serving share, read once by whichever program starts."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import ConfigError
from corpus.manifest import CORPUS
from retrieval.embed import TUNED, Embedder, make_embedder
from retrieval.index import ServerIndex
from retrieval.storage import Storage


class RetrievalSettings(BaseModel):
    """Where the index is and which model makes its vectors."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path
    model: str = TUNED
    qdrant_url: str | None = None
    qdrant_api_key: str | None = None

    @property
    def storage(self) -> Storage:
        """The folders under the data folder."""
        return Storage(self.data)

    def embedder(self) -> Embedder:
        """Return the embedder the model setting names. Raises ConfigError or StorageFull."""
        return make_embedder(self.model, self.storage.models)

    def connect(self) -> Any:
        """Return a Qdrant client, or None where the embedded engine is used. Raises ServerUnreachable."""
        if self.qdrant_url is None:
            return None
        return ServerIndex.connect(self.qdrant_url, self.qdrant_api_key)


VARIABLES = {
    "data": "PROEV_DATA",
    "model": "PROEV_MODEL",
    "qdrant_url": "QDRANT_URL",
    "qdrant_api_key": "QDRANT_API_KEY",
}


def default_data_folder() -> Path:
    """Return `data` in the checkout, or a folder of the user's where the package is installed without one."""
    checkout = CORPUS.parent
    return checkout / "data" if (checkout / "pyproject.toml").is_file() else user_data_path("proev-foerst")


def read_file(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings file's content: the file PROEV_CONFIG names, else proev.toml in the data folder.

    Raises ConfigError when the named file is not there or the file cannot be read.
    """
    named = environment.get("PROEV_CONFIG")
    folder = Path(environment.get("PROEV_DATA") or default_data_folder())
    path = Path(named) if named else folder / "proev.toml"
    if not named and not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"Indstillingsfilen {path} kan ikke læses: {error}.", "Ret den, og prøv igen.") from error


def gather(environment: Mapping[str, str], variables: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings file's values, those of the environment's `variables` over them."""
    values = read_file(environment)
    values.update({name: environment[variable] for name, variable in variables.items() if environment.get(variable)})
    values.setdefault("data", default_data_folder())
    return values


def explain(error: ValidationError) -> ConfigError:
    """Return the first fault of a settings value as an error a person can act on."""
    fault = error.errors()[0]
    name = ".".join(str(part) for part in fault["loc"])
    return ConfigError(f"Indstillingen {name} kan ikke bruges: {fault['msg']}.", "Ret den, og prøv igen.")


def load(environment: Mapping[str, str] = os.environ) -> RetrievalSettings:
    """Return the shared settings from the environment and the settings file. Raises ConfigError."""
    values = gather(environment, VARIABLES)
    try:
        return RetrievalSettings(**{name: values[name] for name in RetrievalSettings.model_fields if name in values})
    except ValidationError as error:
        raise explain(error) from error
