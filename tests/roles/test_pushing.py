"""Feeds whose hubs tell of news: a real hub, a real site, the parts that poll and push, on one store."""

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from monitor import app
from monitor.clock import Clock, SystemClock
from monitor.config.load import load
from monitor.feeds.state import FeedState, FeedStates, afresh
from monitor.feeds.websub.lease import SILENT, Lease, Leases, passed
from monitor.feeds.websub.states import LeaseStates
from monitor.metrics import Metrics
from monitor.roles.part import Desk, InForce
from monitor.roles.polling import Polling
from monitor.roles.pushing import Pushing
from monitor.stream.codec import ARTICLES, article_codec
from tests.feeds.faring import rewrite
from tests.feeds.websub.hub import Hub, hub
from tests.journeys.world import until

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


class Later(SystemClock):
    """The machine's clock, some time on."""

    def __init__(self, by: timedelta) -> None:
        self.by = by

    def now(self) -> datetime:
        return super().now() + self.by


@dataclass
class Site:
    """A feed that names its hub, in its document or in its headers."""

    url: str
    hubs: list[str]
    in_headers: bool = False
    titles: list[str] = field(default_factory=lambda: ["First"])
    is_gone: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)

    @property
    def topic(self) -> str:
        return f"{self.url}?topic"

    def answer(self, request: Request) -> Response:
        self.asked.append(dict(request.headers))
        if self.is_gone:
            return Response(status=410)
        items = "".join(f"<item><title>{one}</title><guid>{one}</guid></item>" for one in self.titles)
        links = [("hub", one) for one in self.hubs] + [("self", self.topic)]
        named = "".join(f'<atom:link rel="{rel}" href="{url}"/>' for rel, url in links)
        response = Response(
            '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>t</title>'
            f"{'' if self.in_headers else named}{items}</channel></rss>",
            headers={"ETag": f'"{len(self.titles)}{self.hubs}"'},
        )
        if self.in_headers:
            response.headers["Link"] = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in links)
        return response


@pytest.fixture
def here() -> Iterator[Hub]:
    with hub() as served:
        yield served


@pytest.fixture
def site(httpserver: HTTPServer, here: Hub) -> Site:
    made = Site(httpserver.url_for("/feed"), [here.url])
    httpserver.expect_request("/feed").respond_with_handler(made.answer)
    return made


@dataclass
class Process:
    """The parts of a process that poll and push, at work."""

    desk: Desk
    polling: Polling
    pushing: Pushing

    def polls_now(self) -> bool:
        """Return whether the feed's poll is planned for now, by the clock of this process."""
        job = self.polling._jobs._scheduler.get_job("f0")
        return bool(job and job.next_run_time and job.next_run_time <= self.desk.clock.now())


@dataclass
class Setting:
    """A configuration folder and the store and stream behind it, which processes share."""

    folder: Path
    backend: app.Backend

    def put_feeds(self, *urls: str) -> None:
        feeds = [{"id": f"f{n}", "outlet": f"O{n}", "url": url} for n, url in enumerate(urls)]
        (self.folder / "feeds.yaml").write_text(json.dumps({"version": 1, "feeds": feeds}))

    def in_force(self, clock: Clock) -> InForce:
        configuration = load(self.folder, os.environ)
        watch = app.watch_of(configuration, self.backend.store, clock.now())
        return InForce(configuration, watch, app.subscriptions_of(configuration))

    @asynccontextmanager
    async def process(
        self, *, clock: Clock | None = None, parts: frozenset[int] = frozenset({0}), listens: bool = True
    ) -> AsyncIterator[Process]:
        """Run a process that owns these parts of one."""
        clock = clock or SystemClock()
        in_force = self.in_force(clock)
        settings = in_force.configuration.settings
        if not listens:
            elsewhere = settings.websub.model_copy(update={"listen": "127.0.0.1:0"})
            settings = settings.model_copy(update={"websub": elsewhere})
        desk = Desk(in_force.configuration, self.backend, clock, Metrics("test", "all"))
        desk.settings = settings
        desk.put_in_force(in_force)
        hubs = app.hubs_of(settings, self.backend, clock)
        assert hubs
        polling = Polling(desk, hubs)
        pushing = Pushing(desk, polling, hubs, look=0.1, pause=0)
        stop = asyncio.Event()
        async with AsyncExitStack() as stack:
            await polling.open(stack)
            await pushing.open(stack)
            polling._jobs.start()
            await polling._take_over(parts, 1)
            running = asyncio.create_task(pushing.run(stop))
            try:
                yield Process(desk, polling, pushing)
            finally:
                polling._jobs.stop()
                await polling._jobs.drop(polling._jobs.ids())
                stop.set()
                await running

    def leases(self, id_: str = "f0") -> Leases | None:
        return LeaseStates(self.backend.store).get([id_]).get(id_)

    def change(self, change: Callable[[Lease], Lease]) -> None:
        LeaseStates(self.backend.store).change_one("f0", self.lease().token, change)

    def lease(self) -> Lease:
        found = self.leases()
        assert found
        assert found.current
        return found.current

    def is_active(self) -> bool:
        found = self.leases()
        return bool(found and found.current and found.current.state == "active")

    def state(self) -> FeedState:
        return FeedStates(self.backend.store).polled(["f0"])["f0"]

    def published(self) -> list[str]:
        consumer = self.backend.stream.consumer("reader", ARTICLES)
        titles = sorted(article_codec.decode(record).title for record in consumer.poll(1000, 0))
        consumer.close()
        return titles


