"""Fetches a feed: one conditional GET, redirects by hand, everything bounded."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import aiohttp

from monitor.errors import FetchError, check_room
from monitor.feeds.fetching.reasons import said
from monitor.feeds.fetching.refusals import check_address, plain, target, without_login
from monitor.feeds.fetching.unpack import BodyTooLarge, BrokenBody, Unpacker, unwrap
from monitor.feeds.websub.offer import NOTHING, HubOffer, links_of, offer_of
from monitor.guard import as_sent
from monitor.headers import fresh_for, retry_after, sent

REDIRECTS = {301, 302, 303, 307, 308}
PERMANENT = {301, 308}
GOOD = {200, 203}
"""With the whole feed, from its own server or by way of one that has changed it."""
PORTS = {"http": 80, "https": 443}
FEEDS = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
PAGES = "text/html, application/xhtml+xml, */*;q=0.5"
"""What is asked for, as HTTP has it: feeds, or articles for people."""
LONGEST_VALIDATOR = 1024
UNAUTHORIZED, UNMET = 401, 412
TURN = 16 * 1024
"""Bytes of a body that are read before others have their turn: each may have come as a chunk of its own."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds, sizes in bytes."""

    timeout: float = 30.0
    """For everything: connecting, redirects, the whole body."""
    connect_timeout: float = 10.0
    max_body: int = 15 * 1024 * 1024
    """Counted after decompression."""
    max_redirects: int = 5
    user_agent: str = "monitor"
    accept: str = FEEDS
    """What servers that have several forms of a document are to send."""
    allowed_by: str = "poll.allow_hosts"
    """The setting that allows private addresses, for people."""
    unverified_by: str = ""
    """The setting that takes a server as it is, without a valid certificate, for people; if there is one."""


@dataclass(frozen=True, slots=True)
class Validators:
    """By what a server may say that nothing has changed. Where they came from, they are sent to."""

    etag: str | None = None
    last_modified: str | None = None
    origin: str | None = None
    """``None``: that of the address that is asked for."""

    @property
    def conditions(self) -> dict[str, str]:
        """Return the headers that tell them."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


NEVER_ASKED = Validators()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A good answer. ``permanent_url`` is where lasting redirects lead, if the way begins with such."""

    url: str
    status: int
    body: bytes = b""
    content_type: str = ""
    etag: str | None = None
    last_modified: str | None = None
    permanent_url: str | None = None
    fresh_for: float = 0.0
    """Seconds for which the server calls it fresh."""
    offer: HubOffer = NOTHING
    """What its headers say of a hub."""
    links: tuple[str, ...] = ()
    """Its ``Link`` headers."""
    unconditional: bool = False
    """It is a second answer: the first, to a request with conditions, was of no use."""

    @property
    def origin(self) -> str:
        """Return where its validators belong."""
        return _origin(self.url)

    @property
    def not_modified(self) -> bool:
        """Return whether the server says that nothing has changed."""
        return self.status == 304


@dataclass(frozen=True, slots=True)
class _Ask:
    """What holds for one origin and for no other: secrets, conditions, and trust."""

    origin: str
    secrets: Mapping[str, str] = field(repr=False)
    unless_at: str
    unless: Mapping[str, str]
    verify_tls: bool

    def verifies(self, url: str) -> bool:
        """Return whether the server at this address has to prove that it is the one."""
        return self.verify_tls or _origin(url) != self.origin

    def headers(self, url: str) -> dict[str, str]:
        """Return what is sent to this address."""
        secrets = self.secrets if _origin(url) == self.origin else {}
        return {**secrets, **self.conditions(url)}

    def conditions(self, url: str) -> Mapping[str, str]:
        """Return on what this address need not send a body."""
        return self.unless if _origin(url) == self.unless_at else {}

    def withheld(self, url: str) -> str:
        """Return in plain words what this address would need to have, and has not."""
        if not self.secrets or _origin(url) == self.origin:
            return ""
        what = "login was" if "Authorization" in self.secrets else "headers were"
        parts = urlsplit(without_login(url))
        return (
            f"; the {what} not sent on to {parts.scheme}://{parts.netloc}: the feed's own address is another"
        )


@asynccontextmanager
async def bounded(url: str, limits: Limits) -> AsyncIterator[None]:
    """End in time whatever is asked of ``url`` within the block.

    Raises ``FetchError`` with a plain reason why it failed, ``FetchRefused`` for an address that monitor does
    not connect to, and ``Unavailable`` if nothing is wrong but that too many files are open.
    """
    try:
        async with asyncio.timeout(limits.timeout):
            yield
    except aiohttp.ClientError as error:  # before TimeoutError, for some are both
        check_room(error)
        raise plain(error, url, limits.allowed_by, limits.unverified_by) from error
    except TimeoutError as error:
        raise FetchError(f"no whole answer within {limits.timeout:g} s", url=url, reached=None) from error
    except ValueError as error:
        raise FetchError("not a usable address or answer", url=url) from error


