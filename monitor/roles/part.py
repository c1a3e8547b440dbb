"""What parts of a process have in common."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import structlog

from monitor.app import Backend
from monitor.clock import Clock
from monitor.config.load import Configuration
from monitor.config.settings import Settings
from monitor.feeds.polls import Subscription
from monitor.metrics import Metrics
from monitor.pipeline import Watch

SILENCE = 600.0
"""Seconds without a sign of life after which a thread counts as stuck: far more than any wait has."""
BROKEN_PAUSE = 10.0
"""Seconds until what broke begins again."""


@dataclass(frozen=True, slots=True)
class InForce:
    """The configuration that is worked by. Replaced whole, so a reader sees the old or the new one."""

    configuration: Configuration
    watch: Watch
    subscriptions: dict[str, Subscription]


class Desk:
    """What the parts of a process are handed."""

    def __init__(
        self, configuration: Configuration, backend: Backend, clock: Clock, metrics: Metrics
    ) -> None:
        self.settings: Settings = configuration.settings
        self.backend = backend
        self.clock = clock
        self.metrics = metrics
        self.halted = ""
        """Why the process must end, if it must."""
        self.on_halt: Callable[[], object] = lambda: None
        self.before: InForce | None = None
        """What is in force by now, if anything is."""

    @property
    def in_force(self) -> InForce:
        """Return the configuration in force: there is one as soon as parts run."""
        assert self.before is not None
        return self.before

    def put_in_force(self, taken: InForce) -> None:
        """Work by another configuration from now on."""
        self.before = taken

    def halt_for(self, part: str, error: Exception) -> None:
        """End the process, for going on would do harm: a supervisor sees that, and the log says why."""
        structlog.get_logger("service").critical("service.halted", part=part, reason=str(error))
        self.halted = str(error)
        self.on_halt()


def silence(seconds: float) -> str:
    """Return that a thread is stuck if there was no sign of life for so long; empty if it may well work."""
    return f"no sign of life for {seconds:.0f} s" if seconds > SILENCE else ""


class Part(Protocol):
    """A part of a process. ``open`` is called first, in the order of the parts."""

    name: str

    @property
    def needs(self) -> Collection[str]:
        """Return which of the backend's two, by name, it cannot work without."""

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set, and then let what is under way end."""

    async def take(self) -> None:
        """Go on by the desk's new configuration. Is called again if it, or another part's, has failed."""

    async def shift(self, by: timedelta) -> None:
        """Move what is planned along: the wall clock was set back."""

    def trouble(self) -> str:
        """Return why it will not work again by itself; empty if it lives."""
