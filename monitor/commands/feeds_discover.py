"""``monitor feeds discover``: which feeds a site has, and what to write into feeds.yaml for them."""

import asyncio
import os
import re
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from monitor import app
from monitor.articles.normalize import one_line
from monitor.clock import SystemClock
from monitor.commands.door import check_hosts, not_fetched, warnings_to_stderr
from monitor.commands.feeds_check import outcome
from monitor.commands.lines import print_json
from monitor.config.codes import LANGUAGES
from monitor.config.feedlist import written
from monitor.config.load import load
from monitor.config.newfeeds import NewFeeds, NotTaken
from monitor.config.settings import FeedSettings, Settings
from monitor.config.words import UNPRINTABLE
from monitor.errors import FetchError, MonitorError, ParseError
from monitor.feeds.discovery import USUAL, Discovery, Offer
from monitor.feeds.document.links import TITLE, fetchable
from monitor.feeds.fetching.refusals import without_login

FOUND = {
    "itself": "This address is a feed",
    "page": "The page offers",
    "link": "The page has links to",
    "guess": "The page offers no feed; found where many sites have theirs",
}
_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.-]*://", re.IGNORECASE)
"""Other addresses may well have one within: ``?next=https://...``."""
LOGIN = '  # the login is not in these addresses: add login: {username: me, password: "${FEED_PASSWORD}"}'
"""For people who gave one in the address, where feeds.yaml takes none."""


def discover(
    url: str, config: Path | None, *, allow_hosts: tuple[str, ...], try_them: bool, as_json: bool
) -> int:
    """Print the feeds to be had at ``url``, a page's or a feed's; exit 1 if there is none that works."""
    warnings_to_stderr()
    check_hosts(allow_hosts)
    settings = load(config, os.environ, secrets=False).settings if config else Settings(version=1)
    whole = fetchable(url)
    whole = whole if _SCHEME.match(whole) else f"https://{whole}"
    try:
        found = asyncio.run(_discovered(whole, settings, allow_hosts, try_them=try_them))
    except (FetchError, ParseError) as error:
        raise not_fetched(whole, error) from error
    logged_in = found != _without_logins(found)
    found, shown = _without_logins(found), without_login(whole)
    for problem in found.problems:
        print(f"warning: {shown}: {problem}", file=sys.stderr)
    if not found.offers:
        usual = ", ".join(f"/{name}" for name in USUAL)
        tried = (
            f", and there is none at {usual}, neither below it nor at the root of the site"
            if try_them
            else ""
        )
        raise MonitorError(f"{shown}: the page offers no feed{tried}")
    if as_json:
        for offer in found.offers:
            print_json(_row(found, offer))
    else:
        _show(found, logged_in=logged_in)
    return 0 if any(offer.usable for offer in found.offers) else 1


async def _discovered(
    url: str, settings: Settings, allow_hosts: tuple[str, ...], *, try_them: bool
) -> Discovery:
    async with AsyncExitStack() as stack:
        discoverer = await app.open_discoverer(stack, settings, SystemClock(), allow_hosts)
        return await discoverer.discover(url, try_them=try_them)


def _without_logins(found: Discovery) -> Discovery:
    """Return what was found as people may see it: a page's login is in the addresses that it offers, too."""
    return replace(found, offers=tuple(map(_seen, found.offers)))


def _seen(offer: Offer) -> Offer:
    return replace(offer, link=replace(offer.link, url=without_login(offer.link.url)))


def _row(found: Discovery, offer: Offer) -> dict[str, object]:
    row = {"url": offer.link.url, "title": _name(offer), "from": found.origin}
    return row | (outcome(offer.tried) | {"language": offer.tried.language} if offer.tried else {})


def _show(found: Discovery, *, logged_in: bool) -> None:
    from monitor.commands.feed_tables import show_offers

    show_offers(FOUND[found.origin], [(_name(offer), offer) for offer in found.offers], datetime.now(UTC))
    if feeds := list(_feeds(found)):
        print("\nTo paste into feeds.yaml; add country, kind and family if you can:\n")
        if logged_in:
            print(LOGIN)
        print(written(feeds), end="")


def _name(offer: Offer) -> str:
    """Return what to call a feed: what it says itself, else the page, else its host."""
    titles = (offer.tried.title if offer.tried else "", offer.link.title)
    said = (UNPRINTABLE.sub("", one_line(title, TITLE)[0]) for title in titles)
    return next(filter(None, said), "") or urlsplit(offer.link.url).netloc


def _feeds(found: Discovery) -> Iterator[FeedSettings]:
    """Yield the feeds that may be listed, with ids of their own."""
    new = NewFeeds()
    for offer in found.offers:
        if offer.usable and (feed := _settings(offer, new)):
            yield feed


def _settings(offer: Offer, new: NewFeeds) -> FeedSettings | None:
    url = (offer.tried.moved_to if offer.tried else None) or offer.link.url
    language = offer.tried.language if offer.tried else None
    known = {"language": language} if language in LANGUAGES else {}
    for outlet in (_name(offer), urlsplit(url).netloc):  # a title may be one that settings do not allow
        with suppress(NotTaken):
            return new.take({"outlet": outlet, "url": url} | known)
    return None
