"""Polling: one job for each feed that is ours.

Feeds are shared out by host, so that one process at a time asks a host. What is known of a feed is in the
store: whoever takes it over goes on where the last one was.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta

import structlog

from monitor import app
from monitor.errors import Refused, Unavailable
from monitor.feeds.poller import Poller
from monitor.feeds.polls import Polled, Subscription, host_of
from monitor.feeds.state import FeedState, FeedStates
from monitor.feeds.timing.jobs import PollJobs
from monitor.feeds.timing.line import Line
from monitor.feeds.timing.pace import Pace
from monitor.feeds.timing.patience import Patience, Retries
from monitor.feeds.timing.schedule import first_poll, gap
from monitor.feeds.websub.hubs import Hubs
from monitor.model import Health
from monitor.roles.holding import Holding
from monitor.roles.part import Desk
from monitor.roles.waits import Waits
from monitor.stream.shares import POLLERS, part_of

AWAY_PAUSE = timedelta(seconds=10)
LOOK = 20.0
"""Seconds between two looks at which feeds somebody has asked again, and whether the line is up again."""
REMEDY = "write its new address in feeds.yaml, take it out, or have it asked again: monitor feeds retry ID"


class Polling:
    """Polls the feeds of the hosts that are ours."""

    name = "poller"

    def __init__(self, desk: Desk, hubs: Hubs | None = None, *, look: float = LOOK) -> None:
        self._desk = desk
        self._hubs = hubs
        self._look = look
        self.needs = desk.backend.names
        self._states = FeedStates(desk.backend.store)
        self._jobs = PollJobs(self._due)
        self._holding = Holding(desk, POLLERS, self._take_over, self._let_go)
        self._held: frozenset[int] = frozenset()
        self._parts = 1
        self._planned: dict[str, Subscription] = {}
        """The feeds that are polled, as they were planned last."""
        self._not_left_alone: set[str] = set()
        """Those that are asked though they fail: otherwise than before, or because the line was down."""
        self._pace = Pace()
        self._patience = Patience(self._states, desk.clock.now)
        self._retries = Retries(desk.backend.store)
        self._line = Line()
        self._waits = Waits(desk.clock)
        self._health: dict[str, Health] = {}
        """How the feeds fare, as far as that is known."""
        self._changing = asyncio.Lock()
        self._poller: Poller
        self._log = structlog.get_logger("service")

    async def open(self, stack: AsyncExitStack) -> None:
        """Build the poller; ``stack`` closes it."""
        self._poller = await app.open_poller(stack, self._desk.settings, self._desk.backend, self._desk.clock)

    async def once(self, on_polled: Callable[[Polled], None]) -> list[Polled]:
        """Poll every feed once, whoever else may poll it; return the outcomes."""

        async def poll(subscription: Subscription) -> Polled:
            polled = await self._polled(subscription)
            on_polled(polled)
            return polled

        listed = self._desk.in_force.subscriptions.values()
        self._poller.suit(listed)
        return await asyncio.gather(*map(poll, listed))

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until ``stop`` is set."""
        self._jobs.start()
        looking = asyncio.create_task(self._look_around())
        try:
            await self._holding.run(stop)
        finally:
            looking.cancel()
            self._jobs.stop()

    async def take(self) -> None:
        """Poll what is listed now; a feed that is polled otherwise than before is polled soon."""
        async with self._changing:
            await self._plan()

    def owns(self, url: str) -> bool:
        """Return whether a feed at this address is this process's to poll."""
        return part_of(host_of(url), self._parts) in self._held

    def soon(self, id_: str, wait: timedelta = timedelta(0)) -> bool:
        """Have a feed polled by its job after a while; return whether it has one here."""
        return self._jobs.soon(id_, self._desk.clock.now() + wait)

    async def backs_off(self, id_: str) -> bool:
        """Return whether a feed failed, and its server is to be left alone for now."""
        subscription = self._desk.in_force.subscriptions.get(id_)
        return subscription is not None and await self._patience.until(subscription.feed) is not None

    async def poll(self, id_: str) -> datetime:
        """Poll a feed now, whosever it is (``feeds.state``), and return when it is due again."""
        subscription = self._desk.in_force.subscriptions.get(id_)
        if subscription is None:
            return self._desk.clock.now() + AWAY_PAUSE
        await asyncio.sleep(self._pace.wait(self._desk.clock.monotonic()))
        return (await self._polled(subscription)).next_poll

    async def shift(self, by: timedelta) -> None:
        """Move the planned polls: the wall clock was set back."""
        self._jobs.shift(by)

    def trouble(self) -> str:
        """Return why the thread that shares feeds is stuck, if it is; each poll has its deadlines."""
        return self._holding.trouble()

    async def _take_over(self, parts: frozenset[int], of: int) -> None:
        async with self._changing:
            self._held, self._parts = parts, of
            await self._plan()
            self._log.info("feeds.shared", feeds=len(self._mine()), parts=len(parts), of=of)

    async def _let_go(self, parts: frozenset[int], of: int) -> None:
        """Drop the polls under way too: what they have found is found again by the next owner."""
        self._held, self._parts = self._held - parts, of
        await self._jobs.drop(self._jobs.ids() - self._mine().keys())
        self._poller.keep_only(self._mine().keys())
        self._tell_metrics()

    def _mine(self) -> dict[str, Subscription]:
        listed = self._desk.in_force.subscriptions
        return {id_: one for id_, one in listed.items() if self._part(one) in self._held}

    def _part(self, subscription: Subscription) -> int:
        return part_of(host_of(subscription.feed.url), self._parts)

    async def _plan(self) -> None:
        """Have exactly our feeds polled; those that have a job keep its time, unless they have changed."""
        planned = self._jobs.ids()
        new = {id_: one for id_, one in self._mine().items() if id_ not in planned}
        states = await asyncio.to_thread(self._states.polled, list(new))
        fitted = await self._hubs.fitted(new) if self._hubs else new
        mine, now = self._mine(), self._desk.clock.now()  # meanwhile some may have gone to others
        changed = [id_ for id_, one in mine.items() if self._planned.get(id_, one).way != one.way]
        soon = [*(id_ for id_ in new if id_ in mine), *changed]
        first = dict.fromkeys(mine, now) | {
            id_: _first(states.get(id_), fitted.get(id_, mine[id_]), now, gap(len(soon)) * place)
            for place, id_ in enumerate(soon)
        }
        mended = {id_ for id_ in changed if self._planned[id_].request != mine[id_].request}
        self._not_left_alone = (self._not_left_alone & mine.keys()) | mended
        self._pace.suit(one.rhythm.interval for one in mine.values())
        self._poller.suit(mine.values())
        self._line.suit(len({host_of(one.feed.url) for one in mine.values()}))
        self._jobs.put(first, anew=changed)
        self._planned = mine
        self._poller.keep_only(mine.keys())
        self._health |= {id_: state.health for id_, state in states.items()}
        for state in states.values():
            if state.out_of_reach:
                self._line.lost(state.id, host_of(state.feed.url))
        self._tell_metrics()
        self._tell_who_fails(states.values())

    def _tell_metrics(self) -> None:
        mine = self._mine()
        self._desk.metrics.owns(len(mine))
        self._desk.metrics.fare(self._health.get(id_, "new") for id_ in mine)

    def _tell_who_fails(self, states: Iterable[FeedState]) -> None:
        """Say at the start what failed before it: nothing else would be told until the next tries."""
        for state in states:
            if state.health == "failing":
                again = f"{state.next_poll:%Y-%m-%d %H:%M} UTC" if state.next_poll else "soon"
                self._log.warning("feed.failing", feed=state.id, reason=state.reason, next=again)
            elif state.health == "gone":
                self._log.warning("feed.gone", feed=state.id, reason=state.reason, remedy=REMEDY)

    async def _look_around(self) -> None:
        """Have feeds polled soon that somebody has asked again, and one while nobody can be reached."""
        while True:
            await asyncio.sleep(self._look)
            self._spread(await self._retried())
            if probe := self._line.probe():
                self._ask_anew([probe])

    def _ask_anew(self, ids: Sequence[str]) -> None:
        """Have feeds polled soon, though they are to be left alone."""
        self._not_left_alone |= set(ids) & self._jobs.ids()
        self._spread(ids)

    def _spread(self, ids: Sequence[str]) -> None:
        """Have feeds polled soon, a little apart."""
        for place, id_ in enumerate(ids):
            self.soon(id_, gap(len(ids)) * place)

    def _watch_line(self, subscription: Subscription, polled: Polled) -> None:
        """Have the others asked anew that nobody could reach, when somebody is reached at last."""
        host = host_of(subscription.feed.url)
        if polled.reached is False:
            self._line.lost(polled.feed_id, host)
        elif polled.reached and (back := self._line.works(host)):
            self._log.info("feeds.reachable", again=len(back))
            self._ask_anew([id_ for id_ in back if id_ != polled.feed_id])

    async def _retried(self) -> list[str]:
        try:
            return await asyncio.to_thread(self._retries.since_last_look)
        except Exception:
            return []  # polls meet the same, and tell it

    async def _due(self, id_: str) -> datetime:
        """Poll a feed, unless it fails and is still left alone; return when to look at it again."""
        subscription = self._desk.in_force.subscriptions.get(id_)
        due = await self._left_alone(subscription) if subscription else None
        due = due or await self.poll(id_)
        if subscription is None or self._health.get(id_) != "failing":
            return due
        return min(due, self._desk.clock.now() + subscription.rhythm.interval)

    async def _left_alone(self, subscription: Subscription) -> datetime | None:
        """Return until when a feed is left alone; ``None`` if it is polled now."""
        id_ = subscription.feed.id
        if id_ in self._not_left_alone or self._health.get(id_) != "failing":
            self._not_left_alone.discard(id_)
            return None
        try:
            return await self._patience.until(subscription.feed)
        except Unavailable as error:
            return self._desk.clock.now() + self._waits.met(id_, str(error), subscription.rhythm.interval)
        except Exception:
            return None  # its poll will meet the same, and tell it

    async def _polled(self, subscription: Subscription) -> Polled:
        begun = self._desk.clock.monotonic()
        polled = await self._tried(subscription)
        self._watch_line(subscription, polled)
        seconds = self._desk.clock.monotonic() - begun
        if polled.outcome != "gone":
            self._desk.metrics.polled(polled.outcome, polled.entries, polled.articles, seconds)
        before = self._health.get(polled.feed_id, "new")
        if polled.health not in {"new", before} and self.owns(subscription.feed.url):
            self._health[polled.feed_id] = polled.health
            self._desk.metrics.became(before, polled.health)
        return polled

    async def _tried(self, subscription: Subscription) -> Polled:
        """Poll once; whatever happens to this feed, the others go on."""
        id_, now = subscription.feed.id, self._desk.clock.now
        try:
            poll, plan = self._poller.poll, self._poller.plan
            polled = await (self._hubs.poll(poll, plan, subscription) if self._hubs else poll(subscription))
        except Unavailable as error:
            pause = self._waits.met(id_, str(error), subscription.rhythm.interval)
            return Polled(id_, "failed", now() + pause, str(error))
        except Refused as error:
            self._desk.halt_for("poll", error)
            return Polled(id_, "failed", now() + AWAY_PAUSE, str(error))
        except Exception as error:
            self._log.exception("poll.broken", feed=id_)
            reason = f"monitor failed to poll it: {type(error).__name__}"
            return Polled(id_, "failed", now() + subscription.rhythm.interval, reason)
        else:
            self._waits.over(id_)
            return polled


def _first(state: FeedState | None, one: Subscription, now: datetime, spread: timedelta) -> datetime:
    """Return when to poll a feed after a start, or to look at it if it fails and is left alone for longer."""
    if state is None or state.feed.url != one.feed.url:
        return first_poll(None, one.rhythm, now, spread)
    fails = state.failures > 0
    due = first_poll(state.next_poll, one.rhythm, now, spread, fails=fails)
    return min(due, now + one.rhythm.interval) if fails else due
