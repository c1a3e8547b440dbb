"""The leases in the store: one document a feed, changed by whoever learns something about it."""

from collections.abc import Callable, Collection

from monitor.errors import Overtaken
from monitor.feeds.websub.lease import Lease, Leases
from monitor.store import records
from monitor.store.base import Added, Query, Store
from monitor.store.paging import every
from monitor.store.records import Records

TRIES = 10
PAGE = 200

Change = Callable[[Leases | None], Leases | None]
"""Makes of what is there what shall be there; the same, or nothing, leaves it as it is."""

_leases = Records(records.LEASES, Leases)


class LeaseStates:
    """Reads and changes leases. Blocking; safe to share between threads and processes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, ids: Collection[str]) -> dict[str, Leases]:
        """Return what is known of these feeds."""
        found = {id_: _leases.readable(one) for id_, one in self._store.get(records.LEASES, ids).items()}
        return {id_: leases for id_, leases in found.items() if leases}

    def all(self) -> list[Leases]:
        """Return what is known of all feeds; in a cluster without what was written in the last moment."""
        found = map(_leases.readable, every(self._store, records.LEASES, Query(limit=PAGE)))
        return [leases for leases in found if leases]

    def change(self, id_: str, change: Change) -> Leases | None:
        """Change what is kept of a feed and return it. The hub and we may both be at it: then once more.

        Raises ``Overtaken`` if others are always quicker.
        """
        for _ in range(TRIES):
            stored = self._store.get(records.LEASES, [id_]).get(id_)
            before = _leases.readable(stored)
            after = change(before)
            if after is None or after == before:
                return before
            document = _leases.document(after)
            if stored is None:
                if self._store.add(records.LEASES, [document]) == [Added.NEW]:
                    return after
            elif self._store.update(records.LEASES, document, stored.version) is not None:
                return after
        raise Overtaken(f"the lease of {id_} is being changed by others all the time")

    def change_one(self, id_: str, token: str, change: Callable[[Lease], Lease | None]) -> Leases | None:
        """Change one of a feed's leases, as ``change`` does."""
        return self.change(id_, lambda leases: leases.changed(token, change) if leases else None)
