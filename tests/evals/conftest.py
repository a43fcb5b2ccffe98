"""The engine that the tests of `app` use."""

from tests.app.conftest import engine

__all__ = ["engine"]
