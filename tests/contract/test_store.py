"""The promises of the store, for every implementation of it."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import StoreUnavailable, UsageError
from monitor.store import records
from monitor.store.base import Added, Document, Query, Store
from tests.contract.harness import StoreHarness, sqlite_store

HARNESSES: dict[str, Callable[[Path], StoreHarness]] = {"sqlite": sqlite_store}
DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(params=sorted(HARNESSES))
def harness(request: pytest.FixtureRequest, tmp_path: Path) -> StoreHarness:
    return HARNESSES[request.param](tmp_path)


@pytest.fixture
def store(harness: StoreHarness) -> Iterator[Store]:
    with harness.open() as opened:
        yield opened


def article(id_: str, title: str = "", *, days: int = 0, revision: int = 1, **more: Any) -> Document:
    body = {"id": id_, "title": title, "summary": "", "body": "", "language": "en"} | more
    body.setdefault("feed", {"id": "wire", "outlet": "The Wire"})
    return Document(id_, DAY + timedelta(days=days), body, revision)


def ids(store: Store, query: Query) -> list[str]:
    return [document.id for document in store.find(records.ARTICLES, query).documents]


def test_a_known_id_changes_nothing_and_says_so(store: Store) -> None:
    assert store.add(records.ARTICLES, [article("a", "first")]) == [Added.NEW]
    assert store.add(records.ARTICLES, [article("a", "second", days=3)]) == [Added.KNOWN]
    stored = store.get(records.ARTICLES, ["a"])["a"]
    assert (stored.body["title"], stored.filed, stored.revision) == ("first", DAY, 1)


def test_a_newer_revision_replaces_the_body_but_not_the_filing_date(store: Store) -> None:
    store.add(records.ARTICLES, [article("a", "first")])
    assert store.add(records.ARTICLES, [article("a", "second", days=3, revision=2)]) == [Added.REVISED]
    stored = store.get(records.ARTICLES, ["a"])["a"]
    assert (stored.body["title"], stored.filed, stored.revision) == ("second", DAY, 2)
    assert store.add(records.ARTICLES, [article("a", "late copy", revision=1)]) == [Added.KNOWN]


def test_an_id_twice_in_one_call_is_added_once(store: Store) -> None:
    assert store.add(records.ARTICLES, [article("a", "x"), article("a", "y")]) == [Added.NEW, Added.KNOWN]


def test_ids_are_apart_between_kinds(store: Store) -> None:
    store.add(records.ARTICLES, [article("a")])
    assert store.add(records.TOPICS, [Document("a", DAY, {"id": "a"})]) == [Added.NEW]


def test_reading_by_id_sees_ones_own_writes_and_skips_strangers(store: Store) -> None:
    store.add(records.ARTICLES, [article(f"id-{n}") for n in range(1200)])
    found = store.get(records.ARTICLES, [f"id-{n}" for n in range(1300)])
    assert len(found) == 1200


def test_dates_come_back_in_utc_to_the_millisecond(store: Store) -> None:
    moment = datetime(2024, 2, 29, 23, 59, 59, 123000, tzinfo=UTC)
    store.add(records.TOPICS, [Document("t", moment, {"id": "t"})])
    assert store.get(records.TOPICS, ["t"])["t"].filed == moment


def test_of_eight_writers_with_one_version_one_wins(harness: StoreHarness, store: Store) -> None:
    store.add(records.TOPICS, [Document("t", DAY, {"id": "t", "n": 0})])
    version = store.get(records.TOPICS, ["t"])["t"].version
    won: list[bool] = []
    start = threading.Barrier(8)

    def write(n: int) -> None:
        start.wait()
        won.append(store.update(records.TOPICS, Document("t", DAY, {"id": "t", "n": n}), version))

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won.count(True) == 1
    assert store.get(records.TOPICS, ["t"])["t"].version == version + 1


def test_an_update_of_what_is_not_there_loses(store: Store) -> None:
    assert not store.update(records.TOPICS, Document("t", DAY, {"id": "t"}), 1)


def test_find_orders_by_date_and_pages_without_gaps(harness: StoreHarness, store: Store) -> None:
    store.add(records.ARTICLES, [article(f"{n:02}", days=n // 3) for n in range(20)])
    harness.settle()
    pages: list[str] = []
    after = None
    while True:
        page = store.find(records.ARTICLES, Query(limit=3, after=after))
        pages += [document.id for document in page.documents]
        after = page.next
        if after is None:
            break
    assert pages == [f"{n:02}" for n in reversed(range(20))]
    assert ids(store, Query(order="oldest", limit=5)) == ["00", "01", "02", "03", "04"]


def test_find_chooses_by_facets_and_dates(harness: StoreHarness, store: Store) -> None:
    store.add(
        records.ARTICLES,
        [
            article("a", language="ru"),
            article("b", days=1, language="uk"),
            article("c", days=2, language="ko"),
        ],
    )
    harness.settle()
    assert ids(store, Query({"language": "uk"})) == ["b"]
    assert ids(store, Query({"language": ["ru", "ko"]})) == ["c", "a"]
    assert ids(store, Query(since=DAY + timedelta(days=1))) == ["c", "b"]
    assert ids(store, Query(until=DAY + timedelta(days=1))) == ["a"]


def test_an_unknown_facet_is_said_plainly(store: Store) -> None:
    with pytest.raises(UsageError, match="colour"):
        store.find(records.ARTICLES, Query({"colour": "red"}))


def test_due_documents_come_in_the_order_of_their_time(harness: StoreHarness, store: Store) -> None:
    documents = [
        Document(
            f"d{n}", DAY, {"id": f"d{n}", "state": "waiting", "due": (DAY + timedelta(hours=h)).isoformat()}
        )
        for n, h in enumerate((5, 1, 3))
    ]
    store.add(records.DELIVERIES, documents)
    harness.settle()
    page = store.find(records.DELIVERIES, Query(due=DAY + timedelta(hours=3), order="due"))
    assert [document.id for document in page.documents] == ["d1", "d2"]


@pytest.mark.parametrize(
    ("title", "language", "search"),
    [
        ("북한이 러시아에 병력을 보냈다", "ko", "북한"),
        ("Северокорейских рабочих привезут в Донецк", "ru", "северокорейский рабочий"),
        ("Північнокорейських військових бачили на Курщині", "uk", "військові"),
        ("Workers were seen near Mariupol", "en", "worker"),
        ("Е\u0308лки и подъём", "ru", "елки"),
        ("ёлки и подъём", "ru", "ёлка"),
        (
            "\u1107\u116e\u11a8\u1112\u1161\u11ab\u110b\u1175 왔다",  # decomposed Hangul
            "ko",
            "북한",
        ),
    ],
)
def test_text_is_found_in_every_form_of_its_words(
    harness: StoreHarness, store: Store, title: str, language: str, search: str
) -> None:
    store.add(
        records.ARTICLES, [article("hit", title, language=language), article("miss", "Weather for Sunday")]
    )
    harness.settle()
    assert ids(store, Query(text=search)) == ["hit"]


def test_all_words_of_a_search_must_be_there(harness: StoreHarness, store: Store) -> None:
    store.add(records.ARTICLES, [article("a", "troops in Kursk"), article("b", "troops at home")])
    harness.settle()
    assert ids(store, Query(text="troops kursk")) == ["a"]


def test_a_revised_text_is_found_by_its_new_words_only(harness: StoreHarness, store: Store) -> None:
    store.add(records.ARTICLES, [article("a", "volunteers")])
    store.add(records.ARTICLES, [article("a", "soldiers", revision=2)])
    harness.settle()
    assert ids(store, Query(text="soldiers")) == ["a"]
    assert ids(store, Query(text="volunteers")) == []


def test_counting_by_facet_and_by_day(harness: StoreHarness, store: Store) -> None:
    store.add(
        records.ARTICLES, [article(str(n), days=n % 2, language="ru" if n < 3 else "uk") for n in range(5)]
    )
    harness.settle()
    assert store.count(records.ARTICLES, Query()) == {"": 5}
    assert store.count(records.ARTICLES, Query(), by="language") == {"ru": 3, "uk": 2}
    assert store.count(records.ARTICLES, Query(), by="day") == {"2026-03-01": 3, "2026-03-02": 2}


def test_a_pruned_id_that_is_remembered_does_not_come_again(harness: StoreHarness, store: Store) -> None:
    store.add(
        records.ARTICLES, [article("shown", "alpha"), article("gone", "beta"), article("young", days=9)]
    )
    harness.settle()
    assert store.prune(records.ARTICLES, DAY + timedelta(days=1), remember=["shown"]) == 2
    harness.settle()
    assert ids(store, Query()) == ["young"]
    assert ids(store, Query(text="alpha")) == []
    assert store.add(records.ARTICLES, [article("shown")]) == [Added.PRUNED]
    store.prune(records.ARTICLES, DAY, remember=[])
    assert store.add(records.ARTICLES, [article("shown"), article("gone")]) == [Added.NEW, Added.NEW]


def test_opening_twice_is_safe(harness: StoreHarness) -> None:
    with harness.open() as one, harness.open() as two:
        one.add(records.ARTICLES, [article("a")])
        assert two.add(records.ARTICLES, [article("a")]) == [Added.KNOWN]


def test_use_after_close_is_an_error_and_closing_twice_is_not(harness: StoreHarness) -> None:
    store = harness.open()
    store.close()
    store.close()
    with pytest.raises(StoreUnavailable):
        store.get(records.ARTICLES, ["a"])
