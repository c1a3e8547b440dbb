"""What ``monitor status`` tells, as values."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from monitor.commands.processes import Process


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store tells: counts by name, and what fails with its reason."""

    feeds: dict[str, int] | None
    """By health; ``None`` while feeds.yaml has mistakes."""
    failing: dict[str, str]
    """Why feeds fail or are gone."""
    unwell: list[dict[str, Any]]
    """Feeds that fail, are gone or silent, or have moved: since when, why, and when they are asked next."""
    unverified: list[str]
    """Feeds that are polled without a look at their server's certificate."""
    pushes: dict[str, int]
    """Feeds that name a hub, by how it stands with it; none where monitor does not ask hubs."""
    articles: dict[str, int]
    """By language."""
    matches: dict[str, int]
    """By topic; topics without a match are there with 0."""
    alerts: dict[str, int]
    outbox: dict[str, int]
    undeliverable: dict[str, str]
    """Receivers with waiting deliveries that are not in the watchlist, or that said they are gone."""
    indices: dict[str, dict[str, int]]
    """In a cluster: documents and bytes of each kind."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What the stream tells."""

    lag: dict[str, int]
    """Messages still to be handled, by group."""
    dead_letters: int
    """Bad messages that were neither replayed nor dropped."""
    partitions: list[dict[str, Any]]
    """How far each group is behind in each partition."""
    processes: list[Process]
    """In a cluster: who does what now."""
    unpolled: int
    """In a cluster: enabled feeds that nobody polls now."""


@dataclass(frozen=True, slots=True)
class Status:
    """How monitor stands, as far as that can be told."""

    service: int | None
    """Process id of the running service, where one process has all roles."""
    kept: Kept | None
    flow: Flow | None
    away: dict[str, str]
    """Why one of the two cannot be told: the reason by the name of what is away."""

    def plain(self) -> dict[str, Any]:
        """Return it for programs; what cannot be told is ``None``."""
        told = {field.name: None for part in (Kept, Flow) for field in fields(part)}
        for part in (self.kept, self.flow):
            told |= asdict(part) if part else {}
        return {"service": self.service, **told, "away": self.away}