def wait_of(setting: Setting) -> timedelta:
    """Return how long it is until the feed is due again."""
    due = setting.state().next_poll
    assert due
    return due - SystemClock().now()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def setting(tmp_path: Path, site: Site) -> Iterator[Setting]:
    folder, port = tmp_path / "config", free_port()
    folder.mkdir()
    settings: dict[str, Any] = {
        "version": 1,
        "data": "data",
        "poll": {"interval": "15m", "jitter": "0s", "allow_hosts": ["localhost"]},
        "websub": {
            "callback": f"http://127.0.0.1:{port}/websub/",
            "listen": f"127.0.0.1:{port}",
            "allow_hosts": ["127.0.0.1"],
        },
    }
    (folder / "monitor.yaml").write_text(json.dumps(settings))
    (folder / "watchlist.yaml").write_text('{"version": 1}')
    with app.open_backend(load_settings(folder), SystemClock()) as backend:
        made = Setting(folder, backend)
        made.put_feeds(site.url)
        yield made


def load_settings(folder: Path) -> Any:
    (folder / "feeds.yaml").write_text('{"version": 1, "feeds": []}')
    return load(folder, os.environ).settings


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await work()

    asyncio.run(whole())


async def wait(condition: Callable[[], bool], what: str) -> None:
    await asyncio.to_thread(until, condition, what)


async def relied_upon(process: Process, setting: Setting, site: Site, here: Hub) -> None:
    """Wait until the hub has confirmed, and has told of news once."""
    await wait(lambda: setting.is_active() and bool(here.subscribed), "a lease that both know")
    site.titles.append("Once")
    assert await asyncio.to_thread(here.publish, site.topic, b"<rss>whatever</rss>") == [202]
    await wait(lambda: setting.state().articles == 2, "the news")
    await wait(lambda: setting.lease().checked is not None, "a poll under the lease")
    await wait(lambda: not process.polling._jobs._running, "a planned poll")
    if process.polling.owns(site.url):
        await wait(lambda: process.pushing._healthy == {"f0": True}, "a look at it")


