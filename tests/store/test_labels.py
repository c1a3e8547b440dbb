"""Labels in a store: one a match, the last one counts, also among several who write."""

import threading
from pathlib import Path

from monitor.store import records
from monitor.store.base import Query
from monitor.store.labels import put, read
from monitor.store.sqlite import SqliteStore
from monitor.topics.labels import label_of
from tests.samples import NOW, article, match

MATCHES = [match(article(f"a{n}")) for n in range(20)]
WRITERS = 8


def test_of_several_who_label_the_same_none_is_lost_and_one_is_last(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "store.db") as store:
        start = threading.Barrier(WRITERS)

        def write(number: int) -> None:
            start.wait()
            put(store, [label_of(one, "useful", f"user {number}", NOW) for one in MATCHES])

        threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        kept = store.get(records.LABELS, [one.id for one in MATCHES])
        assert len(kept) == len(MATCHES) == store.count(records.LABELS, Query())[""]
        assert {one.revision for one in kept.values()} == {WRITERS}


def test_labels_are_read_of_one_topic_or_of_all_without_those_taken_back(tmp_path: Path) -> None:
    other = match(article("b"), "other")
    with SqliteStore(tmp_path / "store.db") as store:
        put(store, [label_of(one, "useful", "ana", NOW) for one in (*MATCHES, other)])
        put(store, [label_of(MATCHES[0], "withdrawn", "ana", NOW)])
        assert len(list(read(store))) == len(MATCHES)
        assert [one.id for one in read(store, "other")] == [other.id]
