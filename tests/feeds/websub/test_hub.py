"""Asking a hub over real sockets."""

import asyncio
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext

import pytest

from monitor.errors import FetchError, FetchRefused, Unavailable
from monitor.feeds.fetching.fetch import Limits
from monitor.feeds.websub.hub import HubClient
from monitor.guard import guarded_session
from tests.feeds.websub.hub import Hub, hub
from tests.files import no_more_files
from tests.hostile.server import http, server

FORM = {"hub.mode": "subscribe", "hub.topic": "https://news.example/a?b=1&c=é", "hub.secret": "s"}


@pytest.fixture
def here() -> Iterator[Hub]:
    with hub() as served:
        served.verifies = False
        yield served


def ask(
    url: str,
    allow: tuple[str, ...] = ("127.0.0.1",),
    timeout: float = 10,
    files: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> None:
    async def once() -> None:
        async with guarded_session(allow, limit=1) as session:
            limits = Limits(timeout=timeout, max_redirects=2, allowed_by="websub.allow_hosts")
            with files():
                await HubClient(session, limits).ask(url, FORM)

    asyncio.run(once())


def test_a_request_comes_as_it_was_meant(here: Hub) -> None:
    ask(here.url)
    assert here.asked == [FORM]


def test_its_address_is_asked_letter_by_letter() -> None:
    path = "/hub%7Ea/%2F?key=a%2bb%3D&t=%41&a[]=1"
    with server() as site:
        site.put(http(b"", "202 Accepted"), path.partition("?")[0])
        ask(site.url_for(path))
    assert site.asked[0].startswith(f"POST {path} HTTP/1.1")


def test_a_hub_at_a_private_address_is_not_asked_unless_it_is_allowed(here: Hub) -> None:
    with pytest.raises(FetchRefused, match=r"not a public address; allow its host in websub\.allow_hosts"):
        ask(here.url, allow=("localhost",))
    assert here.asked == []


def test_a_redirect_is_followed_with_the_same_request_but_not_to_private_addresses(here: Hub) -> None:
    with hub() as other:
        other.verifies = False
        here.redirect = other.url
        ask(here.url)
        assert other.asked == [FORM]
        here.redirect = other.url.replace("127.0.0.1", "127.0.0.2")
        with pytest.raises(
            FetchRefused, match=r"where it leads, 127\.0\.0\.2 is not a public address; allow that host"
        ):
            ask(here.url)
        assert len(other.asked) == 1
        here.redirect = here.url
        with pytest.raises(FetchError, match="more than 2 redirects"):
            ask(here.url)


def test_what_a_hub_says_when_it_refuses_is_told_on_one_plain_line(here: Hub) -> None:
    here.status, here.says = 403, "no\n such <b>topic</b> \x1b[31m" + "x" * 5000
    with pytest.raises(FetchError) as found:
        ask(here.url)
    assert re.fullmatch(r"HTTP 403 Forbidden: no such .*topic.*x+.?", str(found.value))
    assert len(str(found.value)) < 300
    assert "\x1b" not in str(found.value)


def test_a_hub_that_does_not_answer_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(FetchError, match=r"no whole answer within 0\.2 s"):
            ask(url, timeout=0.2)


def test_a_hub_is_not_to_blame_if_too_many_files_are_open(here: Hub) -> None:
    with pytest.raises(Unavailable, match="ulimit"):
        ask(here.url, files=no_more_files)
    assert here.asked == []


@pytest.mark.parametrize("url", ["ftp://hub.example/", "http://", "http://[::1"])
def test_other_addresses_are_not_asked(url: str) -> None:
    with pytest.raises(FetchError):
        ask(url)
