"""How a feed fares after a poll, in plain words. Pure.

    new -> healthy <-> quiet       silent for far longer than is usual for it
              |    <-> empty       answers with a well-formed document, without entries; quiet in time
              +--- <-> failing     no good answer; asked less and less often
              +-----> gone         HTTP 410, there or where it has moved for good: asked no more, until its
                                   address changes or somebody asks for it

Only ``failing`` and ``gone`` are failures.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.errors import FetchError
from monitor.feeds.document.reading import ReadFeed
from monitor.feeds.fetching.fetch import Fetched
from monitor.feeds.fetching.refusals import without_login
from monitor.feeds.novelty import Novelty
from monitor.feeds.pages import causes
from monitor.feeds.state import FeedState
from monitor.feeds.timing.pulse import after_news, latest_news, usual_silence
from monitor.feeds.trust import Trust
from monitor.model import FeedHealth, Health

FAR_LONGER = 3
"""Times the usual silence."""
POLLS_MISSED = 4
"""No silence shorter than so many intervals is one: who looks seldom finds news late."""
GONE = 410


def failed(state: FeedState, error: Exception, now: datetime) -> FeedState:
    """Return the state after a poll that failed.

    Only the feed's own address, or where it has moved for good, can say that it is gone: one that it sends
    us to for a while cannot.
    """
    is_gone = (
        isinstance(error, FetchError)
        and error.status == GONE
        and error.url in (state.feed.url, error.permanent_url)
    )
    reason = f"{error}; it is asked no more" if is_gone else str(error)
    state = replace(
        state,
        last_poll=now,
        polls=state.polls + 1,
        failures=state.failures + 1,
        out_of_reach=isinstance(error, FetchError) and error.reached is False,
    )
    return _become(state, "gone" if is_gone else "failing", reason, now)


def answered(state: FeedState, now: datetime, fetched: Fetched, trust: Trust) -> FeedState:
    """Return the state after an answer that was good; ``judged`` says what that means.

    Who answers at its own address has not moved, whatever it said before; who sends us elsewhere for a while
    takes nothing back.
    """
    is_home = fetched.url == state.feed.url
    moved = without_login(fetched.permanent_url) if fetched.permanent_url else None
    return replace(
        state,
        last_poll=now,
        last_success=now,
        polls=state.polls + 1,
        failures=0,
        out_of_reach=False,
        moved_to=moved or (None if is_home else state.moved_to),
        trust=trust,
    )


def counted(state: FeedState, found: Novelty, read: ReadFeed, now: datetime) -> FeedState:
    """Return the state with what a document brought."""
    fresh = [article for article in found.articles if article.id in found.new]
    pulse = state.pulse
    if fresh:
        dates = (article.published for article in fresh)
        pulse = after_news(pulse, dates, now, first=state.is_first_poll)
    return replace(
        state,
        articles=state.articles + len(fresh),
        revisions=state.revisions + len(found.articles) - len(fresh),
        backlog=state.backlog + sum(article.backlog for article in fresh),
        shown=read.shown,
        problems=tuple(problems(found, read)),
        unread=unread(found) if found.articles else state.unread,
        wishes=read.wishes,
        pulse=pulse,
    )


def judged(state: FeedState, now: datetime, interval: timedelta) -> FeedState:
    """Return the state with the health of a feed that answers, and what is wrong with its document."""
    health, why = _health(state, now, interval)
    reasons = [why, *state.problems, state.unread]
    if state.trust.broken:
        reasons.append(f"its ETag is not believed: {state.trust.broken}")
    return _become(state, health, "; ".join(filter(None, reasons)), now)


def _health(state: FeedState, now: datetime, interval: timedelta) -> tuple[Health, str]:
    empty = ""
    if state.shown == 0:
        empty = "it shows no entries any more" if state.articles else "it has shown no entries yet"
    usual, latest = usual_silence(state.pulse), latest_news(state.pulse, now)
    if usual and latest and now - latest > max(FAR_LONGER * usual, POLLS_MISSED * interval):
        why = f"no news since {latest:%Y-%m-%d %H:%M} UTC; its silences used to be {_span(usual)}"
        return "quiet", f"{empty}; {why}" if empty else why  # operators are told of it, unlike of empty ones
    return ("empty", empty) if empty else ("healthy", "")


def _become(state: FeedState, health: Health, reason: str, now: datetime) -> FeedState:
    if (state.health, state.reason) == (health, reason):
        return state
    since = state.since if state.health == health else now
    return replace(state, health=health, since=since, reason=reason)


def problems(found: Novelty, read: ReadFeed) -> list[str]:
    """Return what was wrong with a document that was taken nevertheless."""
    told = list(read.problems)
    told += [f"entries shown twice: {found.repeated}"] if found.repeated else []
    told += [f"former entries forgotten: {found.forgotten}"] if found.forgotten else []
    return told


def unread(found: Novelty) -> str:
    """Return why pages of articles were not read; empty if all were that were to be."""
    without = [article.text_note for article in found.articles if article.text_note]
    return f"pages not read: {causes(without)}" if without else ""


def health_of(state: FeedState, now: datetime) -> FeedHealth:
    """Return what is told of a feed's health."""
    return FeedHealth(
        state.id,
        state.feed.url,
        state.feed.outlet,
        state.health,
        state.since or now,
        state.reason,
        now,
        state.failures,
        state.last_success,
    )


def _span(time: timedelta) -> str:
    """Return a span of time for people, in the largest unit of which there are two."""
    minutes = round(time.total_seconds() / 60)
    for unit, size in (("days", 2880), ("hours", 120)):
        if minutes >= size:
            return f"{round(minutes / (size / 2))} {unit}"
    return f"{max(1, minutes)} minutes"
