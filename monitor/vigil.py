"""Tells operators how feeds fare: looks at what pollers have written, decides, and fills the outbox.

What is decided is written down before the outbox is filled, and only if nobody else has decided meanwhile. So
several processes may look, and a crash at any moment neither loses a notice nor makes two of one.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from monitor.alerts.route import notices_of
from monitor.alerts.vigil import OPERATORS, Told, Vigilance, look
from monitor.clock import Clock
from monitor.feeds.health import health_of
from monitor.feeds.state import FeedStates
from monitor.model import FeedNotice
from monitor.store import records
from monitor.store.base import Added, Store, Stored
from monitor.store.records import Records

_told = Records(records.VIGIL, Told)


class Vigil:
    """Watches feeds for operators. Blocking; any number of processes may."""

    def __init__(self, store: Store, vigilance: Vigilance, clock: Clock) -> None:
        self._store = store
        self._vigilance = vigilance
        self._clock = clock

    def __call__(self, feeds: Collection[str], receivers: Sequence[str]) -> FeedNotice | None:
        """Look at ``feeds`` (their ids) and tell ``receivers`` what there is to tell; return the notice.

        Raises ``Unavailable`` if the store is away: then the next look tells it.
        """
        stored, now = self._read(), self._clock.now()
        told = _told.value(stored) if stored else Told(now)
        if stored and not told.handed:  # a crash came between
            return self._handed_over(told, receivers, stored.version)
        states = FeedStates(self._store).polled(list(feeds))
        decided = look([health_of(state, now) for state in states.values()], told, self._vigilance, now)
        if decided is None:
            return None
        version = self._written(decided, stored.version if stored else None)
        return None if version is None else self._handed_over(decided, receivers, version)

    def _handed_over(self, told: Told, receivers: Sequence[str], version: int) -> FeedNotice | None:
        """Fill the outbox, and write down that this is done, lest it be done again in a month."""
        if told.notice:
            deliveries = notices_of(told.notice, receivers, told.notice.at)
            self._store.add(records.DELIVERIES, [records.deliveries.document(one) for one in deliveries])
        self._written(replace(told, handed=True), version)
        return told.notice

    def _read(self) -> Stored | None:
        return self._store.get(records.VIGIL, [OPERATORS]).get(OPERATORS)

    def _written(self, told: Told, version: int | None) -> int | None:
        """Write down what is told, if it is still of this version, and return the new one."""
        document = _told.document(told)
        if version is not None:
            return self._store.update(records.VIGIL, document, version)
        is_new = self._store.add(records.VIGIL, [document]) == [Added.NEW]
        stored = self._read() if is_new else None
        return stored.version if stored else None
