"""The plain-text form of a message. What matched stands between ``*``: readers of mail know it as emphasis. Pure."""

from collections.abc import Iterable, Iterator

from monitor.notify.excerpt import Excerpt
from monitor.notify.view import Card, Group, Reason


def alert(card: Card, sender: str) -> str:
    """Return the text of an alert."""
    lines = [f"{card.topic} [{card.severity}]", "", *_card(card), "", "Why it matched"]
    lines += [f"  {_reason(reason)}" for reason in card.reasons]
    lines += [f"  and {card.reasons_more} more clauses"] if card.reasons_more else []
    lines += ["", *_record(card), f"Sent by {sender}"]
    return "\n".join(lines) + "\n"


def digest(groups: Iterable[Group], heading: str, made: str, sender: str) -> str:
    """Return the text of a digest: counts first, then each topic, newest first."""
    groups = tuple(groups)
    lines = [f"{heading}, {made}", ""]
    lines += [f"  {len(group.cards):>4}  {group.topic} [{group.severity}]" for group in groups]
    for group in groups:
        heading = f"{group.topic} [{group.severity}]: {len(group.cards)}"
        lines += ["", "", heading, "=" * min(len(heading), 70)]
        for card in group.cards:
            lines += ["", *_card(card), f"Matched: {_brief_reasons(card)}", f"Alert {card.alert_id}"]
    return "\n".join([*lines, "", f"Sent by {sender}"]) + "\n"


def marked(excerpt: Excerpt) -> str:
    """Return an excerpt with ``*`` around what matched."""
    return "".join(f"*{piece.text}*" if piece.marked else piece.text for piece in excerpt).strip()


def _card(card: Card) -> Iterator[str]:
    yield marked(card.title)
    yield f"{card.outlet}, {card.language}, {card.published}"
    yield card.link or ("(its link is left out: not safe to follow)" if card.link_withheld else "(no link)")
    if card.summary:
        yield ""
        yield marked(card.summary)
    for place in card.places:
        yield ""
        yield f"In the text: {marked(place)}"
    yield ""


def _reason(reason: Reason) -> str:
    more = f" and {reason.more} more" if reason.more else ""
    return f"{reason.clause}  <-  {', '.join(reason.words)}{more}"


def _brief_reasons(card: Card) -> str:
    more = f" and {card.reasons_more} more" if card.reasons_more else ""
    return "; ".join(reason.clause for reason in card.reasons) + more


def _record(card: Card) -> Iterator[str]:
    yield f"Alert {card.alert_id} ({card.occasion})"
    yield f"Topic {card.topic_id}, watchlist {card.watchlist}, score {card.score}, revision {card.revision}"
