"""The settings of the program that serves, a frozen value built once in `main`."""

import os
from collections.abc import Mapping

from pydantic import Field, ValidationError

from retrieval.settings import VARIABLES, RetrievalSettings, explain, gather


class Config(RetrievalSettings):
    """All settings. `local_numbers` are the telephone numbers shown in the text on acute concern.

    `feedback` says whether what people think of an answer is kept in the data folder (docs/feedback.md).
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    local_numbers: Mapping[str, str] = {}
    feedback: bool = True


def load(environment: Mapping[str, str] = os.environ) -> Config:
    """Return the settings from the environment and the settings file. Raises ConfigError."""
    values = gather(
        environment, {**VARIABLES, "host": "PROEV_HOST", "port": "PROEV_PORT", "feedback": "PROEV_FEEDBACK"}
    )
    try:
        return Config(**values)
    except ValidationError as error:
        raise explain(error) from error
