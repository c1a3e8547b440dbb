"""Which receivers an alert goes to, and when. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.alerts.digest import Rhythm
from monitor.articles.identity import delivery_id
from monitor.model import Alert, AlertState, Delivery, DeliveryState, FeedNotice


@dataclass(frozen=True, slots=True)
class Route:
    """How a receiver wants its alerts: at once, or as a digest."""

    receiver: str
    rhythm: Rhythm | None = None


def deliveries_of(alert: Alert, routes: Mapping[str, Route], now: datetime) -> list[Delivery]:
    """Return what the outbox needs for this alert: one delivery a receiver, none if it is withheld.

    A receiver that is no longer in the watchlist still gets its delivery: it waits there, visibly.
    """
    if alert.state is not AlertState.SENT:
        return []
    return [_delivery(alert, routes.get(name, Route(name)), now) for name in alert.match.receivers]


def notices_of(notice: FeedNotice, receivers: Iterable[str], now: datetime) -> list[Delivery]:
    """Return what the outbox needs for this notice: one delivery a receiver, due at once."""
    return [
        Delivery(delivery_id(notice.id, name), name, DeliveryState.WAITING, now, (), now, now, notice=notice)
        for name in receivers
    ]


def _delivery(alert: Alert, route: Route, now: datetime) -> Delivery:
    rhythm = route.rhythm
    return Delivery(
        id=delivery_id(alert.id, route.receiver),
        receiver=route.receiver,
        state=DeliveryState.COLLECTING if rhythm else DeliveryState.WAITING,
        due=rhythm.next(now) if rhythm else now,
        alerts=(alert,),
        created=now,
        filed=now,
    )