@pytest.mark.parametrize("in_headers", [False, True], ids=["in the document", "in headers"])
@pytest.mark.parametrize("at_once", [False, True], ids=["verifies later", "verifies at once"])
def test_news_are_there_as_soon_as_the_hub_tells_of_them(
    setting: Setting, site: Site, here: Hub, *, in_headers: bool, at_once: bool
) -> None:
    site.in_headers, here.at_once = in_headers, at_once

    async def work() -> None:
        async with setting.process() as process:
            await wait(setting.is_active, "a confirmed lease")
            assert wait_of(setting) < 16 * MINUTE, "nobody is relied upon who has never told of news"
            await relied_upon(process, setting, site, here)
            assert HOUR - MINUTE < wait_of(setting) <= HOUR + SECOND
            page, _ = process.desk.metrics.page("")
            assert b'monitor_pushes_total{result="received"} 1.0' in page

    run(work)
    assert setting.published() == ["First", "Once"]
    assert "If-None-Match" not in site.asked[-1]
    assert site.asked[-1]["Cache-Control"] == "no-cache"
    assert setting.state().trust.conditional == 0, "it was asked without conditions both times"
    (form,) = here.asked
    assert form["hub.topic"] == site.topic
    assert form["hub.lease_seconds"] == "604800"
    assert 20 < len(form["hub.secret"]) < 200
    lease = setting.lease()
    assert (lease.state, lease.pushes) == ("active", 1)
    assert lease.until
    assert abs(lease.until - lease.since - HOUR) < MINUTE


def test_what_caches_do_not_show_yet_is_looked_for_once_more(setting: Setting, site: Site, here: Hub) -> None:
    async def work() -> None:
        async with setting.process() as process:
            await wait(setting.is_active, "a confirmed lease")
            polls = setting.state().polls
            await asyncio.to_thread(here.publish, site.topic, b"x")
            await wait(lambda: setting.state().polls == polls + 1, "a poll that finds nothing")
            await wait(lambda: not process.polling._jobs._running, "a planned poll")
            job = process.polling._jobs._scheduler.get_job("f0")
            assert MINUTE < job.next_run_time - SystemClock().now() < 2 * MINUTE
            assert MINUTE < wait_of(setting) < 2 * MINUTE, "what commands show"

    run(work)


def test_a_push_does_not_have_a_server_asked_that_is_to_be_left_alone(
    setting: Setting, site: Site, here: Hub
) -> None:
    async def work() -> None:
        async with setting.process() as process:
            await relied_upon(process, setting, site, here)
            polls, states = len(site.asked), FeedStates(setting.backend.store)
            feed = setting.state().feed
            rewrite(states, feed, failures=1, next_poll=SystemClock().now() + HOUR)
            await process.pushing._answer("f0")
            assert not process.polls_now()
            rewrite(states, feed, failures=0)
            await process.pushing._answer("f0")
            await wait(lambda: len(site.asked) == polls + 1, "a poll")

    run(work)


def test_what_is_signed_with_another_secret_moves_nothing(setting: Setting, site: Site, here: Hub) -> None:
    async def work() -> None:
        async with setting.process() as process:
            await wait(lambda: setting.is_active() and bool(here.subscribed), "a lease that both know")
            polls = len(site.asked)
            assert await asyncio.to_thread(here.publish, site.topic, b"x", "sha256", "guess") == [202]
            page, _ = process.desk.metrics.page("")
            assert b'monitor_pushes_total{result="ignored"} 1.0' in page
            assert (setting.lease().pushes, len(site.asked)) == (0, polls)

    run(work)


def test_a_hub_at_a_private_address_is_not_asked(setting: Setting, here: Hub, site: Site) -> None:
    site.hubs = [here.url.replace("127.0.0.1", "127.0.0.2")]

    async def work() -> None:
        async with setting.process():
            await wait(lambda: bool(setting.leases() and setting.lease().reason), "a reason")

    run(work)
    assert "127.0.0.2 is not a public address" in setting.lease().reason
    assert (setting.lease().state, setting.lease().tries, here.asked) == ("asked", 1, [])


def test_a_lease_is_renewed_under_its_address_by_whoever_comes_next(
    setting: Setting, here: Hub, site: Site
) -> None:
    async def work() -> None:
        async with setting.process() as process:
            await relied_upon(process, setting, site, here)
        first = setting.lease()
        async with setting.process(clock=Later(45 * MINUTE)) as process:  # before it is due
            await wait(process.polls_now, "a poll for what came while nobody was here")
        assert len(here.asked) == 1
        async with setting.process(clock=Later(56 * MINUTE)):
            await wait(lambda: setting.lease().until != first.until, "a renewed lease")
        again = setting.lease()
        assert (again.callback, again.secret, again.state) == (first.callback, first.secret, "active")
        assert again.until
        assert first.until
        assert again.until > first.until + 30 * MINUTE

    run(work)
    assert [form["hub.mode"] for form in here.asked] == ["subscribe"] * 2


