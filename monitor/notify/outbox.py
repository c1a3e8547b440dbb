"""The outbox: deliveries in the store, leased to one dispatcher at a time.

A lease is a ``due`` in the future, written by update-if-unchanged: whoever wins the update may send, and if
it dies before it records the outcome, the delivery is due again when the lease ends. It then goes out a
second time under the same id, so that a receiver can tell.

A digest is frozen before it is sent, and its id tells which parts it may hold::

    parts collecting, due  ->  one digest waiting, with the parts inside  ->  parts digested

The id is made of receiver, due time and number, so after a crash the same digest is found, not made anew.

``find`` may lag behind: what it shows is read again by id before anything is done with it, and every loop
over it goes forward by its cursor, so that it ends whatever is shown.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from monitor.articles.identity import digest_id
from monitor.model import Delivery, DeliveryState
from monitor.notify.base import Outcome, Sent
from monitor.notify.retry import next_try
from monitor.store import records
from monitor.store.base import Added, Document, Query, Store, Stored

LONGEST_WAIT = timedelta(hours=30)
"""No try is planned further ahead (``notify.retry``)."""
PAGE = 500
DIGEST_PARTS = 200
"""At most this many alerts go into one digest; the rest makes the next one."""


@dataclass(frozen=True, slots=True)
class Leased:
    """A delivery that is ours to send until the lease ends, and its version in the store."""

    delivery: Delivery
    version: int


@dataclass(frozen=True, slots=True)
class Tried:
    """A try that has ended, when, and where in the jitter the next one is placed if there must be one."""

    leased: Leased
    sent: Sent
    at: datetime
    chance: float


class Outbox:
    """Deliveries of the store. Blocking; safe to share between threads."""

    def __init__(self, store: Store, lease: timedelta, give_up_after: timedelta) -> None:
        self._store = store
        self._lease = lease
        self._give_up_after = give_up_after

    def lease(self, receiver: str, now: datetime, limit: int) -> list[Leased]:
        """Return up to ``limit`` deliveries that are due for ``receiver``, oldest first, leased to us."""
        query = Query(_where(receiver, DeliveryState.WAITING), due=now, order="due", limit=limit)
        taken: list[Leased] = []
        current = self._current(query, now)
        while len(taken) < limit and (some := list(islice(current, limit - len(taken)))):
            ours = [(replace(found, due=now + self._lease, leased=True), stored) for stored, found in some]
            versions = self._replace((delivery, stored.version) for delivery, stored in ours)
            taken += [Leased(one[0], new) for one, new in zip(ours, versions, strict=True) if new is not None]
        return taken

    def give_back(self, leased: Iterable[Leased], now: datetime) -> None:
        """End leases that were not used: somebody else may send at once."""
        self._replace((replace(one.delivery, due=now, leased=False), one.version) for one in leased)

    def _replace(self, changes: Iterable[tuple[Delivery, int]]) -> list[int | None]:
        """Write deliveries that are still of these versions; return the new versions."""
        documents = [(records.deliveries.document(delivery), version) for delivery, version in changes]
        return self._store.update_all(records.DELIVERIES, documents) if documents else []

    def record(self, leased: Leased, sent: Sent, now: datetime, chance: float) -> Delivery | None:
        """Write down the outcome of a try; return the delivery as it stands now.

        ``None`` if it is no longer ours: the lease had ended, or somebody has given it up meanwhile.
        """
        return self.record_all([Tried(leased, sent, now, chance)])[0]

    def record_all(self, tried: Sequence[Tried]) -> list[Delivery | None]:
        """Write down the outcomes of several tries in one go, each as ``record`` does."""
        after = [
            outcome(
                replace(one.leased.delivery, leased=False), one.sent, one.at, self._give_up_after, one.chance
            )
            for one in tried
        ]
        versions = self._replace(zip(after, (one.leased.version for one in tried), strict=True))
        lost = [one.id for one, new in zip(after, versions, strict=True) if new is None]
        stands = self._store.get(records.DELIVERIES, lost) if lost else {}
        # An answer that was lost on the way is no loss if what it told stands there.
        bodies = {id_: stored.body for id_, stored in stands.items()}
        return [
            one if new is not None or bodies.get(one.id) == records.deliveries.document(one).body else None
            for one, new in zip(after, versions, strict=True)
        ]

    def _readable(self, stored: Stored, now: datetime) -> Delivery | None:
        """Return the delivery; one that cannot be read is set aside as failed, lest it hold up the others."""
        try:
            return records.deliveries.value(stored)
        except ValueError as error:
            reason = f"it cannot be read: {type(error).__name__}"
            body = {**stored.body, "state": DeliveryState.FAILED.value, "last_error": reason}
            document = Document(
                stored.id, stored.filed, body | {"finished": now.isoformat()}, stored.revision
            )
            self._store.update(records.DELIVERIES, document, stored.version)
            return None

    def reclaim(self, now: datetime) -> int:
        """End the leases of a process that died, and return how many; only for the store's sole owner."""

        def freed(delivery: Delivery) -> Delivery | None:
            # A clock that was far ahead may have planned what would never come.
            is_held = delivery.leased or delivery.due - now > LONGEST_WAIT
            return replace(delivery, due=now, leased=False) if is_held else None

        query = Query(_where(None, DeliveryState.WAITING), order="oldest", limit=PAGE)
        return self._rewrite(self._current(query, now), freed)

    def shift(self, by: timedelta) -> int:
        """Move what is due later: the wall clock was set. Digests keep to the clock. Return how many.

        What is leased stays, or its outcome could not be recorded; the next start ends leases that are left.
        """
        done = 0
        # In an order that the change does not touch, or what moves would be met again.
        query = Query(_where(None, DeliveryState.WAITING), order="oldest", limit=PAGE)
        for stored in self._fresh(query):
            if stored.body.get("leased"):
                continue
            due = datetime.fromisoformat(stored.body["due"]) + by
            body = {**stored.body, "due": due.isoformat()}
            document = Document(stored.id, stored.filed, body, stored.revision)
            done += self._store.update(records.DELIVERIES, document, stored.version) is not None
        return done

    def collect(self, receiver: str, now: datetime) -> list[Delivery]:
        """Freeze the digests of ``receiver`` that are due; return them."""
        frozen: list[Delivery] = []
        while parts := self._parts(receiver, now):
            due = parts[0].due
            frozen += self._freeze(receiver, due, [part for part in parts if part.due == due], now)
        return frozen

    def abandon(self, receivers: Collection[str], now: datetime) -> int:
        """Give up what has waited too long for a receiver that is none of ``receivers``; return how many."""
        open_ = [DeliveryState.WAITING.value, DeliveryState.COLLECTING.value]
        waiting = self._store.count(records.DELIVERIES, Query({"state": open_}), by="receiver")

        def failed(delivery: Delivery) -> Delivery | None:
            if now - delivery.created < self._give_up_after:
                return None
            reason = f"the receiver {delivery.receiver} is not in the watchlist"
            return replace(
                delivery, state=DeliveryState.FAILED, finished=now, last_error=reason, leased=False
            )

        done = 0
        for receiver in waiting.keys() - set(receivers):
            query = Query({"state": open_, "receiver": receiver}, order="oldest", limit=PAGE)
            done += self._rewrite(self._current(query, now), failed)
        return done

    def replay(self, ids: Iterable[str], now: datetime) -> int:
        """Make failed deliveries due again, with a full set of tries; return how many."""

        def again(delivery: Delivery) -> Delivery | None:
            if delivery.state is not DeliveryState.FAILED:
                return None
            return replace(
                delivery, state=DeliveryState.WAITING, due=now, attempts=0, created=now, finished=None
            )

        return self._rewrite(self._read(self._store.get(records.DELIVERIES, ids).values(), now), again)

    def _rewrite(
        self, current: Iterable[tuple[Stored, Delivery]], changed: Callable[[Delivery], Delivery | None]
    ) -> int:
        """Write what deliveries are ``changed`` to, many at a time; ``None`` leaves one. Return how many."""
        changes = ((after, stored.version) for stored, one in current if (after := changed(one)))
        done = 0
        while page := list(islice(changes, PAGE)):
            done += sum(version is not None for version in self._replace(page))
        return done

    def _parts(self, receiver: str, now: datetime) -> list[Delivery]:
        query = Query(_where(receiver, DeliveryState.COLLECTING), due=now, order="due", limit=DIGEST_PARTS)
        parts = (delivery for _, delivery in self._current(query, now))
        return list(islice(parts, DIGEST_PARTS))

    def _fresh(self, query: Query) -> Iterator[Stored]:
        """Return what ``query`` finds, as it is now, without what is meant no longer."""
        while True:
            page = self._store.find(records.DELIVERIES, query)
            now_there = self._store.get(records.DELIVERIES, [stored.id for stored in page.documents])
            for found in page.documents:
                stored = now_there.get(found.id)
                if stored and _is_meant(stored, query):
                    yield stored
            if page.next is None:
                return
            query = replace(query, after=page.next)

    def _current(self, query: Query, now: datetime) -> Iterator[tuple[Stored, Delivery]]:
        """Return the deliveries that ``query`` means; what cannot be read is set aside."""
        return self._read(self._fresh(query), now)

    def _read(self, found: Iterable[Stored], now: datetime) -> Iterator[tuple[Stored, Delivery]]:
        for stored in found:
            delivery = self._readable(stored, now)
            if delivery is not None:
                yield stored, delivery

    def _freeze(
        self, receiver: str, due: datetime, parts: list[Delivery], now: datetime
    ) -> Iterator[Delivery]:
        number = 0
        while parts:
            digest = digest_of(receiver, due, number, parts[:DIGEST_PARTS], now)
            if self._store.add(records.DELIVERIES, [records.deliveries.document(digest)]) == [Added.NEW]:
                yield digest
            else:  # from before a crash, or another process was faster: what it holds is what counts
                known = self._store.get(records.DELIVERIES, [digest.id]).get(digest.id)
                digest = records.deliveries.value(known) if known else replace(digest, alerts=())
            inside = {alert.id for alert in digest.alerts}
            self._mark([part for part in parts if part.alerts[0].id in inside], digest.id)
            parts = [part for part in parts if part.alerts[0].id not in inside]
            number += 1

    def _mark(self, parts: Iterable[Delivery], digest: str) -> None:
        stored = self._store.get(records.DELIVERIES, [part.id for part in parts])
        done = DeliveryState.DIGESTED
        self._replace(
            (replace(records.deliveries.value(one), state=done, digest=digest), one.version)
            for one in stored.values()
            if one.body["state"] != done.value
        )


