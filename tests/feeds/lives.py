"""Made-up lives of news sites, with the truth about them: whose article each entry is, told as its author."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from monitor.model import Entry

BEGIN = datetime(2026, 10, 1, 6, 30, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FLASHES = (
    "Повітряна тривога в Києві",
    "[속보] 북한, 동해상으로 미상 발사체 발사",
    "BREAKING: missile launch",
)
WORDS = "войска солдаты влада війська 북한군 파병 troops officials talks strike drone envoy harvest".split()
WINDOW = 15


@dataclass
class Story:
    """An article as its site knows it. ``name`` is the truth."""

    name: str
    number: int
    made: datetime
    date: datetime
    title: str
    text: str
    slug: str
    version: int = 1
    edits: list[datetime] = field(default_factory=list)


@dataclass(frozen=True)
class Habit:
    """How a site makes links, guids and dates; of the story, and of how often the feed was fetched."""

    link: Callable[[Story, int], str | None]
    guid: Callable[[Story, int], str | None]
    date: Callable[[Story], datetime | None] = lambda story: story.date
    bumps: float = 0.0
    """How often an edit gets a new date."""
    renames: float = 0.0
    """How often an edited headline gets a new slug."""
    flashes: float = 0.2
    """How often a story has the words of an earlier one."""
    window: int = WINDOW
    counted: bool = False
    """Whether guids count the places in the list."""
    told_twice: int = 0
    """How many stories may be two articles: what cannot be told apart is news."""
    picks: bool = False
    """Whether some of the stories are shown, as on a front page, in place of the last ones."""


class Site:
    """A site that lives: stories come, are edited and leave the window."""

    def __init__(self, habit: Habit, seed: str) -> None:
        self._habit = habit
        self._random = random.Random(seed)
        self._stories = list[Story]()
        self._front = list[Story]()
        self._fetches = 0
        self.now = BEGIN
        for number in range(WINDOW):
            self._write(BEGIN - 40 * MINUTE * (WINDOW - number))

    def polls(self, count: int) -> Iterator[list[Entry]]:
        """Give what the feed shows at each of so many polls."""
        for _ in range(count):
            self._fetches += 1
            entries = [self._entry(story) for story in self._shown()]
            counted = [replace(entry, guid=f"item-{number}") for number, entry in enumerate(entries)]
            yield counted if self._habit.counted else entries
            self._live(self.now + self._random.choice((10, 15, 30, 60)) * MINUTE)

    def _shown(self) -> list[Story]:
        latest = sorted(self._stories, key=lambda story: story.made, reverse=True)
        if not self._habit.picks:
            return latest[: self._habit.window]
        kept = [story for story in self._front if self._random.random() < 0.7]
        others = [story for story in latest[: 3 * self._habit.window] if story not in kept]
        self._front = kept + self._random.sample(others, min(len(others), self._habit.window - len(kept)))
        return self._front

    def _entry(self, story: Story) -> Entry:
        habit = self._habit
        return Entry(
            guid=habit.guid(story, self._fetches),
            link=habit.link(story, self._fetches),
            title=story.title,
            summary=story.text,
            published=habit.date(story),
            authors=(story.name,),
        )

    def _live(self, until: datetime) -> None:
        for _ in range(self._random.randrange(3)):
            self._write(self.now + (until - self.now) * self._random.random())
        for story in self._stories:
            due = [at for at in story.edits if self.now < at <= until]
            for at in due:
                self._edit(story, at)
        self.now = until

    def _write(self, at: datetime) -> None:
        at, number = at.replace(microsecond=0), 700_000 + 17 * len(self._stories)
        title, text = self._words(6), self._words(25)
        if self._random.random() < self._habit.flashes:
            title, text = self._random.choice(FLASHES), ""
        story = Story(
            f"story {len(self._stories)}",
            number,
            at,
            at,
            title,
            text,
            f"s-{number % 97}-{len(self._stories)}",
        )
        if text and self._random.random() < 0.4:
            story.edits = [at + self._random.randrange(5, 300) * MINUTE for _ in range(2)]
        self._stories.append(story)

    def _edit(self, story: Story, at: datetime) -> None:
        story.version += 1
        if self._random.random() < 0.5:
            story.title = f"{self._words(5)} {self._random.randrange(2, 9000)}"
            if self._random.random() < self._habit.renames:
                story.slug = f"{story.slug}-{story.version}"
        else:
            story.text += f" {self._words(6)}"
        if self._random.random() < self._habit.bumps:
            story.date = at.replace(microsecond=0)

    def _words(self, count: int) -> str:
        return " ".join(self._random.choices(WORDS, k=count)) + f" {self._random.randrange(10**6)}"