def test_when_the_lease_is_over_the_feed_is_polled_at_once(setting: Setting, here: Hub, site: Site) -> None:
    here.lease_seconds = 600

    async def work() -> None:
        clock = Later(timedelta(0))
        async with setting.process(clock=clock) as process:
            await relied_upon(process, setting, site, here)
            here.status = 500
            clock.by = 20 * MINUTE
            await wait(process.polls_now, "a poll")
            await wait(lambda: "HTTP 500" in setting.lease().reason, "a request that was refused")
            due = await process.polling.poll("f0")
            assert due - clock.now() < 16 * MINUTE

    run(work)
    assert (setting.lease().state, setting.lease().until) == ("asked", None)


def test_when_the_lease_was_over_before_the_start_the_feed_is_polled_at_once(
    setting: Setting, here: Hub, site: Site
) -> None:
    async def work() -> None:
        async with setting.process() as process:
            await relied_upon(process, setting, site, here)
            polls = setting.state().polls
        here.status = 500
        LeaseStates(setting.backend.store).change(
            "f0", lambda one: one and passed(one, SystemClock().now() + 2 * HOUR)
        )
        async with setting.process():
            await wait(lambda: setting.state().polls == polls + 1, "a poll")

    run(work)


def test_a_hub_that_denies_is_noted_and_the_feed_polled_as_usual(
    setting: Setting, here: Hub, site: Site
) -> None:
    async def work() -> None:
        async with setting.process() as process:
            await relied_upon(process, setting, site, here)
            polls = setting.state().polls
            (callback,) = here.subscribed
            status, _ = await asyncio.to_thread(here.deny, callback, "topic gone")
            assert status == 200
            await wait(lambda: setting.state().polls == polls + 1, "a poll at once")
            assert wait_of(setting) < 16 * MINUTE

    run(work)
    assert setting.lease().state == "denied"
    assert setting.lease().reason == "the hub denied it: topic gone"


def test_a_hub_that_does_not_tell_of_news_is_silent_until_it_does(
    setting: Setting, here: Hub, site: Site
) -> None:
    async def work() -> None:
        async with setting.process() as process:
            await relied_upon(process, setting, site, here)
            past = SystemClock().now() - HOUR
            setting.change(lambda lease: replace(lease, pushed=past))
            site.titles.append("Not pushed")
            due = await process.polling.poll("f0")
            assert due - SystemClock().now() < 16 * MINUTE
            assert wait_of(setting) < 16 * MINUTE
            assert (setting.lease().state, setting.lease().reason) == ("silent", SILENT)
            site.titles.append("Pushed")
            await asyncio.to_thread(here.publish, site.topic, b"x")
            await wait(lambda: setting.state().articles == 4, "the news")
            await wait(setting.is_active, "a hub that is trusted again")

    run(work)


def test_a_feed_that_leaves_the_list_is_told_to_its_hub(setting: Setting, here: Hub) -> None:
    async def work() -> None:
        async with setting.process() as process:
            await wait(setting.is_active, "a confirmed lease")
            setting.put_feeds()
            process.desk.put_in_force(setting.in_force(process.desk.clock))
            await process.polling.take()
            await process.pushing.take()
            await wait(lambda: setting.leases() == Leases("f0", *seen(setting)), "no lease at all")

    run(work)
    assert [form["hub.mode"] for form in here.asked] == ["subscribe", "unsubscribe"]
    assert here.subscribed == {}


def test_a_feed_that_is_gone_is_told_to_its_hub_and_asked_for_once_more_when_it_is_back(
    setting: Setting, here: Hub, site: Site
) -> None:
    async def work() -> None:
        async with setting.process() as process:
            await relied_upon(process, setting, site, here)
            site.is_gone = True
            await process.polling.poll("f0")
            await wait(lambda: setting.leases() == Leases("f0", *seen(setting)), "no lease at all")
            polls, site.is_gone = len(site.asked), False
            await process.polling.poll("f0")
            assert len(site.asked) == polls, "it is asked no more"
            rewrite(FeedStates(setting.backend.store), setting.state().feed, afresh)
            await process.polling.poll("f0")
            await wait(setting.is_active, "another lease")

    run(work)
    assert [form["hub.mode"] for form in here.asked] == ["subscribe", "unsubscribe", "subscribe"]
    assert len(here.subscribed) == 1


