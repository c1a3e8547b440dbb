"""Which entry is which: whatever changes or repeats itself, two articles stay two, and one stays one."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.articles.build import Clean, clean
from monitor.articles.identity import IDENTITY_VERSION
from monitor.feeds.novelty import novelty
from monitor.feeds.state import Seen
from monitor.model import Article, Entry, Feed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED = Feed("wire", "https://wire.example/feed", "Wire")
PAGE = "https://wire.example/notices"


def entry(
    title: str, link: str | None = None, guid: str | None = None, hour: int | None = 0, text: str = ""
) -> Clean:
    published = None if hour is None else NOW + hour * HOUR
    made = clean(Entry(guid=guid, link=link, title=title, summary=text, published=published), FEED, NOW)
    assert made
    return made


def polled(*documents: Sequence[Clean]) -> list[list[Article]]:
    """Return what each of the documents brought, polled one after the other."""
    seen, brought = Seen("wire", NOW, identity=IDENTITY_VERSION), []
    for number, document in enumerate(documents):
        found = novelty(document, FEED, seen, NOW + number * HOUR / 60, backlog_before=None)
        seen = found.published
        brought.append(list(found.articles))
    return brought


def counts(*documents: Sequence[Clean]) -> list[list[tuple[str, int]]]:
    return [[(one.title, one.revision) for one in articles] for articles in polled(*documents)]


def notices(numbers: Sequence[int], link: str, guid: str | None = None) -> list[Clean]:
    return [entry(f"Notice {n}", link.format(n), guid and guid.format(n), n) for n in numbers]


@pytest.mark.parametrize(
    ("link", "guid"),
    [
        (PAGE, None), (PAGE, PAGE), (PAGE, "notices"), (PAGE, "n{}"), (PAGE + "#post-{}", None),
        (PAGE + "#{}", PAGE + "#{}"), (PAGE + "#{}", "n{}"), ("https://wire.example/", None),
    ],
)  # fmt: skip
def test_notices_on_one_page_are_articles_of_their_own_in_every_order(link: str, guid: str | None) -> None:
    brought = counts(
        notices([1, 2, 3], link, guid),
        notices([4, 3, 1, 2], link, guid),
        notices([2, 4, 1], link, guid),
        notices([3, 5, 4], link, guid),
    )
    assert [len(articles) for articles in brought] == [3, 1, 0, 1]
    assert {revision for articles in brought for _, revision in articles} == {1}


@pytest.mark.parametrize("link", [PAGE, PAGE + "#{}"])
def test_a_page_that_shows_one_notice_after_the_other_loses_none(link: str) -> None:
    brought = counts(*(notices(n, link, "n{}") for n in ([1], [2, 1], [2], [3], [4, 3], [1, 2, 3, 4])))
    assert brought == [[("Notice 1", 1)], [("Notice 2", 1)], [], [("Notice 3", 1)], [("Notice 4", 1)], []]


def test_an_edited_notice_is_a_revision_of_itself_whether_it_stands_alone_or_not() -> None:
    edited = entry("Notice 2, corrected", PAGE, "n2", 2)
    for document in ([edited], [edited, *notices([1], PAGE, "n{}")]):
        first, (article,) = polled(notices([1, 2], PAGE, "n{}"), document)
        assert (article.id, article.revision) == (first[1].id, 2)


def test_an_entry_of_a_page_is_edited_time_and_again_under_its_guid() -> None:
    brought = counts(
        [entry("A", PAGE, "n1", 1), entry("B", PAGE, "n2", 2)],
        [entry("A, updated", PAGE, "n1", 5), entry("B", PAGE, "n2", 2)],
        [entry("A, updated twice", PAGE, "n1", 6)],
        [entry("A, once more", PAGE, "n1", None), entry("B", PAGE, "n2", 2)],
    )
    assert [revision for articles in brought for _, revision in articles] == [1, 1, 2, 3, 4]


def test_the_moment_tells_notices_without_guids_apart_and_the_hour_does_not() -> None:
    def notice(title: str, minute: int) -> Clean:
        moment = NOW + timedelta(minutes=minute)
        made = clean(Entry(link=PAGE, title=title, published=moment), FEED, NOW)
        assert made
        return made

    brought = counts([notice("A", 1), notice("B", 2)], [notice("C", 3), notice("A, corrected", 1)])
    assert brought[1] == [("C", 1), ("A, corrected", 2)]
    brought = counts([notice("A", 60), notice("B", 120)], [notice("C", 60)], [notice("D", 60)])
    assert brought[1:] == [[("C", 1)], [("D", 1)]]


def test_what_vanishes_and_comes_back_edited_is_a_revision() -> None:
    link = "https://wire.example/1"
    brought = counts([entry("A", link, "p=1", 1)], [], [entry("B", link, None, 2)])
    assert brought == [[("A", 1)], [], [("B", 2)]]


def test_who_was_beside_another_version_once_is_alone_again() -> None:
    link = "https://wire.example/articles/abc"
    brought = counts(
        [entry("Troops", link, f"{link}#0", 1)],
        [entry("Soldiers", link, f"{link}#1", 2), entry("Troops", link, f"{link}#0", 1)],
        *([entry("Soldiers", link, f"{link}#1", 2)] for _ in range(2)),
        *([entry(f"Soldiers {n}", link, f"{link}#{n}", n)] for n in range(3, 7)),
    )
    assert [revision for articles in brought[4:] for _, revision in articles] == [2, 3, 4, 5]


def link(number: int) -> str:
    return f"https://wire.example/{number}"


@pytest.mark.parametrize(
    "documents",
    [
        ([entry("A", link(1), "g", 1)], [entry("A", link(1), "g", 5)], [entry("B", link(2), "g", 5)]),
        ([entry("A", link(1), "g", 1)], [entry("A", link(1), "g", 5)], [entry("B", link(1), "h", 5, "t")]),
        ([entry("A", link(1), None, 1)], [entry("A", link(1), None, 5)], [entry("A", link(2), None, 5)]),
        ([entry("A", link(1), "g", None)], [entry("A", link(1), "g", 5)], [entry("B", link(2), "g", 5)]),
    ],
    ids=["edited with a new address", "edited with a new guid", "moved", "undated at first"],
)
def test_of_an_entrys_dates_the_last_one_tells_which_it_is(documents: Sequence[Sequence[Clean]]) -> None:
    first, again, then = polled(*documents)
    assert again == []
    assert {one.id for one in then} <= {first[0].id}
    assert [one.revision for one in then] in ([], [2])


def test_notices_whose_dates_all_change_are_known_by_the_new_ones() -> None:
    later = [entry(f"Notice {n}", PAGE, None, n + 20) for n in range(3)]
    edited = [entry(f"Notice {n}", PAGE, None, n + 20, "more") for n in range(3)]
    brought = counts([entry(f"Notice {n}", PAGE, None, n) for n in range(3)], later, edited)
    assert [{revision for _, revision in articles} for articles in brought] == [{1}, set(), {2}]


def test_the_parts_of_a_page_are_known_by_their_fragments() -> None:
    def post(n: int, hour: int, text: str = "") -> Clean:
        return entry(f"Post {n}{text}", f"{PAGE}#post-{n}", f"{PAGE}#post-{n}", hour)

    posts = [post(n, n) for n in range(4)]
    first, (edit,) = polled(posts, [*posts[:2], post(2, 9, ", corrected"), posts[3]])
    assert (edit.id, edit.revision) == (first[2].id, 2)


@pytest.mark.parametrize("address", [None, "https://wire.example/"])
def test_an_edit_of_what_has_no_address_of_its_own_is_known_by_headline_and_moment(
    address: str | None,
) -> None:
    def at(title: str, text: str, minute: int = 7) -> Clean:
        moment = NOW + timedelta(minutes=minute)
        made = clean(Entry(link=address, title=title, summary=text, published=moment), FEED, NOW)
        assert made
        return made

    first, (edit,) = polled([at("A", "one"), at("B", "one")], [at("A", "two"), at("B", "one")])
    assert (edit.id, edit.revision) == (first[0].id, 2)
    assert counts([at("A", "one")], [at("A", "two"), at("A", "three")])[1] == [("A", 1)] * 2, (
        "either may be it"
    )


@pytest.mark.parametrize("address", [None, "https://wire.example/{}?t={}"])
def test_what_is_dated_by_the_fetch_with_other_guids_and_addresses_is_known_by_its_words(
    address: str | None,
) -> None:
    def document(number: int) -> list[Clean]:
        moment, made = NOW + number * HOUR / 60, []
        for title in ("A", "B", "C"):
            where = address and address.format(title, number)
            made.append(clean(Entry(f"{title}{number}", where, title, published=moment), FEED, moment))
        return [one for one in made if one]

    assert [len(articles) for articles in polled(*map(document, range(4)))] == [3, 0, 0, 0]


def test_new_entries_of_one_moment_beside_old_ones_are_not_dated_by_the_fetch() -> None:
    def alarms(number: int, moment: datetime) -> list[Clean]:
        made = [
            Entry(f"{city}{number}", None, f"Alarm: {city}", published=moment) for city in ("A", "B", "C")
        ]
        return [one for one in (clean(each, FEED, moment) for each in made) if one]

    def marked(some: Sequence[Clean]) -> list[Clean]:
        return [replace(one, fingerprint=f"{number:016x}") for number, one in enumerate(some)]

    old = marked([entry(f"Old {n}", link(n), f"g{n}", -n) for n in range(4)])
    seen, later = Seen("wire", NOW, identity=IDENTITY_VERSION), NOW + 10 * HOUR
    seen = novelty([*alarms(1, NOW), *old], FEED, seen, NOW, backlog_before=None).published
    seen = novelty(old, FEED, seen, NOW + HOUR, backlog_before=None).published
    same = [one.fingerprint for one in old]
    found = novelty(alarms(2, later), FEED, seen, later, backlog_before=None, unchanged=same)
    assert len(found.new) == 3


def test_a_busy_channel_that_repeats_its_words_is_not_taken_for_one_dated_by_the_fetch() -> None:
    def document(*minutes: int) -> list[Clean]:
        made = [(f"https://wire.example/{m}", NOW + m * HOUR / 60) for m in minutes]
        found = [clean(Entry(link, link, "All clear", published=when), FEED, when) for link, when in made]
        return [one for one in found if one]

    assert [len(articles) for articles in polled(document(0, 1, 2), document(1, 2, 3))] == [3, 1]


def test_what_has_moved_and_stands_there_twice_is_one_edit() -> None:
    twice = [entry("B", link(2), "g", 1)] * 2
    assert counts([entry("A", link(1), "g", 1)], twice) == [[("A", 1)], [("B", 2)]]


@pytest.mark.parametrize("hour", [None, 1])
def test_one_guid_for_all_tells_none_apart(hour: int | None) -> None:
    page = [entry(title, PAGE, "notices", hour) for title in ("A", "B", "C")]
    assert [len(articles) for articles in polled(page, page[::-1], page[1:])] == [3, 0, 0]


def test_an_undated_edit_with_a_new_address_is_a_revision_under_its_guid() -> None:
    (first, _), (article,) = polled(
        [entry("A", "https://wire.example/a", "p=1", None, "Troops"), another := entry("C", PAGE, "p=2")],
        [entry("B", "https://wire.example/b", "p=1", None, "Troops"), another],
    )
    assert (article.id, article.revision) == (first.id, 2)


def test_a_guid_that_counts_the_edits_makes_no_second_article() -> None:
    link = "https://wire.example/articles/abc"
    first, (edit,) = polled(
        [entry("Troops arrive", link, f"{link}#0", 0)], [entry("Troops in Kursk", link, f"{link}#1", 3)]
    )
    assert (edit.id, edit.revision) == (first[0].id, 2)


def test_headlines_that_repeat_with_guids_of_each_fetch_are_known_by_their_dates() -> None:
    fetches = [[entry("Morning bulletin", None, f"{fetch}-{n}", n) for n in range(4)] for fetch in range(4)]
    assert [len(articles) for articles in polled(*fetches)] == [4, 0, 0, 0]
    undated = [
        [entry("Morning bulletin", None, f"{fetch}-{n}", None) for n in range(4)] for fetch in range(3)
    ]
    assert [len(articles) for articles in polled(*undated)] == [4, 0, 0]


def test_a_site_that_moves_repeats_nothing_though_its_headlines_are_all_the_same() -> None:
    old, new = (
        [entry("Daily briefing", f"https://{host}.example/{n}", f"g{n}", n) for n in range(4)]
        for host in ("old", "new")
    )
    assert [len(articles) for articles in polled(old, new, list(reversed(new)))] == [4, 0, 0]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            entry("Troops arive", "https://wire.example/troops-arive", "p=1"),
            entry("Troops arrive", "https://wire.example/troops-arrive", "p=1"),
        ),
        (
            entry("News", "https://old.example/1", "p=1"),
            entry("News", "https://new.example/1", "p=1", text="All"),
        ),
        (entry("News", None, "p=1"), entry("News, corrected", "https://wire.example/1", "p=1")),
    ],
)
def test_an_edit_with_a_new_address_is_a_revision_if_guid_and_date_stay(before: Clean, after: Clean) -> None:
    first, (article,) = polled([before], [after])
    assert (article.id, article.revision) == (first[0].id, 2)


def test_a_guid_that_is_used_once_more_for_something_else_is_another_article() -> None:
    brought = counts(
        [entry("One", "https://wire.example/1", "1", 0)], [entry("Two", "https://wire.example/2", "1", 5)]
    )
    assert brought == [[("One", 1)], [("Two", 1)]]


def test_an_address_is_free_for_others_after_its_article_has_moved() -> None:
    first, moved, (other,) = polled(
        [entry("One", "https://wire.example/live", "1", 0)],
        [entry("One", "https://wire.example/archive/1", "1", 0)],
        [
            entry("One", "https://wire.example/archive/1", "1", 0),
            entry("Two", "https://wire.example/live", "2", 4),
        ],
    )
    assert moved == []
    assert other.id != first[0].id


entries = st.builds(
    entry,
    st.sampled_from(["one", "two", "three"]),
    st.sampled_from([None, PAGE, f"{PAGE}#1", "https://wire.example/1", "https://wire.example/2"]),
    st.sampled_from([None, PAGE, "g1", "g2"]),
    st.sampled_from([None, 0, 1]),
    st.sampled_from(["", "more"]),
)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.lists(entries, max_size=7), min_size=1, max_size=4), st.integers())
def test_a_document_that_is_shown_again_brings_nothing_and_ids_are_never_shared(
    documents: list[list[Clean]], seed: int
) -> None:
    twice = [shown for document in documents for shown in (document, document)]
    brought = polled(*twice)
    assert all(not again for again in brought[1::2])
    for articles in brought:
        assert len({article.id for article in articles}) == len(articles)
    versions = [(article.id, article.revision) for articles in brought for article in articles]
    assert len(set(versions)) == len(versions)
    random.Random(seed).shuffle(last := list(documents[-1]))
    first = {one.id for one in polled(documents[-1])[0]}
    assert len({one.id for one in polled(last)[0]}) == len(first), "the order does not count"


ALARM = "Повітряна тривога в Києві"


@pytest.mark.parametrize("link", [PAGE, PAGE + "#{}", None])
@pytest.mark.parametrize("guid", ["alert-{}", None])
def test_an_alarm_in_the_words_of_the_last_one_is_another_as_long_as_its_moment_tells(
    link: str | None, guid: str | None
) -> None:
    def alarm(number: int) -> Clean:
        return replaced(ALARM, link and link.format(number), guid and guid.format(number), number)

    one, two, three = alarm(1), alarm(2), alarm(3)
    brought = counts([one], [two, one], [two, one], [three, two, one], [three, two])
    assert brought == [[(ALARM, 1)], [(ALARM, 1)], [], [(ALARM, 1)], []]
    assert counts([one, two, three], [three, one, two]) == [[(ALARM, 1)] * 3, []]


def replaced(title: str, link: str | None, guid: str | None, hour: int, text: str = "") -> Clean:
    """Return an entry whose date is exact to the minute."""
    moment = NOW + hour * HOUR + HOUR / 60
    made = clean(Entry(guid=guid, link=link, title=title, summary=text, published=moment), FEED, NOW)
    assert made
    return made


def test_an_alarm_after_one_that_was_over_is_another() -> None:
    one, two = (replaced(ALARM, PAGE, f"alert-{n}", n) for n in (1, 2))
    assert counts([one], [], [two], [two]) == [[(ALARM, 1)], [], [(ALARM, 1)], []]


def test_an_article_that_is_offered_under_two_addresses_is_one() -> None:
    link = "https://wire.example/news/peace"
    one = replaced("Peace", link, "1", 1)
    two = replaced("Peace", f"{link}?utm_source=rss", "1-2", 2)
    assert counts([one, two], [two, one], [two]) == [[("Peace", 1)], [], []]


@pytest.mark.parametrize(
    ("guid", "hour"), [("{}", None), (None, None), (None, -24), ("the feed", -24)], ids=str
)
def test_a_flash_in_the_words_of_one_that_has_left_the_list_is_news(
    guid: str | None, hour: int | None
) -> None:
    title = "[속보] 북한, 동해상으로 탄도미사일 발사"
    first, later = (
        entry(title, f"https://wire.example/{n}.html", guid and guid.format(n), hour) for n in (1, 2)
    )
    others = [
        entry(f"Other {n}", f"https://wire.example/o{n}", guid and guid.format(f"o{n}"), hour)
        for n in range(9)
    ]
    brought = counts([first, *others[:4]], others[:5], others[1:6], [later, *others[2:6]])
    assert brought[3] == [(title, 1)]


def test_where_most_addresses_change_at_once_words_tell_what_has_moved() -> None:
    def shown(site: str) -> list[Clean]:
        pinned = entry("About us", "https://wire.example/about", hour=None)
        return [pinned, *(entry(f"Story {n}", f"https://{site}/{n}", hour=None) for n in range(5))]

    assert counts(shown("a.example"), shown("b.example"), shown("c.example"))[1:] == [[], []]


@pytest.mark.parametrize("hour", [1, 2, None], ids=["same date", "bumped date", "no date"])
def test_an_address_that_follows_the_headline_is_known_by_its_number(hour: int | None) -> None:
    link = "https://wire.example/news/article-15338901/North-Korea-sends-{}.html"
    before = entry("North Korea sends troops", link.format("troops"), hour=None if hour is None else 1)
    after = entry("North Korea sends 1,000 troops", link.format("1-000-troops"), hour=hour)
    others = [entry(f"Other {n}", f"https://wire.example/{n}", hour=n) for n in range(5)]
    assert counts([before, *others], [after, *others])[1] == [(after.title, 2)]


def test_an_address_that_follows_the_headline_is_known_by_its_moment() -> None:
    before, after = (
        replaced(title, f"https://wire.example/{title}", f"https://wire.example/{title}", 1, "Seoul says so")
        for title in ("100-troops", "1-000-troops")
    )
    others = [entry(f"Other {n}", f"https://wire.example/{n}", hour=n) for n in range(5)]
    assert counts([before, *others], [after, *others])[1] == [("1-000-troops", 2)]
    assert counts([before, *others], others, [after, *others])[2] == [("1-000-troops", 1)]


def test_what_came_apart_once_is_known_by_its_guid_again() -> None:
    def version(slug: str, title: str, hour: int) -> Clean:
        return replaced(title, f"https://wire.example/{slug}", "https://wire.example/?p=5", hour)

    others = [entry(f"Other {n}", f"https://wire.example/{n}", hour=n) for n in range(5)]
    lives = [version("a", "A", 1), version("b", "B", 2), version("c", "C", 2), version("d", "D", 2)]
    brought = counts(*([one, *others] for one in lives))
    assert brought[1:] == [[("B", 1)], [("C", 2)], [("D", 3)]]


@pytest.mark.parametrize("link", ["https://wire.example/live/62439512", PAGE])
def test_a_live_page_that_shows_one_note_after_the_other_loses_none(link: str) -> None:
    others = [entry(f"Other {n}", f"https://wire.example/{n}", f"o{n}", n) for n in range(5)]
    first, second = replaced("Kim visits Moscow", link, "g1", 1), replaced("Missile launched", link, "g2", 2)
    assert counts([first, *others], [second, *others])[1] == [("Missile launched", 1)]
    one, two = replaced(ALARM, link, None, 1), replaced(ALARM, link, None, 2)
    assert counts([one, *others], others, [two, *others])[2] == [(ALARM, 1)]


@pytest.mark.parametrize("hour", [None, 0])
def test_guids_tell_alarms_of_one_page_apart_that_have_no_moments(hour: int | None) -> None:
    one, two = (entry(ALARM, PAGE, f"alert-{n}", hour) for n in range(2))
    assert counts([one, two], [two, one]) == [[(ALARM, 1)] * 2, []]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            ("https://wire.example/topic/123456/kim-visits", None),
            ("https://wire.example/topic/123456/missile", None),
        ),
        (("https://wire.example/kim-7654321", "g1"), ("https://wire.example/missile-7654321", "g2")),
        (("https://wire.example/kim?cid=1234567", None), ("https://wire.example/missile?cid=1234567", None)),
    ],
    ids=["a number of a topic", "guids of their own", "a campaign"],
)
def test_a_number_that_is_not_the_articles_joins_no_strangers(
    first: tuple[str, str | None], second: tuple[str, str | None]
) -> None:
    others = [entry(f"Other {n}", f"https://wire.example/{n}", f"o{n}", n) for n in range(5)]
    before, after = replaced("Kim visits", *first, 7), replaced("Missile", *second, 8)
    assert counts([before, *others], [after, *others])[1] == [("Missile", 1)]


def test_the_same_minute_joins_no_strangers_with_guids_of_their_own() -> None:
    others = [entry(f"Other {n}", f"https://wire.example/{n}", f"o{n}", n) for n in range(5)]
    before, after = (
        replaced(title, f"https://wire.example/{title}", title, 7) for title in ("kim", "missile")
    )
    assert counts([before, *others], [after, *others])[1] == [("missile", 1)]


def test_what_has_left_its_place_long_ago_is_not_known_by_number_or_moment() -> None:
    link = "https://wire.example/article-15338901/{}.html"
    others = [entry(f"Other {n}", f"https://wire.example/{n}", hour=n) for n in range(5)]
    before, after = entry("Kim", link.format("kim"), hour=7), entry("Missile", link.format("missile"), hour=8)
    assert counts([before, *others], others, [after, *others])[2] == [("Missile", 1)]
    before, after = (
        replaced(title, f"https://wire.example/{title}", None, 7) for title in ("kim", "missile")
    )
    assert counts([before, *others], others, [after, *others])[2] == [("missile", 1)]


def test_where_all_have_moved_the_same_moment_joins_no_strangers() -> None:
    def shown(site: str, hours: int) -> list[Clean]:
        return [replaced(f"{site} {n}", f"https://{site}/{n}-", None, n + hours) for n in range(5)]

    assert len(counts(shown("a.example", 0), shown("b.example", 3))[1]) == 5
    assert {revision for _, revision in counts(shown("a.example", 0), shown("b.example", 3))[1]} == {1}


def beside(*some: Clean) -> list[Clean]:
    """Return these entries beside others that stay as they are."""
    return [*some, *(entry(f"Other {n}", f"https://wire.example/{n}", f"o{n}", n) for n in range(5))]


def story(
    words: str, link: str, guid: str | None, date: datetime | None, title: str = "", text: str = ""
) -> Clean:
    """Return an entry whose headline and text are of these words, where nothing else is said."""
    told = Entry(guid, link, title or f"{words} come", text or f"All about {words}", published=date)
    made = clean(told, FEED, NOW)
    assert made
    return made


AT = datetime(2026, 3, 1, 9, 17, 21, tzinfo=UTC)
LATER = AT + 92 * HOUR / 60
DAY = AT.replace(hour=0, minute=0, second=0)


@pytest.mark.parametrize("guid", ["the address", None])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("kim-offers-100000-volunteers-to-moscow/", "kremlin-denies-talk-of-100000-volunteers/"),
        ("100000-volunteers-from-kim", "100000-volunteers-denied"),
        ("topic-10023/opening", "topic-10023/troops-cross-border"),
        ("section-100200300/54321.html", "section-100200300/54387.html"),
        ("live-1234567/post-one", "live-1234567/post-two"),
        ("view?id=55555&no=1", "view?id=55555&no=2"),
    ],
)
def test_a_story_that_comes_as_another_of_the_same_number_leaves_is_news(
    guid: str | None, first: str, second: str
) -> None:
    one, two = (f"https://wire.example/{path}" for path in (first, second))
    left, came = story("Kim", one, guid and one, AT), story("Drones", two, guid and two, LATER)
    assert counts(beside(left), beside(came))[1] == [("Drones come", 1)]


@pytest.mark.parametrize("second", [0, 21])
@pytest.mark.parametrize("guid", ["the address", None])
def test_a_story_that_comes_as_another_of_the_same_moment_leaves_is_news(
    guid: str | None, second: int
) -> None:
    left, came = (
        story(words, link := f"https://wire.example/{words}", guid and link, AT.replace(second=second))
        for words in ("Kim", "Drones")
    )
    assert counts(beside(left), beside(came))[1] == [("Drones come", 1)]


@pytest.mark.parametrize(
    ("link", "guid", "timed", "window"),
    [
        *((None, None, True, window) for window in (2, 3, 5)),
        *((PAGE, None, True, window) for window in (2, 3, 5)),
        *((PAGE, "alert-{}", False, window) for window in (2, 3, 5)),
        # Two that have all but the moment in common are versions of one.
        *((PAGE, "the page", True, window) for window in (3, 5)),
    ],
)
def test_an_alarm_that_comes_as_one_of_the_same_words_leaves_is_news(
    link: str | None, guid: str | None, timed: bool, window: int
) -> None:
    def alarm(number: int) -> Clean:
        moment = NOW - number * HOUR / 7
        told = Entry(guid and guid.format(number), link, ALARM, published=moment if timed else None)
        made = clean(told, FEED, NOW)
        assert made
        return made

    brought = polled(*([alarm(n) for n in range(start, start + window)] for start in range(1, 6)))
    assert [len(articles) for articles in brought] == [window, 1, 1, 1, 1]


@pytest.mark.parametrize("date", [None, DAY])
@pytest.mark.parametrize("window", [1, 2])
def test_flashes_of_the_same_words_that_all_leave_at_once_are_news(
    date: datetime | None, window: int
) -> None:
    flashes = [
        [story("", f"https://wire.example/{n}{poll}", f"f{n}{poll}", date, ALARM) for n in range(window)]
        for poll in "abcd"
    ]
    assert [len(articles) for articles in polled(*flashes)] == [window] * 4


@pytest.mark.parametrize("date", [None, DAY])
@pytest.mark.parametrize("window", [1, 4])
def test_a_guid_of_a_place_on_a_front_page_joins_no_strangers(date: datetime | None, window: int) -> None:
    def slot(number: int, words: str) -> Clean:
        return story(words, f"https://wire.example/{words}", f"slot-{number}", date)

    first = [slot(n, f"Story {'abcd'[n]}") for n in range(window)]
    assert counts(first, [slot(0, "Drones"), *first[1:]])[1] == [("Drones come", 1)]
    assert counts(first, [slot(n, f"Other {'abcd'[n]}") for n in range(window)])[1] == [
        (f"Other {'abcd'[n]} come", 1) for n in range(window)
    ]


@pytest.mark.parametrize(
    "guid",
    ["urn:newsml:wire.example:20260301:nL7:{}", "tag:wire.example,2026:newsml_KBN7:{}", "newsml_7:{}U"],
)
def test_the_version_in_a_guid_of_newsml_makes_no_second_article(guid: str) -> None:
    link = "https://wire.example/nL7"
    edits = [beside(story(f"Kim {n}", link, guid.format(n), AT + n * HOUR)) for n in range(1, 4)]
    assert [[revision for _, revision in articles] for articles in counts(*edits)[1:]] == [[2], [3]]


@pytest.mark.parametrize(
    ("title", "text"),
    [("Kim arrives", "Now with more"), ("Kim leaves", "About Kim")],
    ids=["headline", "lead"],
)
@pytest.mark.parametrize("date", [LATER, None])
def test_a_guid_that_no_other_has_is_known_by_headline_or_lead_as_well(
    title: str, text: str, date: datetime | None
) -> None:
    before = story("", "https://wire.example/kim", "post-9000", AT, "Kim arrives", "About Kim")
    after = story("", "https://wire.example/kim-2", "post-9000", date, title, text)
    assert counts(beside(before), beside(after))[1] == [(title, 2)]


def test_a_text_that_begins_as_others_do_is_no_sign() -> None:
    before, after = (
        story(words, f"https://wire.example/{words}", "slot-1", None, text="Read more")
        for words in ("Kim", "Sea")
    )
    another = story("Talks", "https://wire.example/talks", "slot-2", None, text="Read more")
    assert counts(beside(before, another), beside(after, another))[1] == [("Sea come", 1)]


@pytest.mark.parametrize("change", [timedelta(hours=-3), timedelta(seconds=-21)], ids=str)
@pytest.mark.parametrize("text", ["{}", "the same"])
def test_a_site_that_moves_as_its_clock_is_set_repeats_nothing(change: timedelta, text: str) -> None:
    def shown(host: str, change: timedelta) -> list[Clean]:
        dates = [AT - n * HOUR / 7 * 2 for n in range(6)]
        dates = [date.replace(second=21) + change for date in dates]
        links = [f"https://{host}/{'abcdef'[n]}" for n in range(6)]
        return [
            story(f"Story {n}", link, None, date, text=text.format(n))
            for n, (link, date) in enumerate(zip(links, dates, strict=True))
        ]

    assert counts(shown("wire.example", timedelta()), shown("www.wire.example", change))[1] == []


def test_alarms_of_several_places_that_all_leave_at_once_are_no_site_that_moves() -> None:
    def alarms(poll: int) -> list[Clean]:
        minutes = [(7, 19, 31, 43), (2, 11, 29, 53)][poll]
        return [
            story(
                f"Alarm {'abcd'[n]}", f"https://wire.example/{n}{'xy'[poll]}", None, AT.replace(minute=minute)
            )
            for n, minute in enumerate(minutes)
        ]

    assert len(counts(alarms(0), alarms(1))[1]) == 4


def test_a_site_without_dates_that_moves_and_shortens_its_texts_repeats_nothing() -> None:
    before, after = (
        [story("", f"https://{host}/{n}", f"{host} {n}", None, f"Story {n}", f"{host} {n}") for n in range(6)]
        for host in ("old.example", "new.example")
    )
    assert {revision for _, revision in counts(before, after)[1]} == {2}


def test_notices_of_a_page_that_are_all_new_are_news_though_a_headline_comes_again_the_same_day() -> None:
    def page(first: int, *titles: str) -> list[Clean]:
        return [
            story("", PAGE, f"n-{n}", DAY, title, f"text {n} of its own")
            for n, title in enumerate(titles, start=first)
        ]

    assert len(counts(page(0, "Rates", "One", "Two"), page(5, "Rates", "Six", "Seven"))[1]) == 3
    again = [story("", PAGE, f"n-{n}", DAY, title, "Now") for n, title in enumerate(("Rates", "A", "B"))]
    more = [story("", PAGE, f"n-{n}", DAY, title, "Now") for n, title in enumerate(("Rates", "C", "D"), 7)]
    assert len(counts(again, more)[1]) == 3


def test_notices_of_a_page_with_guids_of_each_fetch_are_edited() -> None:
    def page(fetch: int, text: str) -> list[Clean]:
        texts = [text, "one", "two", "three"]
        return [story("", PAGE, f"{fetch}-{n}", DAY, f"Notice {n}", each) for n, each in enumerate(texts)]

    assert counts(page(1, "none"), page(2, "none at all"))[1] == [("Notice 0", 2)]


def hosted(
    host: str, numbers: Sequence[int], date: datetime | None, change: timedelta | None = None
) -> list[Clean]:
    """Return stories whose guids are their addresses."""
    when = date + change if date and change else date
    return [
        story(f"Story {n}", link := f"https://{host}/s-{n}", link, when, text=f"text {n}") for n in numbers
    ]


@pytest.mark.parametrize(
    ("host", "stay"),
    [*(("www.old.example", n) for n in (1, 2, 4, 5, 9)), *(("new.example", n) for n in (4, 5, 9))],
)
@pytest.mark.parametrize("date", [DAY, None])
def test_what_stays_while_a_site_moves_is_not_told_again_though_most_is_new(
    host: str, stay: int, date: datetime | None
) -> None:
    new = hosted(host, range(100, 120 - stay), date)
    brought = polled(hosted("old.example", range(20), date), [*new, *hosted(host, range(stay), date)])
    assert len(brought[1]) == len(new)


@pytest.mark.parametrize("host", ["www.old.example", "new.example"])
@pytest.mark.parametrize("date", [DAY, None])
def test_a_feed_of_two_entries_that_both_move_repeats_nothing(host: str, date: datetime | None) -> None:
    assert counts(hosted("old.example", range(2), date), hosted(host, range(2), date))[1] == []


def test_one_entry_that_gets_another_www_is_edited_in_its_place() -> None:
    before, after = (
        story("", f"https://{host}/kim", None, None, "Kim", host)
        for host in ("www.wire.example", "wire.example")
    )
    assert counts(beside(before), beside(after))[1] == [("Kim", 2)]


def test_what_stays_while_a_site_moves_as_its_clock_is_set_is_not_told_again_though_most_is_new() -> None:
    dates = [AT + n * HOUR / 7 * 2 for n in range(4)]
    before = [one for n in range(4) for one in hosted("old.example", [n], dates[n])]
    after = [one for n in range(4) for one in hosted("new.example", [n], dates[n], 3 * HOUR)]
    assert len(counts(before, [*hosted("new.example", range(100, 110), LATER), *after])[1]) == 10


@pytest.mark.parametrize("text", ["{}", "read on"], ids=["headlines", "one text for all"])
@pytest.mark.parametrize("date", [DAY, None])
def test_flashes_that_come_again_among_news_are_no_site_that_moves(text: str, date: datetime | None) -> None:
    def flashes(poll: int) -> list[Clean]:
        titles = [f"Alarm in {city}" for city in ("Kyiv", "Lviv", "Odesa")]
        return [
            story("", f"https://wire.example/{poll}-{n}", None, date, title, text.format(title))
            for n, title in enumerate(titles)
        ]

    assert len(counts(flashes(1), [*flashes(2), *hosted("wire.example", range(7), date)])[1]) == 10


LONG = "Notice {}: the road is closed for works from the bridge to the market, every day from nine to five"


def on_page(number: int, date: datetime, text: str = LONG, title: str = "Notice {}") -> Clean:
    """Return a notice without a guid on a page of several."""
    return story("", PAGE, None, date, title.format(number), text.format(number))


def test_a_long_notice_whose_date_alone_is_changed_is_the_same() -> None:
    before = [on_page(n, AT + n * HOUR / 6) for n in range(5)]
    assert counts(before, [*before[:4], on_page(4, LATER)])[1] == []
    assert counts(before, [on_page(n, DAY) for n in range(5)])[1] == []


@pytest.mark.parametrize(
    ("text", "title", "other"),
    [
        (ALARM, ALARM, LONG),
        ("Take shelter at once. " * 9, ALARM, "Take shelter at once. " * 9),
        (LONG.format("A"), ALARM, LONG),
    ],
    ids=["short", "begins as others do", "came before"],
)
def test_an_alarm_in_the_words_of_the_one_that_leaves_is_news_however_long(
    text: str, title: str, other: str
) -> None:
    others = [on_page(n, AT + n * HOUR / 6, other) for n in range(5)]
    gone = [on_page(9, AT - HOUR, text + "!", title)]
    last, new = (on_page(9, date, text, title) for date in (AT - HOUR / 2, LATER))
    assert counts([*others, *gone], [*others, last], [*others, new])[2] == [(ALARM, 1)]


@pytest.mark.parametrize(
    "text", ["Follow our channel for more news. " * 3 + "{}", ""], ids=["begins alike", "none"]
)
@pytest.mark.parametrize("own", [True, False], ids=["guid is address", "no guid"])
def test_a_headline_edited_with_its_address_is_known_by_its_second(text: str, own: bool) -> None:
    def told(slug: str, title: str, number: int) -> Clean:
        link, date = f"https://wire.example/{slug}", AT + number * HOUR / 7
        made = clean(
            Entry(link if own else None, link, title, summary=text.format(number), published=date), FEED, NOW
        )
        assert made
        return made

    others = [told(f"s-{n}", f"Story {n}", n) for n in range(4)]
    before, after = told("kim", "Kim comes", 4), told("kim-upd", "Moscow has a guest", 4)
    assert counts([*others, before], [*others, after])[1] == [("Moscow has a guest", 2)]
    assert counts([*others, before], others, [*others, after])[2] == [("Moscow has a guest", 1)]


@pytest.mark.parametrize("text", ["Follow our channel for more news. " * 3, ""], ids=["begins alike", "none"])
def test_the_minute_joins_no_stories_that_begin_alike(text: str) -> None:
    def told(slug: str, number: int) -> Clean:
        date = (AT + number * HOUR / 7).replace(second=0)
        link = f"https://wire.example/{slug}"
        made = clean(Entry(link, link, slug, summary=text and f"{text}{slug}", published=date), FEED, NOW)
        assert made
        return made

    others = [told(f"s-{n}", n) for n in range(4)]
    assert counts([*others, told("kim", 4)], [*others, told("drones", 4)])[1] == [("drones", 1)]


def test_a_headline_without_an_address_is_edited_though_an_older_version_knows_nothing_of_its_text() -> None:
    def told(title: str, number: int) -> Clean:
        made = clean(
            Entry(None, None, title, summary=f"text {number}", published=AT + number * HOUR / 7), FEED, NOW
        )
        assert made
        return made

    entries = [told(f"Story {n}", n) for n in range(5)]
    seen = novelty(
        entries, FEED, Seen("wire", NOW, identity=IDENTITY_VERSION), NOW, backlog_before=None
    ).published
    old = replace(seen, entries={id_: replace(entry, lead="") for id_, entry in seen.entries.items()})
    found = novelty([*entries[:4], told("Corrected", 4)], FEED, old, NOW + HOUR, backlog_before=None)
    assert [(one.title, one.revision) for one in found.articles] == [("Corrected", 2)]


Change = Callable[[Entry], Entry]
TALE = (
    "Story {} is told 'at length' here, as officials spoke of it to reporters at the scene. " + "More. " * 9
)


def on_site(host: str, numbers: Sequence[int], change: Change = lambda told: told) -> list[Clean]:
    """Return long stories of a site, whose guids are its addresses, after a change of each."""
    return [
        made
        for n in numbers
        if (link := f"https://{host}.example/{host}-{n}")
        and (told := Entry(link, link, f'Minister "{n}"', TALE.format(n), published=AT - n * HOUR / 7))
        and (made := clean(change(told), FEED, NOW))
    ]


def dated(change: Callable[[datetime], datetime | None], text: int | None = None) -> Change:
    """Return a change of the date, which may cut the text short as well."""
    return lambda told: replace(
        told, published=told.published and change(told.published), summary=told.summary[:text]
    )


@pytest.mark.parametrize("news", [0, 2])
@pytest.mark.parametrize(
    "change",
    [
        lambda told: replace(told, title=told.title.replace('"', "”")),
        lambda told: replace(told, title=told.title.upper()),
        lambda told: replace(told, title=f"World: {told.title}"),
        dated(lambda date: date.replace(second=0), 90),
        dated(lambda date: date - 3 * HOUR, 90),
        dated(lambda date: date.replace(hour=0, minute=0, second=0)),
        dated(lambda date: date.replace(hour=0, minute=0, second=0), 90),
    ],
    ids=[
        "typography", "capitals", "prefix", "trimmed, minutes", "trimmed, hours off", "days", "trimmed, days",
    ],
)  # fmt: skip
def test_a_site_that_moves_as_a_whole_repeats_nothing_though_headlines_or_dates_change_too(
    change: Change, news: int
) -> None:
    after = [*on_site("new", range(100, 100 + news)), *on_site("new", range(8), change)]
    brought = counts(on_site("old", range(10)), after)[1]
    assert [revision for _, revision in brought if revision == 1] == [1] * news


@pytest.mark.parametrize("days", [True, False], ids=["days for dates", "moments"])
def test_reports_under_the_headlines_of_the_ones_before_are_news_though_all_are_replaced_at_once(
    days: bool,
) -> None:
    def reports(number: int) -> list[Clean]:
        made = []
        for n, city in enumerate(("Kyiv", "Lviv", "Odesa", "Sumy")):
            date = AT + number * 7 * HOUR + n * number * HOUR / 9
            text = (
                f"The air in {city} is measured every hour at nine places between the river and the market: "
            )
            made.append(
                story(
                    "",
                    f"https://wire.example/{city}-{number}",
                    None,
                    date.replace(hour=0, minute=0, second=0) if days else date,
                    f"Air in {city}",
                    f"{text}{number}",
                )
            )
        return made

    assert len(counts(reports(0), reports(1))[1]) == 4


@pytest.mark.parametrize("lag", [0, 1, 5])
@pytest.mark.parametrize("guid", [None, "report-{}"])
def test_a_feed_that_is_replaced_at_each_poll_brings_news_each_time_though_its_dates_lag(
    lag: int, guid: str | None
) -> None:
    def reports(number: int) -> list[Clean]:
        """Return what is made an hour after the last ones, and read when they came."""
        return [
            story(
                "",
                f"https://wire.example/{city}-{number}",
                guid and guid.format(f"{number}{n}"),
                NOW + (number - lag) * HOUR + n * HOUR / 500,
                f"Weather in {city}",
                f"{city}, by the service of the region, which tells it every hour, day and night: {number}",
            )
            for n, city in enumerate(("Kyiv", "Lviv", "Odesa", "Sumy"))
        ]

    assert [len(new) for new in counts(*map(reports, range(4)))] == [4] * 4


def test_articles_without_guids_are_not_known_by_the_second_of_their_dates() -> None:
    def document(number: int) -> list[Clean]:
        made = NOW + number * HOUR
        return [
            story(
                "",
                f"https://wire.example/{number}-{n}",
                None,
                made - n * HOUR,
                f"{number} {n}",
                f"{n} {number}",
            )
            for n in range(8)
        ]

    assert [len(new) for new in counts(document(0), document(1))] == [8, 8]


def numbered(
    number: int, at: int, link: str | None, date: datetime | None, text: str = TALE, guid: str = "item-{}"
) -> Clean:
    """Return a story that stands in a list whose guids count its places."""
    return story("", link or "", guid.format(at), date, f"Story {number}", text.format(number))


@pytest.mark.parametrize("link", [None, "https://wire.example/", PAGE])
@pytest.mark.parametrize("text", [TALE, "Read more", ""], ids=["texts", "one text", "no text"])
@pytest.mark.parametrize("dates", ["moments", "days", "none"])
@pytest.mark.parametrize("new", [1, 3, 5])
def test_stories_in_a_list_whose_guids_count_its_places_are_news_as_they_come(
    link: str | None, text: str, dates: str, new: int
) -> None:
    def document(poll: int) -> list[Clean]:
        stories = range(poll * new + 4, poll * new - 1, -1)
        told = {n: {"moments": AT + n * HOUR / 7, "days": DAY, "none": None}[dates] for n in stories}
        return [numbered(n, at, link, told[n], text) for at, n in enumerate(stories)]

    brought = counts(*map(document, range(4)))
    assert [len(articles) for articles in brought] == [5, new, new, new]
    assert {revision for articles in brought for _, revision in articles} == {1}


@pytest.mark.parametrize("link", [None, "https://wire.example/"])
def test_alarms_in_a_list_whose_guids_count_its_places_are_told_by_their_moments(link: str | None) -> None:
    def document(poll: int) -> list[Clean]:
        moments = [AT + (poll - at) * HOUR / 7 for at in range(5)]
        return [story("", link or "", str(at), moment, ALARM) for at, moment in enumerate(moments)]

    assert [len(articles) for articles in polled(*map(document, range(4)))] == [5, 1, 1, 1]


@pytest.mark.parametrize("link", [None, "https://wire.example/"])
def test_a_story_that_takes_a_guid_from_another_is_news_if_all_of_it_is_new(link: str | None) -> None:
    others = [numbered(n, n, link, AT + n * HOUR / 7) for n in range(1, 5)]
    brought = counts(*([numbered(n, 0, link, AT + n * HOUR / 7), *others] for n in (0, 7, 8)))
    assert brought[1:] == [[("Story 7", 1)], [("Story 8", 1)]]


@pytest.mark.parametrize("link", [None, "https://wire.example/"])
@pytest.mark.parametrize(
    ("title", "text", "date"),
    [
        ("Corrected", "It is told otherwise. " * 9, AT),
        ("Corrected", TALE.format(0) + "More.", LATER),
        ("Story 0", "It is told otherwise. " * 9, LATER),
        ("Corrected", "It is told otherwise. " * 9, DAY),
    ],
    ids=["date stays", "beginning stays", "headline stays", "no moment"],
)
def test_what_has_only_a_guid_is_edited_though_much_of_it_is_new(
    link: str | None, title: str, text: str, date: datetime
) -> None:
    others = [numbered(n, n, link, AT + n * HOUR / 7) for n in range(1, 5)]
    before = numbered(0, 0, link, AT)
    after = story("", link or "", "item-0", date, title, text)
    assert counts([before, *others], [after, *others])[1] == [(title, 2)]


@pytest.mark.parametrize(
    ("link", "guid", "text", "others"),
    [
        ("https://wire.example/kyiv", None, ALARM, beside()),
        (None, None, f"{ALARM}. {TALE}", beside()),
        ("https://wire.example/kyiv", None, f"{ALARM}. {TALE}", []),
        ("https://wire.example/kyiv", None, TALE, [story("", PAGE, None, AT, "Alarm in Lviv", TALE)]),
        ("https://wire.example/kyiv", "alert-{}", f"{ALARM}. {TALE}", beside()),
        ("https://wire.example/kyiv", None, f"{ALARM}. {TALE}", beside()),
    ],
    ids=["short", "without an address", "one was over", "begins as others do", "another guid", "long"],
)
def test_an_alarm_in_the_words_of_one_that_was_over_is_news(
    link: str | None, guid: str | None, text: str, others: list[Clean]
) -> None:
    one, two = (
        story("", link or "", guid and guid.format(n), AT + n * HOUR / 7, ALARM, text) for n in range(2)
    )
    assert counts([one, *others], others, [two, *others])[2] == [(ALARM, 1)]
