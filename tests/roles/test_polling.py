"""Which feeds a process polls, while parts come and go and the configuration changes."""

import asyncio
import json
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from structlog.testing import capture_logs

from monitor import app
from monitor.clock import SystemClock
from monitor.config.load import Configuration, load
from monitor.errors import StoreUnavailable
from monitor.feeds.polls import Polled
from monitor.feeds.state import FeedState, FeedStates, Known, afresh
from monitor.metrics import Metrics
from monitor.model import Feed
from monitor.roles.part import Desk, InForce
from monitor.roles.polling import Polling
from monitor.roles.sending import Sending
from monitor.store.base import Stored
from monitor.stream.shares import part_of
from tests.feeds.faring import rewrite
from tests.journeys.world import SECRET, configure, until

PARTS = 4


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a configuration with feeds of forty hosts that nobody answers for."""
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    folder = configure(tmp_path / "config", "http://127.0.0.1:9", interval="1h")
    put_feeds(folder, range(40))
    return folder


def put_feeds(folder: Path, numbers: Sequence[int], path: str = "feed") -> None:
    feeds = [{"id": f"f{n}", "outlet": f"O{n}", "url": f"http://host{n}.example/{path}"} for n in numbers]
    (folder / "feeds.yaml").write_text(json.dumps({"version": 1, "feeds": feeds}))


def put_hook(folder: Path, url: str, *more: str) -> None:
    names = ["hook", *more]
    watchlist = {
        "version": 1,
        "topics": [{"id": "troops", "query": "troops", "alert": names}],
        "receivers": [{"name": n, "webhook": {"url": url, "secret": "${HOOK_SECRET}"}} for n in names],
    }
    (folder / "watchlist.yaml").write_text(json.dumps(watchlist))


@pytest.fixture
def backend(folder: Path) -> Iterator[app.Backend]:
    with app.open_backend(load(folder, os.environ).settings, SystemClock()) as opened:
        yield opened


def in_force(configuration: Configuration, backend: app.Backend) -> InForce:
    watch = app.watch_of(configuration, backend.store, SystemClock().now())
    return InForce(configuration, watch, app.subscriptions_of(configuration))


def desk_of(folder: Path, backend: app.Backend) -> Desk:
    configuration = load(folder, os.environ)
    desk = Desk(configuration, backend, SystemClock(), Metrics("test", "all"))
    desk.put_in_force(in_force(configuration, backend))
    return desk


@asynccontextmanager
async def polling_on(desk: Desk) -> AsyncIterator[Polling]:
    async with AsyncExitStack() as stack:
        polling = Polling(desk)
        await polling.open(stack)
        yield polling


def take_up(desk: Desk, folder: Path) -> None:
    """Put in force what is in the folder now, as a reload does before it asks the parts."""
    desk.put_in_force(in_force(load(folder, os.environ), desk.backend))


def of_parts(parts: set[int], numbers: range = range(40)) -> set[str]:
    return {f"f{n}" for n in numbers if part_of(f"host{n}.example", PARTS) in parts}


def test_a_process_polls_the_hosts_of_its_parts_and_no_others(folder: Path, backend: app.Backend) -> None:
    async def run() -> list[set[str]]:
        async with polling_on(desk_of(folder, backend)) as polling:
            seen = []
            for parts in ({0, 1}, {1, 2, 3}, set[int]()):
                await polling._take_over(frozenset(parts), PARTS)
                seen.append(polling._jobs.ids())
            return seen

    assert asyncio.run(run()) == [of_parts({0, 1}), of_parts({1, 2, 3}), set()]
    assert of_parts({0}) | of_parts({1}) | of_parts({2}) | of_parts({3}) == of_parts({0, 1, 2, 3})


def test_more_parts_are_counted_as_soon_as_they_are_known(folder: Path, backend: app.Backend) -> None:
    async def run() -> set[str]:
        async with polling_on(desk_of(folder, backend)) as polling:
            await polling._take_over(frozenset({0, 1}), PARTS)
            await polling._take_over(frozenset({0, 1}), 2)
            return polling._jobs.ids()

    assert asyncio.run(run()) == of_parts({0, 1, 2, 3})


def test_what_goes_to_others_during_a_reload_does_not_come_back(
    folder: Path, backend: app.Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go_on = threading.Event(), threading.Event()
    get = backend.store.get

    def slow(kind: str, ids: Sequence[str]) -> dict[str, Stored]:
        asked.set()
        go_on.wait(10)
        return get(kind, ids)

    async def run() -> set[str]:
        desk = desk_of(folder, backend)
        async with polling_on(desk) as polling:
            await polling._take_over(frozenset({0, 1}), PARTS)
            put_feeds(folder, range(50))
            take_up(desk, folder)
            monkeypatch.setattr(backend.store, "get", slow)
            reload = asyncio.create_task(polling.take())
            await asyncio.to_thread(asked.wait, 10)
            await polling._let_go(frozenset({1}), PARTS)
            go_on.set()
            await reload
            return polling._jobs.ids()

    assert asyncio.run(run()) == of_parts({0}, range(50))


def test_a_feed_whose_address_changes_in_a_reload_that_fails_first_is_polled_at_once_in_the_end(
    folder: Path, backend: app.Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> dict[str, Stored]:
        raise StoreUnavailable("away")

    async def run() -> set[str]:
        desk = desk_of(folder, backend)
        async with polling_on(desk) as polling:
            await polling._take_over(frozenset(range(PARTS)), PARTS)
            put_feeds(folder, range(40), path="moved")
            take_up(desk, folder)
            with monkeypatch.context() as patched:
                patched.setattr(polling._states, "polled", away)
                with pytest.raises(StoreUnavailable):
                    await polling.take()
            for job in polling._jobs._scheduler.get_jobs():
                job.modify(next_run_time=SystemClock().now().replace(year=2090))
            await polling.take()
            return due_now(polling)

    assert asyncio.run(run()) == of_parts({0, 1, 2, 3})


def test_a_reload_looks_through_the_jobs_a_few_times_not_once_for_each_feed(
    folder: Path, backend: app.Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> int:
        looks = 0
        async with polling_on(desk_of(folder, backend)) as polling:
            await polling._take_over(frozenset(range(PARTS)), PARTS)
            listed = polling._jobs._scheduler.get_jobs

            def counted() -> list[object]:
                nonlocal looks
                looks += 1
                return list(listed())

            monkeypatch.setattr(polling._jobs._scheduler, "get_jobs", counted)
            await polling.take()
        return looks

    assert asyncio.run(run()) < 5


def test_a_server_that_is_away_is_told_once_though_forty_feeds_wait(
    folder: Path, backend: app.Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> list[Known]:
        raise StoreUnavailable("away")

    async def run() -> list[Polled]:
        async with polling_on(desk_of(folder, backend)) as polling:
            monkeypatch.setattr(polling._poller._tools.states, "read_all", away)
            return await polling.once(lambda _: None)

    with capture_logs() as log:
        polled = asyncio.run(run())
    assert [one.reason for one in polled] == ["away"] * 40
    assert [line["event"] for line in log if line.get("reason") == "away"] == ["poll.waits"]


def due_now(polling: Polling) -> set[str]:
    return {job.id for job in polling._jobs._scheduler.get_jobs() if job.next_run_time.year < 2090}


def test_a_receiver_that_changes_in_a_reload_that_fails_first_is_taken_up_in_the_end(
    folder: Path, backend: app.Backend
) -> None:
    """The reload puts the new configuration in force, and is called again when another part has failed."""

    async def run() -> tuple[set[str], bool]:
        desk = desk_of(folder, backend)
        sending = Sending(desk)
        async with AsyncExitStack() as stack:
            await sending.open(stack)
            before = sending._notifiers["hook"]
            put_hook(folder, "http://127.0.0.1:9/other", "new")
            take_up(desk, folder)
            take_up(desk, folder)  # the first time, an earlier part failed
            await sending.take()
            return set(sending._notifiers), sending._notifiers["hook"] is before

    assert asyncio.run(run()) == ({"hook", "new"}, False)


def put_one(folder: Path, server: HTTPServer, **more: object) -> None:
    """Make a feed of this server the only one."""
    feed = {"id": "one", "outlet": "One", "url": server.url_for("/feed")} | more
    (folder / "feeds.yaml").write_text(json.dumps({"version": 1, "feeds": [feed]}))
    settings = json.loads((folder / "monitor.yaml").read_text())
    settings["poll"]["allow_hosts"] = ["localhost"]
    (folder / "monitor.yaml").write_text(json.dumps(settings))


@asynccontextmanager
async def running(desk: Desk) -> AsyncIterator[Polling]:
    """Poll what is due, until the block ends."""
    async with polling_on(desk) as polling:
        polling._jobs.start()
        await polling._take_over(frozenset({0}), 1)
        try:
            yield polling
        finally:
            await polling._jobs.drop(polling._jobs.ids())
            polling._jobs.stop()


@asynccontextmanager
async def looking_around(desk: Desk) -> AsyncIterator[None]:
    """Poll as the service does, with quick looks at who is to be asked again, until the block ends."""
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        polling = Polling(desk, look=0.1)
        await polling.open(stack)
        running = asyncio.create_task(polling.run(stop))
        try:
            yield
        finally:
            stop.set()
            await running


async def comes(condition: Callable[[], bool], what: str) -> None:
    await asyncio.to_thread(until, condition, what)


def known(desk: Desk) -> FeedState:
    return FeedStates(desk.backend.store).polled(["one"])["one"]


def is_failing(desk: Desk) -> bool:
    state = FeedStates(desk.backend.store).polled(["one"]).get("one")
    return state is not None and state.health == "failing"


def test_a_feed_that_waits_for_a_day_is_asked_within_its_interval_once_somebody_asks_for_it(
    folder: Path, backend: app.Backend, httpserver: HTTPServer
) -> None:
    put_one(folder, httpserver, interval="1s")
    httpserver.expect_request("/feed").respond_with_data(status=503, headers={"Retry-After": "86400"})

    async def run() -> int:
        desk = desk_of(folder, backend)
        async with running(desk) as polling:
            await comes(lambda: is_failing(desk), "it fails")
            looked, until_ = [], polling._patience.until

            async def counted(feed: Feed) -> datetime | None:
                looked.append(feed.id)
                return await until_(feed)

            polling._patience.until = counted  # type: ignore[method-assign]
            await comes(lambda: len(looked) > 1, "it is looked at")
            asked = len(httpserver.log)
            rewrite(FeedStates(backend.store), known(desk).feed, afresh)
            await comes(lambda: len(httpserver.log) > 1, "it is asked again")
            return asked

    assert asyncio.run(run()) == 1, "a look asks nobody"


@pytest.mark.parametrize("status", [410, 503])
def test_a_feed_that_somebody_asks_for_is_asked_soon_however_long_its_interval(
    folder: Path, backend: app.Backend, httpserver: HTTPServer, status: int
) -> None:
    put_one(folder, httpserver, interval="2d")
    httpserver.expect_request("/feed").respond_with_data(status=status)

    async def run() -> None:
        desk, states = desk_of(folder, backend), FeedStates(backend.store)
        async with looking_around(desk):
            await comes(lambda: "one" in states.polled(["one"]), "it is polled")
            for asked in (1, 2):
                assert len(httpserver.log) == asked
                rewrite(states, known(desk).feed, afresh)
                await comes(lambda: known(desk).health != "new", "it is asked again")
        assert len(httpserver.log) == 3

    asyncio.run(run())


class Away:
    """A server that takes no connections before it ``comes``."""

    def __init__(self) -> None:
        class Feed(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(
                    b"<rss version='2.0'><channel><item><title>one</title></item></channel></rss>"
                )

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Feed, bind_and_activate=False)
        self._server.server_bind()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.url = f"http://localhost:{self._server.server_address[1]}/feed"

    def comes(self) -> None:
        self._server.server_activate()
        self._thread.start()

    def close(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


@pytest.fixture
def away(folder: Path, httpserver: HTTPServer) -> Iterator[list[Away]]:
    """Return the servers of all feeds: the line is down. Each feed is polled every two days."""
    servers = [Away() for _ in range(4)]
    put_one(folder, httpserver)
    feeds = [
        {"id": f"f{n}", "outlet": "O", "url": one.url, "interval": "2d"} for n, one in enumerate(servers)
    ]
    (folder / "feeds.yaml").write_text(json.dumps({"version": 1, "feeds": feeds}))
    yield servers
    for one in servers:
        one.close()


def healths(desk: Desk) -> list[str]:
    return [one.health for one in FeedStates(desk.backend.store).polled([f"f{n}" for n in range(4)]).values()]


@pytest.mark.parametrize("restarts", [False, True])
def test_when_the_line_is_up_again_feeds_are_asked_though_they_failed(
    folder: Path, backend: app.Backend, away: list[Away], restarts: bool
) -> None:
    desk = desk_of(folder, backend)

    async def run(*steps: Callable[[], object]) -> None:
        async with looking_around(desk):
            for step in steps:
                await asyncio.to_thread(step)

    def fail() -> None:
        until(lambda: healths(desk) == ["failing"] * 4, "all fail")

    def succeed() -> None:
        for one in away:
            one.comes()
        until(lambda: healths(desk) == ["healthy"] * 4, "all are asked again")

    for steps in [[fail], [succeed]] if restarts else [[fail, succeed]]:
        asyncio.run(run(*steps))


def test_a_feed_that_somebody_asks_for_is_asked_at_once_after_a_restart(
    folder: Path, backend: app.Backend, httpserver: HTTPServer
) -> None:
    put_one(folder, httpserver)
    httpserver.expect_request("/feed").respond_with_data(status=503, headers={"Retry-After": "86400"})

    async def run() -> None:
        desk = desk_of(folder, backend)
        async with running(desk):
            await comes(lambda: is_failing(desk), "it fails")
        async with running(desk) as polling:
            assert polling._jobs.ids() == {"one"}
        rewrite(FeedStates(backend.store), known(desk).feed, afresh)
        assert len(httpserver.log) == 1, "after a restart alone it still waits"
        async with running(desk):
            await comes(lambda: len(httpserver.log) == 2, "it is asked again")

    asyncio.run(run())


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"interval": "30m"}, 200),
        ({"full_text": True}, 200),
        ({"verify_tls": False}, 503),
        ({"headers": {"X-Key": "${HOOK_SECRET}"}}, 401),
        ({"login": {"username": "me", "password": "${HOOK_SECRET}"}}, 401),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else str(value),
)
def test_a_feed_that_is_polled_otherwise_after_a_reload_is_polled_soon(
    folder: Path, backend: app.Backend, httpserver: HTTPServer, change: dict[str, object], status: int
) -> None:
    put_one(folder, httpserver)
    httpserver.expect_request("/feed").respond_with_data("<rss><channel/></rss>", status=status)

    async def run() -> None:
        desk = desk_of(folder, backend)
        async with running(desk) as polling:
            await comes(lambda: bool(FeedStates(backend.store).polled(["one"])), "it is polled")
            put_one(folder, httpserver, **change)
            take_up(desk, folder)
            await polling.take()
            await comes(lambda: len(httpserver.log) == 2, "it is polled again")

    asyncio.run(run())


def test_after_a_restart_no_feed_waits_for_longer_than_its_interval_now_but_who_fails_does(
    folder: Path, backend: app.Backend
) -> None:
    async def run() -> dict[str, timedelta]:
        desk = desk_of(folder, backend)
        now, states = desk.clock.now(), FeedStates(backend.store)
        for number, failures in enumerate((0, 0, 3)):
            feed = desk.in_force.subscriptions[f"f{number}"].feed
            times = {"last_poll": now, "next_poll": now + timedelta(minutes=30 if number == 1 else 600)}
            rewrite(states, feed, failures=failures, health="failing" if failures else "healthy", **times)
        async with polling_on(desk) as polling:
            await polling._take_over(frozenset(range(PARTS)), PARTS)
            left = await polling._left_alone(desk.in_force.subscriptions["f2"])
            due = {job.id: job.next_run_time - now for job in polling._jobs._scheduler.get_jobs()}
            return due | {"f2 left": (left or now) - now}

    waits = asyncio.run(run())
    assert waits["f0"] < timedelta(minutes=1)
    assert waits["f1"] == timedelta(minutes=30)
    assert waits["f2"] <= timedelta(hours=1, minutes=1), "when it is looked at"
    assert waits["f2 left"] == timedelta(hours=10)
