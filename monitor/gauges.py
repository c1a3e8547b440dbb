"""How far the groups are behind, written down from time to time, so that it can be looked at later."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from monitor.store import records
from monitor.store.base import Added, Document, Store
from monitor.stream.base import Lag

SLOT = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def lag_documents(lags: Sequence[Lag], now: datetime, slot: timedelta = SLOT) -> list[Document]:
    """Return a document for each group and partition. Pure.

    The id is made of them and of the slot of time that ``now`` is in, so that several processes, and
    repeats, write each once. ``total`` is what the group is behind in the whole stream.
    """
    begun = _EPOCH + (now - _EPOCH) // slot * slot
    totals: Counter[tuple[str, str]] = Counter()
    for lag in lags:
        totals[lag.group, lag.stream] += lag.behind
    return [
        Document(
            f"{lag.group}:{lag.stream}:{lag.partition}:{begun:%Y-%m-%dT%H:%M:%SZ}",
            begun,
            {
                "group": lag.group,
                "stream": lag.stream,
                "partition": lag.partition,
                "behind": lag.behind,
                "total": totals[lag.group, lag.stream],
                "measured": now.isoformat(),
            },
        )
        for lag in lags
    ]


def record_lag(store: Store, lags: Sequence[Lag], now: datetime, slot: timedelta = SLOT) -> int:
    """Write down how far every group is behind; return how many documents are new.

    Raises ``Unavailable`` if the store is away: then this slot stays without.
    """
    added = store.add(records.LAG, lag_documents(lags, now, slot))
    return sum(one is Added.NEW for one in added)
