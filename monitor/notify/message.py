"""What people read: an alert, or a digest of many, as subject, plain text and HTML. Pure.

All text from outside is cleaned by ``untrusted``; the templates escape the rest.
"""

from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from monitor.model import Alert, Delivery
from monitor.notify import plaintext
from monitor.notify.untrusted import header_text, one_line
from monitor.notify.view import card_of, groups_of, moment, plain_title, topic_name

LONGEST_SUBJECT = 150
LONGEST_TOPIC = 60

_TEMPLATES = Environment(
    loader=PackageLoader("monitor.notify"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class MessageText:
    """One message. ``subject`` is a single line of at most 150 characters."""

    subject: str
    text: str
    html: str


def render(delivery: Delivery, instance: str) -> MessageText:
    """Return the message of a delivery; ``instance`` names the monitor that sends it."""
    sender = one_line(instance, LONGEST_TOPIC)
    if is_digest(delivery):
        return _digest(delivery, sender)
    return _alert(delivery.alerts[0], sender)


def is_digest(delivery: Delivery) -> bool:
    """Return whether this is sent as a digest."""
    return delivery.is_digest or len(delivery.alerts) != 1


def _alert(alert: Alert, sender: str) -> MessageText:
    card = card_of(alert)
    grave = f"[{card.severity}] " if card.severity in {"high", "critical"} else ""
    topic = header_text(topic_name(alert.match), LONGEST_TOPIC)
    subject = f"{grave}{topic}: {plain_title(alert.match.article, LONGEST_SUBJECT)}"
    return MessageText(
        header_text(subject, LONGEST_SUBJECT),
        plaintext.alert(card, sender),
        _TEMPLATES.get_template("alert.html").render(card=card, sender=sender),
    )


def _digest(delivery: Delivery, sender: str) -> MessageText:
    groups = groups_of(delivery.alerts)
    total, made = len(delivery.alerts), moment(delivery.created)
    names = ", ".join(f"{group.topic} ({len(group.cards)})" for group in groups)
    subject = f"Digest: {_count(total, 'alert')} in {_count(len(groups), 'topic')}: {names}"
    heading = f"{_count(total, 'alert')} in {_count(len(groups), 'topic')}"
    return MessageText(
        header_text(subject, LONGEST_SUBJECT),
        plaintext.digest(groups, heading, made, sender),
        _TEMPLATES.get_template("digest.html").render(
            groups=groups, heading=heading, made=made, sender=sender, delivery_id=delivery.id
        ),
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
