"""The promises of the store, for every implementation of it."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.errors import StoreUnavailable, UsageError
from monitor.store import records
from monitor.store.base import Added, Document, Query, Store
from monitor.topics.search import searched
from monitor.topics.text import TOKENS_VERSION
from tests.contract.harness import STORES, StoreHarness, store_harness

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


harness = pytest.fixture(params=STORES)(store_harness)


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
        won.append(store.update(records.TOPICS, Document("t", DAY, {"id": "t", "n": n}), version) is not None)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won.count(True) == 1
    assert store.get(records.TOPICS, ["t"])["t"].version != version


def test_several_are_updated_together_each_by_its_version(harness: StoreHarness) -> None:
    with harness.open() as store:
        documents = [Document(id_, DAY, {"id": id_, "n": 1}) for id_ in "abc"]
        store.add(records.TOPICS, documents)
        versions = [store.get(records.TOPICS, [one.id])[one.id].version for one in documents]
        newer = store.update(records.TOPICS, Document("b", DAY, {"id": "b", "n": 2}), versions[1])
        changes = [
            (Document(id_, DAY, {"id": id_, "n": 3}), version)
            for id_, version in zip("abc", versions, strict=True)
        ]
        changes.append((Document("absent", DAY, {"id": "absent"}), versions[0]))
        first, second, third, fourth = store.update_all(records.TOPICS, changes)
        assert (second, fourth) == (None, None)
        assert [store.get(records.TOPICS, [id_])[id_].body["n"] for id_ in "abc"] == [3, 2, 3]
        assert newer is not None
        assert first is not None
        assert third is not None
        again = [
            (Document(id_, DAY, {"id": id_, "n": 4}), version)
            for id_, version in zip("abc", (first, newer, third), strict=True)
        ]
        assert None not in store.update_all(records.TOPICS, again), "the new versions are those to go on with"
        assert store.update_all(records.TOPICS, []) == []


def test_an_update_keeps_the_filing_date_and_gives_a_new_version(store: Store) -> None:
    store.add(records.ARTICLES, [article("a", "first")])
    first = store.get(records.ARTICLES, ["a"])["a"]
    assert store.update(records.ARTICLES, article("a", "second", days=90, revision=2), first.version)
    second = store.get(records.ARTICLES, ["a"])["a"]
    assert (second.body["title"], second.filed, second.revision) == ("second", DAY, 2)
    assert not store.update(records.ARTICLES, article("a", "third"), first.version)
    assert store.update(records.ARTICLES, article("a", "third", revision=3), second.version)


def test_a_body_comes_back_exactly(store: Store) -> None:
    body: dict[str, Any] = {
        "id": "t",
        "text": "\0 \u2028 \x1b \U0001f600 й ё 북한",
        "numbers": [1, 1.0, -0.5, 10**17, 1e300],
        "empty": [None, "", {}, [], True],
        "odd.key": {"": {"_id": 1}, "ключ": 2},
        "long": "w" * 100_000,
    }
    store.add(records.TOPICS, [Document("t", DAY, body)])
    back = store.get(records.TOPICS, ["t"])["t"].body
    assert back == body
    assert [type(number) for number in back["numbers"]] == [int, float, float, int, float]


def test_ids_may_be_any_text(harness: StoreHarness, store: Store) -> None:
    odd = ["a/b", "a b?&#%", "_x", "лента", "북한", '"', "*"]
    store.add(records.FEEDS, [Document(id_, DAY, {"id": id_, "health": "new"}) for id_ in odd])
    harness.settle()
    assert set(store.get(records.FEEDS, odd)) == set(odd)
    assert {one.id for one in store.find(records.FEEDS, Query({"id": odd})).documents} == set(odd)


def test_documents_of_many_months_are_one_kind(harness: StoreHarness, store: Store) -> None:
    days = [0, 31, 400, -700, -9000]
    documents = [article(f"d{day}", "volunteers", days=day) for day in days]
    assert store.add(records.ARTICLES, documents) == [Added.NEW] * len(days)
    assert store.add(records.ARTICLES, documents[::-1]) == [Added.KNOWN] * len(days)
    harness.settle()
    assert ids(store, Query(any_of=searched("volunteer"))) == ["d400", "d31", "d0", "d-700", "d-9000"]
    assert len(store.get(records.ARTICLES, [one.id for one in documents])) == len(days)
    assert store.prune(records.ARTICLES, DAY + timedelta(days=1)) == 3
    harness.settle()
    assert ids(store, Query()) == ["d400", "d31"]
    assert set(store.get(records.ARTICLES, [one.id for one in documents])) == {"d400", "d31"}


def test_what_another_process_adds_is_seen_at_once(harness: StoreHarness) -> None:
    with harness.open() as one, harness.open() as two:
        one.add(records.ARTICLES, [article("a")])
        assert two.get(records.ARTICLES, ["a", "b"]).keys() == {"a"}
        one.add(records.ARTICLES, [article("b", days=40)])  # in a month that the second has not seen
        assert two.add(records.ARTICLES, [article("b", days=80)]) == [Added.KNOWN]
        assert two.get(records.ARTICLES, ["a", "b"]).keys() == {"a", "b"}


def test_eight_that_add_the_same_add_it_once(store: Store) -> None:
    documents = [article(f"id-{n}") for n in range(20)]
    results: list[list[Added]] = []
    start = threading.Barrier(8)

    def add() -> None:
        start.wait()
        results.append(store.add(records.ARTICLES, documents))

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [sum(result[n] is Added.NEW for result in results) for n in range(20)] == [1] * 20


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


def test_a_long_page_has_all_of_it(harness: StoreHarness, store: Store) -> None:
    store.add(records.ARTICLES, [article(f"{n:04}") for n in range(1201)])
    harness.settle()
    assert len(ids(store, Query(limit=100_000))) == 1201
    page = store.find(records.ARTICLES, Query(limit=1200))
    assert len(page.documents) == 1200
    assert [one.id for one in store.find(records.ARTICLES, Query(after=page.next)).documents] == ["0000"]


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


def test_find_chooses_by_how_an_id_begins(harness: StoreHarness, store: Store) -> None:
    odd = ["ab", "abc", "ab%", "ab_x", "ab\U0001f600", "aB", "a", "b", "북한", "북한산"]
    store.add(records.TOPICS, [Document(id_, DAY, {"id": id_}) for id_ in odd])
    harness.settle()

    def begin(start: str) -> set[str]:
        return {one.id for one in store.find(records.TOPICS, Query(begins=start)).documents}

    assert begin("ab") == {"ab", "abc", "ab%", "ab_x", "ab\U0001f600"}
    assert begin("북한") == {"북한", "북한산"}
    assert begin("ab%") == {"ab%"}
    assert begin("*") == begin("ab?") == set()
    assert begin("") == set(odd)


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
    assert ids(store, Query(any_of=searched(search))) == ["hit"]


def test_all_words_of_a_search_must_be_there(harness: StoreHarness, store: Store) -> None:
    store.add(records.ARTICLES, [article("a", "troops in Kursk"), article("b", "troops at home")])
    harness.settle()
    assert ids(store, Query(any_of=searched("troops kursk"))) == ["a"]


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        ([[["troop"]]], ["troops"]),
        ([[["troo*"]]], ["troops"]),
        ([[["troop"]], [["корабл*"]], [["nothing"]]], ["ship", "troops"]),
        ([[["north"], ["korea*"]]], ["troops"]),
        ([[["north"], ["wind"]]], []),
        ([[["wind", "gale"]], [["북*"]]], ["korean"]),
        ([[["x" * 300]]], ["long"]),
        ([[["x" * 299 + "*"]]], ["long"]),
        ([[["y" * 300]]], []),
        ([], []),
    ],
)
def test_one_of_several_terms_must_be_there(
    harness: StoreHarness, store: Store, terms: list[list[list[str]]], found: list[str]
) -> None:
    titles = {
        "troops": "North Korean troops",
        "ship": "В порту корабли",
        "korean": "북한군이",
        "long": "x" * 300,
    }
    store.add(records.ARTICLES, [article(id_, title) for id_, title in titles.items()])
    harness.settle()
    assert sorted(ids(store, Query(any_of=terms))) == found
    in_future = Query(any_of=terms, since=DAY + timedelta(days=1))
    assert ids(store, in_future) == []


def test_a_revised_text_is_found_by_its_new_words_only(harness: StoreHarness, store: Store) -> None:
    store.add(records.ARTICLES, [article("a", "volunteers")])
    store.add(records.ARTICLES, [article("a", "soldiers", revision=2)])
    harness.settle()
    assert ids(store, Query(any_of=searched("soldiers"))) == ["a"]
    assert ids(store, Query(any_of=searched("volunteers"))) == []


OTHER_RULES = pytest.mark.parametrize("version", [None, TOKENS_VERSION - 1, TOKENS_VERSION + 1])


@OTHER_RULES
def test_what_was_indexed_under_other_rules_is_always_a_candidate(
    harness: StoreHarness, store: Store, version: int | None
) -> None:
    store.add(records.ARTICLES, [article("a", "troops"), article("b", "rain", days=40)])
    harness.settle()
    harness.age(version)
    store.add(records.ARTICLES, [article("new", "rain", days=1), article("wind", "wind")])
    harness.settle()
    rain = searched("rain")
    assert ids(store, Query(any_of=rain)) == ["b", "new", "a"]
    assert ids(store, Query({"language": "ko"}, rain)) == []
    assert ids(store, Query(any_of=rain, since=DAY + timedelta(days=1))) == ["b", "new"]
    assert store.count(records.ARTICLES, Query(any_of=rain)) == {"": 3}
    assert ids(store, Query(any_of=[])) == []


@pytest.mark.parametrize("version", [None, TOKENS_VERSION - 1])
def test_what_is_under_older_rules_is_indexed_anew_and_nothing_else_of_it_changes(
    harness: StoreHarness, store: Store, version: int | None
) -> None:
    many = [article(f"{n:04}", "troops" if n % 2 else "rain", days=n % 40) for n in range(450)]
    store.add(records.ARTICLES, many)
    harness.settle()
    before = store.get(records.ARTICLES, [one.id for one in many])
    harness.age(version)
    portions = list(store.reindex(records.ARTICLES))
    harness.settle()
    assert sum(portions) == len(many)
    assert len(portions) > 2, "a portion at a time"
    assert len(ids(store, Query(any_of=searched("rain"), limit=999))) == 225
    after = store.get(records.ARTICLES, before)
    assert [(one.filed, one.revision, one.body) for one in after.values()] == [
        (one.filed, one.revision, one.body) for one in before.values()
    ]
    assert list(store.reindex(records.ARTICLES)) == []
    assert list(store.reindex(records.MATCHES)) == []


def test_reindexing_that_was_broken_off_goes_on_where_it_was(harness: StoreHarness) -> None:
    with harness.open() as store:
        store.add(records.ARTICLES, [article(str(n), "rain") for n in range(450)])
        harness.settle()
        harness.age(None)
        first = next(store.reindex(records.ARTICLES))
    harness.settle()
    with harness.open() as store:
        assert first + sum(store.reindex(records.ARTICLES)) == 450


def test_what_others_write_while_it_is_indexed_anew_stands(harness: StoreHarness, store: Store) -> None:
    store.add(records.ARTICLES, [article(f"{n:04}", "rain") for n in range(450)])
    harness.settle()
    harness.age(None)
    portions = store.reindex(records.ARTICLES)
    done = next(portions)
    store.add(records.ARTICLES, [article(f"{n:04}", "troops", revision=2) for n in range(450)])
    for count in portions:
        done += count
    assert done < 450
    harness.settle()
    assert len(ids(store, Query(any_of=searched("troops"), limit=999))) == 450
    assert ids(store, Query(any_of=searched("rain"))) == []


def test_what_newer_rules_indexed_is_left_to_them(harness: StoreHarness, store: Store) -> None:
    store.add(records.ARTICLES, [article("a", "rain")])
    harness.settle()
    harness.age(TOKENS_VERSION + 1)
    assert list(store.reindex(records.ARTICLES)) == []


def test_counting_by_facet_and_by_day(harness: StoreHarness, store: Store) -> None:
    store.add(
        records.ARTICLES, [article(str(n), days=n % 2, language="ru" if n < 3 else "uk") for n in range(5)]
    )
    harness.settle()
    store.add(records.ARTICLES, [article("none", days=7, language=None)])
    harness.settle()
    assert store.count(records.ARTICLES, Query(since=DAY + timedelta(days=5)), by="language") == {"": 1}
    assert store.count(records.ARTICLES, Query(until=DAY + timedelta(days=5))) == {"": 5}
    assert store.count(records.ARTICLES, Query({"language": "ko"})) == {}
    assert store.count(records.ARTICLES, Query(any_of=searched("weather"))) == {}
    young = Query(until=DAY + timedelta(days=5))
    assert store.count(records.ARTICLES, young, by="language") == {"ru": 3, "uk": 2}
    assert store.count(records.ARTICLES, young, by="day") == {"2026-03-01": 3, "2026-03-02": 2}


def test_every_group_is_counted(harness: StoreHarness, store: Store) -> None:
    store.add(records.ARTICLES, [article(str(n), feed={"id": f"feed-{n}"}) for n in range(1100)])
    harness.settle()
    assert len(store.count(records.ARTICLES, Query(), by="feed")) == 1100


def test_a_pruned_id_that_is_remembered_does_not_come_again(harness: StoreHarness, store: Store) -> None:
    store.add(
        records.ARTICLES, [article("shown", "alpha"), article("gone", "beta"), article("young", days=9)]
    )
    harness.settle()
    assert store.prune(records.ARTICLES, DAY + timedelta(days=1), remember=["shown"]) == 2
    harness.settle()
    assert ids(store, Query()) == ["young"]
    assert ids(store, Query(any_of=searched("alpha"))) == []
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