def test_the_lease_of_a_feed_that_was_gone_before_a_crash_is_ended_by_the_next_look(
    setting: Setting, here: Hub, site: Site
) -> None:
    async def work() -> None:
        async with setting.process():
            await wait(setting.is_active, "a confirmed lease")
        states = FeedStates(setting.backend.store)
        rewrite(states, setting.state().feed, health="gone", failures=1, next_poll=None)
        async with setting.process() as process:
            await process.polling.poll("f0")
            await wait(lambda: setting.leases() == Leases("f0", *seen(setting)), "no lease at all")

    run(work)
    assert here.subscribed == {}


def seen(setting: Setting) -> tuple[datetime, str]:
    leases = setting.leases()
    assert leases
    return leases.filed, leases.url


def test_a_feed_with_another_hub_changes_over(setting: Setting, here: Hub, site: Site) -> None:
    async def work() -> None:
        async with setting.process() as process:
            await relied_upon(process, setting, site, here)
            with hub() as other:
                site.hubs = [other.url]
                site.titles.append("Second")
                await process.polling.poll("f0")
                await wait(lambda: setting.is_active() and setting.lease().hub == other.url, "the new hub")
                await wait(lambda: here.subscribed == {}, "the old hub's goodbye")
                site.hubs = []
                site.titles.append("Third")
                await process.polling.poll("f0")
                await wait(lambda: other.subscribed == {}, "the new hub's goodbye")

    run(work)


def test_a_hub_may_call_a_process_that_does_not_own_the_feed(setting: Setting, here: Hub, site: Site) -> None:
    async def work() -> None:
        async with (
            setting.process(parts=frozenset()) as called,  # listens where the callback is
            setting.process(listens=False) as owner,
        ):
            await relied_upon(called, setting, site, here)
            assert (called.polling.owns(site.url), owner.polling.owns(site.url)) == (False, True)
            page, _ = called.desk.metrics.page("")
            assert b'monitor_feed_health{health="new"} 0.0' in page, "it counts its own feeds only"

    run(work)
    assert setting.published() == ["First", "Once"]
    assert len(here.asked) == 1, "only the owner asks the hub"


def test_a_hub_that_hangs_holds_up_no_other(
    setting: Setting, site: Site, here: Hub, httpserver: HTTPServer
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it never answers
        hanging = [Site(httpserver.url_for(f"/slow{n}"), [here.url]) for n in range(9)]
        for one in hanging:
            one.hubs = [f"http://127.0.0.1:{silent.getsockname()[1]}/"]
            httpserver.expect_request(one.url[one.url.rindex("/") :]).respond_with_handler(one.answer)

        async def work() -> None:
            async with setting.process() as process:
                await wait(setting.is_active, "a confirmed lease")
                setting.put_feeds(site.url, *(one.url for one in hanging))
                process.desk.put_in_force(setting.in_force(process.desk.clock))
                await process.polling.take()
                await wait(lambda: len(process.pushing._settling) == 9, "requests without an answer")
                with hub() as other:
                    site.hubs = [other.url]
                    site.titles.append("Second")
                    await process.polling.poll("f0")
                    await wait(lambda: setting.is_active() and setting.lease().hub == other.url, "a new hub")
                    assert len(process.pushing._settling) == 9

        run(work)


def test_what_is_planned_for_a_feed_whose_hub_tells_of_news_holds_after_a_restart(
    setting: Setting, site: Site, here: Hub
) -> None:
    async def work() -> None:
        async with setting.process() as process:
            await relied_upon(process, setting, site, here)
            desk = process.desk
        due = setting.state().next_poll
        again = Polling(desk, app.hubs_of(desk.settings, setting.backend, desk.clock))
        async with AsyncExitStack() as stack:
            await again.open(stack)
            await again._take_over(frozenset({0}), 1)
            (job,) = again._jobs._scheduler.get_jobs()
            assert job.next_run_time == due

    run(work)
