"""Servers that have several forms of a document are asked for the one that is wanted."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from pytest_httpserver import HTTPServer

from monitor import app
from monitor.clock import SystemClock
from monitor.config.settings import Settings

SETTINGS = Settings.model_validate(
    {"version": 1, "poll": {"allow_hosts": ["localhost"], "page_allow_hosts": ["localhost"]}}
)


@pytest.fixture
def page(httpserver: HTTPServer) -> str:
    httpserver.expect_request("/").respond_with_data("<p>News</p>", content_type="text/html")
    return httpserver.url_for("/")


def first_wish(httpserver: HTTPServer) -> str:
    """Return the kind of document that was asked for first of all."""
    return httpserver.log[0][0].headers["Accept"].partition(",")[0]


def test_a_feed_is_asked_for_as_a_feed(httpserver: HTTPServer, page: str) -> None:
    async def fetch() -> None:
        async with AsyncExitStack() as stack:
            await (await app.open_fetcher(stack, SETTINGS, ("localhost",))).fetch(page)

    asyncio.run(fetch())
    assert first_wish(httpserver) == "application/rss+xml"


def test_an_article_is_asked_for_as_a_page(httpserver: HTTPServer, page: str) -> None:
    async def fetch() -> None:
        async with AsyncExitStack() as stack:
            await (await app.open_page_fetcher(stack, SETTINGS)).fetch(page)

    asyncio.run(fetch())
    assert first_wish(httpserver) == "text/html"


def test_a_site_whose_feeds_are_looked_for_is_asked_for_its_page(httpserver: HTTPServer, page: str) -> None:
    async def discover() -> None:
        async with AsyncExitStack() as stack:
            discoverer = await app.open_discoverer(stack, SETTINGS, SystemClock(), ())
            await discoverer.discover(page, try_them=False)

    asyncio.run(discover())
    assert first_wish(httpserver) == "text/html"
