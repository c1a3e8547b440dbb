"""One APScheduler job a feed. The only file that imports apscheduler."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

Poll = Callable[[str], Awaitable[datetime]]
"""Polls the feed with this id and returns when to poll it next."""

SAFETY_INTERVAL = timedelta(days=1)
"""What a job falls back to while it is polled, far longer than any poll takes; each sets its next time."""


class PollJobs:
    """Runs polls when they are due: one job a feed, late ones at once, never two of a feed together."""

    def __init__(self, poll: Poll) -> None:
        self._poll = poll
        self._running: dict[str, asyncio.Task[None] | None] = {}
        self._asked_again: set[str] = set()
        """What is to be polled anew, though it is being polled now."""
        # Two instances, for the scheduler counts one that has ended a moment longer: a poll that is due again
        # by then would be passed over until the trigger's next time.
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"max_instances": 2, "coalesce": True, "misfire_grace_time": None}
        )

    def start(self) -> None:
        """Begin; needs the running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Start no more polls."""
        if self._scheduler.running:
            self._scheduler.pause()  # it ends a moment later, and would cancel what it begins until then
            self._scheduler.shutdown(wait=False)

    def put(self, due: Mapping[str, datetime], anew: Collection[str] = ()) -> None:
        """Have exactly these feeds polled; those that had a job keep its time, but for those in ``anew``."""
        known = {job.id: job for job in self._scheduler.get_jobs()}
        for gone in known.keys() - due.keys():
            self._scheduler.remove_job(gone)
        for id_ in due.keys() - known.keys():
            self._scheduler.add_job(
                self._run, IntervalTrigger(seconds=SAFETY_INTERVAL.total_seconds()), args=(id_,), id=id_,
                next_run_time=due[id_],
            )  # fmt: skip
        for id_ in known.keys() & due.keys() & set(anew):
            if id_ in self._running:
                self._asked_again.add(id_)
            else:
                known[id_].modify(next_run_time=due[id_])

    def soon(self, id_: str, at: datetime) -> bool:
        """Have a feed polled at a time, or anew if it is being polled; return whether it has a job."""
        job = self._scheduler.get_job(id_)
        if job is None:
            return False
        if id_ in self._running:
            self._asked_again.add(id_)
        else:
            job.modify(next_run_time=at)
        return True

    def ids(self) -> set[str]:
        """Return the feeds that have a job."""
        return {job.id for job in self._scheduler.get_jobs()}

    async def drop(self, ids: Collection[str]) -> None:
        """Take feeds off, and end their polls that are under way."""
        for id_ in ids:
            with suppress(JobLookupError):
                self._scheduler.remove_job(id_)
        tasks = [task for id_ in ids if (task := self._running.get(id_))]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def shift(self, by: timedelta) -> None:
        """Move every planned poll: the wall clock, by which they are planned, was set.

        Polls that are under way may have planned their next one by the clock as it was: they are done
        again, even where a server has just asked for patience.
        """
        self._asked_again |= self._running.keys()
        for job in self._scheduler.get_jobs():
            if job.next_run_time is not None:
                job.modify(next_run_time=job.next_run_time + by)

    async def _run(self, id_: str) -> None:
        if id_ in self._running:  # it was taken off and put on again during its poll
            self._asked_again.add(id_)
            return
        try:
            if self._scheduler.get_job(id_) is None:  # it was taken off before its poll could begin
                return
            self._running[id_] = asyncio.current_task()
            due = await self._poll(id_)
            while id_ in self._asked_again:
                self._asked_again.discard(id_)
                due = await self._poll(id_)
            self._scheduler.modify_job(id_, next_run_time=due)
        except JobLookupError:
            return  # the feed was taken off the list during its poll
        except asyncio.CancelledError:
            return  # the service stops, or the feed goes to another process: no error of the job's
        finally:
            self._running.pop(id_, None)
            self._asked_again.discard(id_)
