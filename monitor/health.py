"""Whether a process lives, and whether it can work: asked by supervisors, told by name and reason."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from monitor.errors import MonitorError
from monitor.metrics import Metrics

ANSWER_SECONDS = 3.0


class Phase(StrEnum):
    """Where a process stands between its start and its end."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"


class Watched(Protocol):
    """A part of the process that can say how it is."""

    name: str

    @property
    def needs(self) -> Collection[str]:
        """Return the names of what it cannot work without."""

    def trouble(self) -> str:
        """Return why it will not work again by itself; empty if it lives."""


@dataclass(frozen=True, slots=True)
class Report:
    """``ready`` is whether work goes on; the reasons against it are by name, empty where there is none.

    A part that needs what is away is not ready either, although it lives and will go on by itself.
    """

    ready: bool
    phase: Phase
    dependencies: Mapping[str, str]
    parts: Mapping[str, str]


@dataclass
class Health:
    """How a process is. Belongs to its event loop."""

    checks: Mapping[str, Callable[[], None]]
    """What it depends on: each raises ``MonitorError`` if it cannot be used now. Called in threads."""
    metrics: Metrics
    phase: Phase = Phase.STARTING
    parts: Sequence[Watched] = ()
    _under_way: dict[str, "asyncio.Task[str]"] = field(default_factory=dict)
    _last: dict[str, str] = field(default_factory=dict)
    """The reasons that were given last: what is away often takes too long to say so."""

    def troubles(self) -> dict[str, str]:
        """Return what will not work again by itself, with the reason: then the process is to be restarted."""
        return {part.name: trouble for part in self.parts if (trouble := part.trouble())}

    async def report(self) -> Report:
        """Ask everything that the process depends on."""
        names = list(self.checks)
        reasons = dict(zip(names, await asyncio.gather(*map(self._reason, names)), strict=True))
        self.metrics.ready(reasons)
        away = {name for name, reason in reasons.items() if reason}
        parts = {part.name: part.trouble() or _waits(part, away) for part in self.parts}
        ready = self.phase is Phase.RUNNING and not any([*reasons.values(), *parts.values()])
        return Report(ready, self.phase, reasons, parts)

    async def _reason(self, name: str) -> str:
        """Return why a dependency cannot be used; one question at a time, however often we are asked."""
        if name not in self._under_way:
            self._under_way[name] = task = asyncio.create_task(asyncio.to_thread(self._asked, name))
            task.add_done_callback(lambda task: self._answered(name, task))
        try:
            return await asyncio.wait_for(asyncio.shield(self._under_way[name]), ANSWER_SECONDS)
        except TimeoutError:
            return self._last.get(name) or f"no answer within {ANSWER_SECONDS:g} s"

    def _answered(self, name: str, task: "asyncio.Task[str]") -> None:
        del self._under_way[name]
        self._last[name] = "" if task.cancelled() or task.exception() else task.result()

    def _asked(self, name: str) -> str:
        try:
            self.checks[name]()
        except MonitorError as error:
            return str(error)
        return ""


def _waits(part: Watched, away: Collection[str]) -> str:
    waited_for = [name for name in part.needs if name in away]
    return f"waits for {' and '.join(waited_for)}" if waited_for else ""