class Fetcher:
    """Fetches by a guarded session (``guard.guarded_session``)."""

    def __init__(self, session: aiohttp.ClientSession, limits: Limits) -> None:
        self._session = session
        self._limits = limits
        self._headers = {
            "User-Agent": limits.user_agent,
            "Accept": limits.accept,
            "Accept-Encoding": "gzip, deflate",
        }
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=limits.connect_timeout)

    async def fetch(
        self,
        url: str,
        *,
        unless: Validators = NEVER_ASKED,
        headers: Mapping[str, str] | None = None,
        login: tuple[str, str] | None = None,
        verify_tls: bool = True,
        on_redirect: Callable[[str], Awaitable[None]] | None = None,
    ) -> Fetched:
        """Get ``url`` unless it has not changed since it had these validators.

        ``headers`` and ``login`` are secrets: they go to the origin of ``url`` only. Unless ``verify_tls``,
        the certificate of that origin is not looked at; those of others are. ``on_redirect`` is given each
        further address before it is asked for, and may raise. Raises as ``bounded`` does.
        """
        secrets = dict(headers or {})
        async with bounded(url, self._limits):
            if login:
                secrets["Authorization"] = aiohttp.encode_basic_auth(*login)
            origin = _origin(url)
            ask = _Ask(origin, secrets, unless.origin or origin, unless.conditions, verify_tls)
            try:
                return await self._follow(url, ask, on_redirect)
            except (aiohttp.ClientResponseError, FetchError) as error:
                if not ask.unless or (isinstance(error, FetchError) and error.status != UNMET):
                    raise
            # Some servers send a body after "not modified", where none may be, or
            # take a condition for one that is to be met: ask for the whole.
            whole = await self._follow(url, replace(ask, unless={}), on_redirect)
            return replace(whole, unconditional=True)

    async def _follow(
        self, first: str, ask: _Ask, on_redirect: Callable[[str], Awaitable[None]] | None
    ) -> Fetched:
        url, permanent, moved = first, True, None
        seen = {first}
        for _ in range(self._limits.max_redirects + 1):
            check_address(url)
            async with self._request(url, ask) as response:
                if response.status not in REDIRECTS:
                    return await self._read(response, url, moved, ask)
                permanent = permanent and response.status in PERMANENT
                url = target(url, response)
                moved = url if permanent else moved
            if url in seen:
                raise FetchError(f"a loop of redirects at {without_login(url)}", url=first)
            seen.add(url)
            if on_redirect:
                check_address(url)
                await on_redirect(url)
        raise FetchError(f"more than {self._limits.max_redirects} redirects", url=first)

    def _request(self, url: str, ask: _Ask) -> "aiohttp.client._RequestContextManager":
        headers = {**self._headers, **ask.headers(url)}
        return self._session.get(
            as_sent(url),
            headers=headers,
            allow_redirects=False,
            timeout=self._timeout,
            ssl=ask.verifies(url),  # of connections that are kept, those of its kind only are used again
        )

    async def _read(
        self, response: aiohttp.ClientResponse, url: str, moved: str | None, ask: _Ask
    ) -> Fetched:
        status = response.status
        if status == 304 and not ask.conditions(url):
            raise FetchError("HTTP 304 Not Modified, though that was not asked", url=url, status=status)
        now = datetime.now(UTC)
        fresh = fresh_for(response.headers, now)
        if status == 304:
            return Fetched(url, 304, permanent_url=moved, fresh_for=fresh)
        if status not in GOOD:
            reason = f"HTTP {status} {said(response.reason)}".strip()
            reason += ask.withheld(url) if status == UNAUTHORIZED else ""
            asked = retry_after(response.headers.get("Retry-After", ""), sent(response.headers, now))
            raise FetchError(reason, url=url, status=status, retry_after=asked, permanent_url=moved)
        body = await self._body(response, url)
        links = tuple(response.headers.getall("Link", ()))
        return Fetched(
            url,
            200,
            body,
            response.headers.get("Content-Type", "")[:200],
            _validator(response.headers.get("ETag")),
            _validator(response.headers.get("Last-Modified")),
            moved,
            fresh,
            offer_of(links_of(links, str(response.url))),
            links,
        )

    async def _body(self, response: aiohttp.ClientResponse, url: str) -> bytes:
        try:
            unpacker = Unpacker(response.headers.get("Content-Encoding", ""), self._limits.max_body)
            async for chunk in response.content.iter_chunked(TURN):
                unpacker.feed(chunk)
                await asyncio.sleep(0)  # others have their turn, though there is always more to read
            return unwrap(unpacker.finish(), self._limits.max_body)
        except BodyTooLarge as error:
            raise FetchError(f"the body is larger than {self._limits.max_body} bytes", url=url) from error
        except BrokenBody as error:
            raise FetchError(str(error), url=url) from error


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or PORTS.get(parts.scheme)}"


def _validator(value: str | None) -> str | None:
    """Return an ETag or date worth keeping: one that can be sent back as it is."""
    sane = value is not None and len(value) <= LONGEST_VALIDATOR and value.isascii() and value.isprintable()
    return value if sane else None
