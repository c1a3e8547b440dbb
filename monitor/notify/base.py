"""The port of a channel: sends one message to one receiver and says what became of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from monitor.model import Delivery


class Outcome(StrEnum):
    """What became of a try."""

    DELIVERED = "delivered"
    RETRY = "retry"
    """It failed, and a later try may succeed."""
    PERMANENT = "permanent"
    """It failed, and no later try can succeed."""
    DISABLE = "disable"
    """The receiver says that it is gone (HTTP 410): send it nothing more."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The outcome of a try, with a plain reason that holds no secret."""

    outcome: Outcome
    reason: str = ""
    retry_after: float | None = None
    """Seconds the receiver asked to wait."""
    partly: bool = False
    """Delivered, but not to everybody: ``reason`` says to whom not."""


class Notifier(Protocol):
    """Sends deliveries to one receiver. A repeat of a delivery carries the same message id."""

    async def send(self, delivery: Delivery) -> Sent:
        """Try once, within the receiver's time limit. Never raises for what the receiver does."""
