from collections.abc import Iterator

import httpx
import pytest

from app.config import Config
from app.engine import Engine
from app.limits import client_key
from tests.app.conftest import serving
from tests.app.guarded import guarded

MOST = 20_000


def _code(response: httpx.Response) -> str:
    assert response.headers["content-type"] == "application/problem+json"
    return str(response.json()["code"])


def test_takes_a_body_up_to_the_limit() -> None:
    assert guarded(most_bytes=MOST).post("/api/length", content=b"x" * MOST).json() == MOST


def test_refuses_a_body_that_says_it_is_larger() -> None:
    response = guarded(most_bytes=MOST).post("/api/length", content=b"x" * (MOST + 1))
    assert (response.status_code, _code(response)) == (413, "RequestTooLarge")
    assert "Send mindre" in response.json()["detail"]


def test_refuses_a_larger_body_that_comes_in_pieces() -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 1000

    response = guarded(most_bytes=MOST).post("/api/length", content=pieces())
    assert (response.status_code, _code(response)) == (413, "RequestTooLarge")


def test_takes_a_small_body_that_comes_in_pieces() -> None:
    assert guarded(most_bytes=MOST).post("/api/length", content=iter([b"abc", b"de"])).json() == 5


def test_refuses_what_is_not_begun_in_time() -> None:
    response = guarded(seconds_per_request=0.05).get("/api/slow")
    assert (response.status_code, _code(response)) == (503, "TooSlow")
    assert response.headers["retry-after"] == "1"


def test_leaves_what_is_in_time_alone() -> None:
    assert guarded(seconds_per_request=5).get("/api/slow").json() == "endelig"


def test_refuses_a_client_that_asks_too_often_and_says_when_to_come_back() -> None:
    client = guarded(requests_per_minute=3)
    codes = [client.post("/api/length", content=b"x").status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    response = client.post("/api/length", content=b"x")
    assert _code(response) == "TooManyRequests"
    assert 1 <= int(response.headers["retry-after"]) <= 60


def test_pages_are_not_counted() -> None:
    client = guarded(requests_per_minute=1)
    assert [client.get("/page").status_code for _ in range(5)] == [200] * 5


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("testclient", "testclient", True),
    ],
)
def test_a_client_is_its_address_or_its_site(one: str, other: str, same: bool) -> None:
    keys = [client_key({"type": "http", "client": (host, 1)}) for host in (one, other)]
    assert (keys[0] == keys[1]) is same


@pytest.mark.parametrize(("proxies", "statuses"), [((), [200, 429, 429]), (("127.0.0.1",), [200, 200, 200])])
def test_a_forwarded_address_counts_only_from_a_known_proxy(
    engine: Engine, proxies: tuple[str, ...], statuses: list[int]
) -> None:
    config = Config(data=engine.config.data, requests_per_minute=1, proxies=proxies)
    with serving(config, engine) as address:
        found = [
            httpx.get(f"{address}/api/v1/documents", headers={"x-forwarded-for": f"192.0.2.{n}"}).status_code
            for n in range(3)
        ]
    assert found == statuses
