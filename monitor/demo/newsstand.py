"""Serves the sample feeds over HTTP on this machine, as polite outlets do: with ETag and 304."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from types import TracebackType
from typing import Self

from aiohttp import ETag, web
from aiohttp.typedefs import Handler

from monitor.demo.samples import FEEDS, Sample, render

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class _Edition:
    """A rendered sample with its entity tag."""

    sample: Sample
    etag: str


class Newsstand:
    """An HTTP server with one path for each sample feed, on a free port of 127.0.0.1.

    Use it with ``async with``. Dates in the feeds count from ``now``, so the feeds never change while it is
    open and whoever sends back the ETag gets a 304.
    """

    def __init__(self, now: datetime) -> None:
        self._editions = {f"/{feed.file}": _edition(render(feed.id, now)) for feed in FEEDS}
        self._paths = {feed.id: f"/{feed.file}" for feed in FEEDS}
        self._requests: Counter[tuple[str, int]] = Counter()
        self._runner: web.AppRunner | None = None

    @property
    def requests(self) -> Mapping[tuple[str, int], int]:
        """Return how often each path was answered with each HTTP status: ``{("/azimut.rdf", 304): 2}``."""
        return dict(self._requests)

    @property
    def port(self) -> int:
        """Return the port it listens on. Raises RuntimeError unless it is open."""
        if self._runner is None:
            raise RuntimeError("the newsstand is closed")
        return int(self._runner.addresses[0][1])

    def url(self, sample_id: str) -> str:
        """Return the address of a sample feed. Raises KeyError for an unknown id."""
        return f"http://{HOST}:{self.port}{self._paths[sample_id]}"

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._counted])
        app.router.add_get("/{file}", self._serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, 0).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _serve(self, request: web.Request) -> web.Response:
        edition = self._editions.get(request.path)
        if edition is None:
            raise web.HTTPNotFound
        known = any(tag.value in (edition.etag, "*") for tag in request.if_none_match or ())
        if known:
            response = web.Response(status=304)
        else:
            response = web.Response(
                body=edition.sample.body, headers={"Content-Type": edition.sample.content_type}
            )
        response.etag = ETag(edition.etag)
        return response

    @web.middleware
    async def _counted(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await handler(request)
        except web.HTTPException as refusal:
            self._requests[request.path, refusal.status] += 1
            raise
        self._requests[request.path, response.status] += 1
        return response


def _edition(sample: Sample) -> _Edition:
    return _Edition(sample, sha256(sample.body).hexdigest()[:32])
