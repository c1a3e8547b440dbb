"""What counts as new among the entries that a feed shows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.articles.build import Clean, clean
from monitor.articles.identity import IDENTITY_VERSION
from monitor.feeds.novelty import FORGET_AFTER, Novelty, novelty
from monitor.feeds.state import Seen
from monitor.model import Entry, Feed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
FEED = Feed("wire", "https://wire.example/feed", "Wire")
NOTHING = Seen("wire", NOW, identity=IDENTITY_VERSION)


def shown(number: int, text: str = "news", published: datetime | None = NOW) -> Clean:
    link = f"https://wire.example/{number}"
    made = clean(Entry(link=link, title=f"{text} {number}", published=published), FEED, NOW)
    assert made
    return made


def polled(
    entries: list[Clean], seen: Seen = NOTHING, now: datetime = NOW, first: datetime | None = None
) -> Novelty:
    return novelty(entries, FEED, seen, now, backlog_before=first)


def test_each_entry_is_new_once() -> None:
    first = polled([shown(1), shown(2), shown(1)])
    assert [article.title for article in first.articles] == ["news 1", "news 2"]
    assert polled([shown(1), shown(2)], first.published).articles == ()


def test_an_edit_is_a_revision_under_the_first_dates() -> None:
    first = polled([shown(1)])
    later = polled([shown(1, "corrected", NOW + DAY)], first.published, NOW + DAY)
    (article,) = later.articles
    assert (article.revision, article.title) == (2, "corrected 1")
    assert (article.filed, article.first_seen) == (NOW, NOW)


def test_what_was_not_published_before_a_crash_comes_again_as_it_was() -> None:
    before = polled([shown(1)])
    again = polled([shown(1)], before.seen, NOW + DAY)
    assert again.articles == before.articles
    edited = polled([shown(1, "corrected")], before.seen, NOW + DAY)
    assert [article.revision for article in edited.articles] == [2], "it may have been published after all"
    assert edited.new == {article.id for article in edited.articles}


def test_old_entries_of_a_first_poll_are_backlog_and_undated_ones_are_not() -> None:
    entries = [shown(1, published=NOW - 3 * DAY), shown(2, published=NOW), shown(3, published=None)]
    first = polled(entries, first=NOW - DAY)
    assert [article.backlog for article in first.articles] == [True, False, False]
    late = polled([shown(4, published=NOW - 30 * DAY)], first.published)
    assert [article.backlog for article in late.articles] == [False]


def test_an_edit_of_a_backlog_entry_stays_backlog() -> None:
    first = polled([shown(1, published=NOW - 3 * DAY)], first=NOW - DAY)
    later = polled([shown(1, "corrected", NOW)], first.published)
    assert [article.backlog for article in later.articles] == [True]


def test_an_entry_that_comes_back_within_a_month_is_known() -> None:
    first = polled([shown(1)]).published
    gone = polled([], first, NOW + DAY).published
    assert polled([shown(1)], gone, NOW + FORGET_AFTER).articles == ()
    forgotten = polled([], gone, NOW + DAY + FORGET_AFTER).published
    assert forgotten.entries == {}


def test_a_change_of_identity_rules_makes_nothing_new() -> None:
    first = polled([shown(1), shown(2)]).published
    old_ids = replace(first, identity=1, entries={f"old-{id_}": e for id_, e in first.entries.items()})
    after = polled([shown(1), shown(2), shown(3)], old_ids)
    assert [article.title for article in after.articles] == ["news 3"]
    assert after.seen.identity == IDENTITY_VERSION
    (edited,) = polled([shown(1, "corrected")], after.published).articles
    assert edited.id.startswith("old-")
    assert edited.revision == 2


def guided(guid: str, text: str, link: str | None = None, published: datetime | None = NOW) -> Clean:
    made = clean(Entry(guid=guid, link=link, title=text, published=published), FEED, NOW)
    assert made
    return made


def test_guids_that_change_at_every_fetch_make_nothing_new() -> None:
    seen = NOTHING
    for fetch in range(3):
        found = polled([guided(f"{fetch}-{n}", f"news {n}", published=None) for n in range(3)], seen)
        assert len(found.articles) == (3 if fetch == 0 else 0)
        seen = found.published


def test_an_edit_after_a_change_of_guid_is_a_revision_of_the_same_article() -> None:
    first = polled([guided("one", "news")])
    moved = polled([guided("two", "news")], first.published)
    (edited,) = polled([guided("two", "corrected news")], moved.published).articles
    assert (edited.id, edited.revision) == (first.articles[0].id, 2)


def test_the_same_words_on_another_day_are_another_article() -> None:
    first = polled([guided("one", "Morning bulletin")])
    later = polled([guided("two", "Morning bulletin", published=NOW + DAY)], first.published, NOW + DAY)
    assert len(later.articles) == 1


def test_entries_that_share_an_address_are_told_apart_by_their_guids() -> None:
    page = "https://wire.example/notices"
    found = polled([guided(f"g{n}", f"notice {n}", page) for n in range(5)])
    assert len({article.id for article in found.articles}) == 5
    assert polled([guided(f"g{n}", f"notice {n}", page) for n in range(5)], found.published).articles == ()


def test_the_same_words_twice_under_one_address_are_one_article() -> None:
    page = "https://wire.example/1"
    found = polled([guided("a", "news", page), guided("a-2", "news", f"{page}?utm_source=rss")])
    assert len(found.articles) == 1
    assert found.repeated == 1


def test_entries_that_share_a_guid_and_have_no_address_are_told_apart_by_their_words() -> None:
    shown_now = [guided("same", f"notice {n}") for n in range(3)]
    found = polled(shown_now)
    assert len(found.articles) == 3
    assert polled(shown_now, found.published).articles == ()


def test_what_stands_twice_is_counted() -> None:
    assert polled([shown(1), shown(2), shown(1)]).repeated == 1


def test_what_was_noted_and_never_published_is_published_when_it_comes_back() -> None:
    noted = polled([shown(1)]).seen  # and then came kill -9
    without = polled([shown(2)], noted).published
    assert [article.title for article in polled([shown(1), shown(2)], without).articles] == ["news 1"]


def test_a_new_address_and_a_new_date_make_nothing_new_while_the_guid_stays() -> None:
    seen, articles = NOTHING, 0
    for day in range(4):
        link = f"https://host{day}.example/1"
        found = polled([guided("one", "news", link, NOW + day * DAY)], seen, NOW + day * DAY)
        seen, articles = found.published, articles + len(found.articles)
    assert articles == 1


def test_an_article_under_two_addresses_at_once_is_one_in_every_order() -> None:
    def section(name: str) -> list[Clean]:
        return [guided(f"post-{n}", f"news {n}", f"https://wire.example/{name}/{n}") for n in range(3)]

    world, asia = section("world"), section("asia")
    first = polled([*world, *asia])
    assert (len(first.articles), first.repeated) == (3, 3)
    seen = first.published
    for shown_now in ([*asia, *world], asia, world, [*world, *asia]):
        found = polled(shown_now, seen)
        assert found.articles == ()
        seen = found.published


@pytest.mark.parametrize("guids", [("rss", "rss", "rss"), ("rss", "rss", "other")])
def test_one_guid_for_several_articles_makes_them_one_in_no_document(guids: Sequence[str]) -> None:
    titles = "Missile launched", "Missile launched", "Talks"
    shown_now = [
        guided(guid, title, f"https://wire.example/{n}", NOW + n * DAY / 1000)
        for n, (guid, title) in enumerate(zip(guids, titles, strict=True))
    ]
    assert len(polled(shown_now).articles) == 3


def test_thousands_of_one_article_under_thousands_of_addresses_are_one() -> None:
    shown_now = [guided("g", "news", f"https://wire.example/{n}") for n in range(10_000)]
    assert len(polled([guided("h", "other"), *shown_now]).articles) == 2


def test_thousands_of_the_same_words_in_one_place_have_an_id_each() -> None:
    alarms = [shown(1, published=NOW - timedelta(seconds=4 * number + 1)) for number in range(10_000)]
    first = polled(alarms)
    assert len({article.id for article in first.articles}) == 10_000
    assert polled(alarms, first.published).articles == ()