def _where(receiver: str | None, state: DeliveryState) -> dict[str, str]:
    return {"state": state.value} | ({} if receiver is None else {"receiver": receiver})


def _is_meant(stored: Stored, query: Query) -> bool:
    """Return whether a delivery is still one that ``query`` means."""
    for name, wanted in query.where.items():
        if stored.body.get(name) not in ([wanted] if isinstance(wanted, str) else wanted):
            return False
    return query.due is None or datetime.fromisoformat(stored.body["due"]) <= query.due


def digest_of(receiver: str, due: datetime, number: int, parts: list[Delivery], now: datetime) -> Delivery:
    """Return the digest that holds ``parts``: the ``number``-th one of this receiver for this time."""
    return Delivery(
        id=digest_id(receiver, (due.isoformat(), str(number))),
        receiver=receiver,
        state=DeliveryState.WAITING,
        due=now,
        alerts=tuple(alert for part in parts for alert in part.alerts),
        created=now,
        filed=now,
        is_digest=True,
    )


def outcome(
    delivery: Delivery, sent: Sent, now: datetime, give_up_after: timedelta, chance: float
) -> Delivery:
    """Return the delivery as it stands after a try. Pure."""
    tries = delivery.attempts + 1
    if sent.outcome is Outcome.DELIVERED:
        missed = sent.reason if sent.partly else None
        return replace(
            delivery, state=DeliveryState.DELIVERED, attempts=tries, finished=now, last_error=missed
        )
    due = None
    if sent.outcome is Outcome.RETRY:
        due = next_try(
            tries, delivery.created, now, give_up_after, retry_after=sent.retry_after, chance=chance
        )
    if due is None:
        return replace(
            delivery, state=DeliveryState.FAILED, attempts=tries, finished=now, last_error=sent.reason
        )
    return replace(delivery, due=due, attempts=tries, last_error=sent.reason)
