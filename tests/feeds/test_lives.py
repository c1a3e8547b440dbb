"""Whole lives of made-up sites, as real ones make links, guids and dates: nothing is missed or told twice."""

from collections import defaultdict
from datetime import datetime

import pytest

from monitor.articles.build import clean
from monitor.articles.identity import IDENTITY_VERSION
from monitor.feeds.novelty import novelty
from monitor.feeds.state import Seen
from monitor.model import Feed
from tests.feeds.lives import BEGIN, WINDOW, Habit, Site, Story

FEED = Feed("site", "https://site.example/feed", "Site")
HOST = "https://site.example"


def day(story: Story) -> datetime:
    return story.date.replace(hour=0, minute=0, second=0)


def minute(story: Story) -> datetime:
    return story.date.replace(second=0)


def turn(story: Story) -> int:
    """Return a number that a story has in common with the one that leaves when it comes."""
    return story.number // 17 % WINDOW


HABITS = {
    "WordPress": Habit(
        lambda s, _: f"{HOST}/{s.made:%Y/%m/%d}/{s.slug}/", lambda s, _: f"{HOST}/?p={s.number}", bumps=0.3
    ),
    "WordPress, slugs that follow the headline": Habit(
        lambda s, _: f"{HOST}/{s.slug}/", lambda s, _: f"{HOST}/?p={s.number}", renames=0.5
    ),
    "Bitrix": Habit(lambda s, _: f"{HOST}/news/detail.php?ELEMENT_ID={s.number}", lambda *_: None, bumps=0.3),
    "addresses with number and headline": Habit(
        lambda s, _: f"{HOST}/article-{s.number}/{s.slug}.html",
        lambda s, _: f"{HOST}/article-{s.number}/{s.slug}.html",
        bumps=0.3,
        renames=0.8,
    ),
    "addresses with the headline alone": Habit(
        lambda s, _: f"{HOST}/{s.slug}", lambda s, _: f"{HOST}/{s.slug}", renames=0.8
    ),
    "Drupal": Habit(lambda s, _: f"{HOST}/node/{s.slug}", lambda s, _: f"{s.number} at {HOST}", bumps=0.3),
    "Telegram": Habit(
        lambda s, _: f"https://t.me/s/site/{s.number}", lambda s, _: f"https://t.me/s/site/{s.number}"
    ),
    "sessions": Habit(
        lambda s, n: f"{HOST}/view.do;jsessionid=A{n}.node1?id={s.number}&PHPSESSID={n}",
        lambda *_: None,
        bumps=0.3,
    ),
    "redirects of each fetch": Habit(lambda s, n: f"{HOST}/r?u={s.number}&t={n}", lambda *_: None),
    "guids of each fetch": Habit(lambda s, _: f"{HOST}/{s.slug}", lambda s, n: f"{s.number}-{n}", bumps=0.3),
    "guids that count the edits": Habit(
        lambda s, _: f"{HOST}/article/{s.number}", lambda s, _: f"newsml_{s.number}:{s.version}"
    ),
    "one guid for all": Habit(lambda s, _: f"{HOST}/{s.number}", lambda *_: HOST, bumps=0.3),
    "days for dates": Habit(lambda s, _: f"{HOST}/{s.number}", lambda *_: None, day),
    "days for dates, with guids": Habit(lambda s, _: f"{HOST}/{s.slug}", lambda s, _: str(s.number), day),
    "no dates": Habit(lambda s, _: f"{HOST}/{s.slug}", lambda *_: None, lambda _: None),
    "no dates, addresses with number and headline": Habit(
        lambda s, _: f"{HOST}/{s.number}-{s.slug}", lambda *_: None, lambda _: None, renames=0.8
    ),
    "one page for all": Habit(lambda *_: f"{HOST}/map", lambda s, _: f"alert-{s.number}", bumps=0.3),
    "one page for all, its parts": Habit(
        lambda s, _: f"{HOST}/live#p{s.number}", lambda s, _: f"{HOST}/live#p{s.number}", minute
    ),
    "a front page, dates to the minute": Habit(
        lambda s, _: f"{HOST}/{s.slug}", lambda s, _: f"{HOST}/{s.slug}", minute, picks=True
    ),
    "headlines with the same number": Habit(
        lambda s, _: f"{HOST}/{s.slug}-of-{100_000 + turn(s)}-troops-{s.slug}/", lambda *_: None, bumps=0.3
    ),
    "topics with numbers": Habit(
        lambda s, _: f"{HOST}/topic-{10_023 + turn(s)}/{s.slug}", lambda *_: None, bumps=0.3
    ),
    "boards with numbers": Habit(
        lambda s, _: f"{HOST}/view?id={55_555 + turn(s)}&no={s.number % 9973}", lambda *_: None, bumps=0.3
    ),
    "numbers of articles within those of sections": Habit(
        lambda s, _: f"{HOST}/section-{100_200_300 + turn(s)}/{s.number}.html", lambda *_: None, bumps=0.3
    ),
    "alarms without addresses": Habit(lambda *_: None, lambda *_: None, flashes=1),
    "alarms on one page": Habit(lambda *_: f"{HOST}/map", lambda *_: None, flashes=1),
    "alarms on one page, with guids and no dates": Habit(
        lambda *_: f"{HOST}/map", lambda s, _: f"alert-{s.number}", lambda _: None, flashes=1, window=9
    ),
    "alarms on one page with one guid": Habit(lambda *_: f"{HOST}/map", lambda *_: "map", flashes=1),
    "the last flash alone": Habit(
        lambda s, _: f"{HOST}/{s.slug}", lambda s, _: f"f-{s.number}", lambda _: None, flashes=1, window=1
    ),
    "guids of places on a front page": Habit(
        lambda s, _: f"{HOST}/{s.slug}", lambda s, _: f"slot-{turn(s)}", lambda _: None, flashes=0
    ),
    "guids of places on a front page, days for dates": Habit(
        lambda s, _: f"{HOST}/{s.slug}", lambda s, _: f"slot-{turn(s)}", day, flashes=0
    ),
    "NewsML": Habit(
        lambda s, _: f"{HOST}/{s.number}",
        lambda s, _: f"urn:newsml:site.example:20261129:nL{s.number}:{s.version}",
        bumps=1,
    ),
    "Atom, slugs and dates that follow the edits": Habit(
        lambda s, _: f"{HOST}/{s.slug}", lambda s, _: f"tag:site.example,2026:{s.number}", bumps=1, renames=1
    ),
    "guids of places, without addresses": Habit(
        lambda *_: None, lambda s, _: f"slot-{s.number // 17 % 20}", bumps=0.3, flashes=0
    ),
    "guids that count the places": Habit(lambda *_: f"{HOST}/", lambda *_: None, counted=True, told_twice=1),
    "guids that count the places, one page": Habit(lambda *_: f"{HOST}/map", lambda *_: None, counted=True),
    "guids that count the places, short list": Habit(
        lambda *_: None, lambda *_: None, counted=True, flashes=0, window=5
    ),
    "no addresses": Habit(lambda *_: None, lambda s, _: f"id-{s.number}", bumps=0.3),
}


@pytest.mark.parametrize("habit", HABITS)
def test_a_life_of_a_site_comes_out_as_its_articles_each_once(habit: str) -> None:
    for seed in range(3):
        missed, doubled, merged = troubles(Site(HABITS[habit], f"{habit} {seed}"))
        assert (missed, merged) == (set(), set())
        assert len(doubled) <= HABITS[habit].told_twice, doubled


def troubles(site: Site) -> tuple[set[str], set[str], set[str]]:
    """Return the stories that made no article, those that made two, and those that share one."""
    seen = Seen(FEED.id, BEGIN, identity=IDENTITY_VERSION)
    stories, articles = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    names = set[str]()
    for shown in site.polls(40):
        names |= {entry.authors[0] for entry in shown}
        cleaned = [made for entry in shown if (made := clean(entry, FEED, site.now))]
        found = novelty(cleaned, FEED, seen, site.now, backlog_before=None)
        seen = found.published
        for article in found.articles:
            stories[article.authors[0]].add(article.id)
            articles[article.id].add(article.authors[0])
    doubled = {name for name, ids in stories.items() if len(ids) > 1}
    merged = {name for inside in articles.values() if len(inside) > 1 for name in inside}
    return names - stories.keys(), doubled, merged
