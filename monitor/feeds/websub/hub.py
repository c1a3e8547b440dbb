"""Asks a hub for a lease, or to end one: one POST, redirects by hand, everything bounded."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import aiohttp

from monitor.errors import FetchError, FetchRefused
from monitor.feeds.fetching.fetch import Limits, bounded
from monitor.feeds.fetching.reasons import said
from monitor.feeds.fetching.refusals import check_address, target
from monitor.guard import as_sent

AGAIN = {307, 308}
"""Redirects that mean the same request once more."""
EXPLAINED = 1_000
"""Bytes of what a hub says to a request that it does not take."""


class HubClient:
    """Asks by a guarded session (``guard.guarded_session``)."""

    def __init__(self, session: aiohttp.ClientSession, limits: Limits) -> None:
        self._session = session
        self._limits = limits

    async def ask(self, hub: str, form: Mapping[str, str]) -> None:
        """Send a request. That it was taken says nothing yet: the hub will call back.

        Raises as ``fetch.bounded`` does.
        """
        async with bounded(hub, self._limits):
            await self._follow(hub, form)

    async def _follow(self, first: str, form: Mapping[str, str]) -> None:
        url = first
        for _ in range(self._limits.max_redirects + 1):
            check_address(url)
            if urlsplit(first).scheme == "https" != urlsplit(url).scheme:
                raise FetchRefused("the hub sends the secret on without encryption", url=first)
            async with self._post(url, form) as response:
                if response.status not in AGAIN:
                    return await _taken(response, url)
                url = target(url, response)
        raise FetchError(f"more than {self._limits.max_redirects} redirects", url=first)

    def _post(self, url: str, form: Mapping[str, str]) -> "aiohttp.client._RequestContextManager":
        return self._session.post(
            as_sent(url),
            data=form,
            headers={"User-Agent": self._limits.user_agent, "Accept-Encoding": "identity"},
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._limits.connect_timeout),
        )


async def _taken(response: aiohttp.ClientResponse, url: str) -> None:
    """Return if a hub has taken a request; else raise ``FetchError`` with what it says."""
    if 200 <= response.status < 300:
        return
    words = (await response.content.read(EXPLAINED)).decode("utf-8", "replace")
    told = f": {words}" if (words := said(words)) and "text/plain" in response.content_type else ""
    raise FetchError(f"HTTP {response.status} {said(response.reason)}".strip() + told, url=url)
