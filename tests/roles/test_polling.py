"""Which feeds a process polls, while parts come and go and the configuration changes."""

import asyncio
import json
import os
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from monitor import app
from monitor.clock import SystemClock
from monitor.config.load import Configuration, load
from monitor.errors import StoreUnavailable
from monitor.metrics import Metrics
from monitor.roles.part import Desk, InForce
from monitor.roles.polling import Polling
from monitor.roles.sending import Sending
from monitor.store.base import Stored
from monitor.stream.shares import part_of
from tests.journeys.world import SECRET, configure

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
                patched.setattr(polling._states, "known", away)
                with pytest.raises(StoreUnavailable):
                    await polling.take()
            for job in polling._jobs._scheduler.get_jobs():
                job.modify(next_run_time=SystemClock().now().replace(year=2090))
            await polling.take()
            return due_now(polling)

    assert asyncio.run(run()) == of_parts({0, 1, 2, 3})


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
