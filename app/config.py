"""The settings of the program that serves, a frozen value built once in `main`."""

import os
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from retrieval.settings import VARIABLES, RetrievalSettings, explain, gather


def _split(value: Any) -> Any:
    """Return what an environment variable lists, separated by commas."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Listed = Annotated[tuple[str, ...], BeforeValidator(_split)]


class Config(RetrievalSettings):
    """All settings. `local_numbers` are the telephone numbers shown in the text on acute concern.

    `feedback` says whether what people think of an answer is kept in the data folder (docs/feedback.md).
    `hosts` are the names people reach the server by, `origins` the other sites whose pages may ask it, `proxies` the
    addresses whose word on who is asking is believed; SECURITY.md tells when to set them, and the limits.
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    hosts: Listed = ()
    origins: Listed = ()
    proxies: Listed = ()
    most_bytes: int = Field(default=1_000_000, ge=10_000)
    seconds_per_request: float = Field(default=30, gt=0)
    requests_per_minute: int = Field(default=1200, ge=1)
    local_numbers: Mapping[str, str] = {}
    feedback: bool = True


SERVER_VARIABLES = {
    "host": "PROEV_HOST",
    "port": "PROEV_PORT",
    "feedback": "PROEV_FEEDBACK",
    "hosts": "PROEV_HOSTS",
    "origins": "PROEV_ORIGINS",
    "proxies": "PROEV_PROXIES",
    "most_bytes": "PROEV_MOST_BYTES",
    "seconds_per_request": "PROEV_SECONDS_PER_REQUEST",
    "requests_per_minute": "PROEV_REQUESTS_PER_MINUTE",
}


def load(environment: Mapping[str, str] = os.environ) -> Config:
    """Return the settings from the environment and the settings file. Raises ConfigError."""
    values = gather(environment, {**VARIABLES, **SERVER_VARIABLES})
    try:
        return Config(**values)
    except ValidationError as error:
        raise explain(error) from error
