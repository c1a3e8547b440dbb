"""Dead letters: messages that cannot be handled or published, with their bytes and the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from monitor.errors import PoisonError, StreamUnavailable
from monitor.stream.base import Message, Record, Stream
from monitor.stream.codec import DEAD_LETTERS

LONGEST_REASON = 2000
ORIGINAL = "original-"
"""Begins the names of the headers that the message had."""
LEFT_OUT = "left-out"
HEADERS: Mapping[str, str] = {
    "reason": "Why it is here.",
    "group": "The consumer group, or the role, that could not go on with it.",
    "stream": "The stream that it was read from, or meant for.",
    "partition": "Its place there, if it was read.",
    "offset": "Its place there, if it was read.",
    LEFT_OUT: "The number of bytes that the dead letters had no room for; then the value is empty.",
}
"""What the headers of a dead letter say; the first three are always there."""


def dead_letter(record: Record, group: str, reason: str) -> Message:
    """Return the message that keeps a bad record: its bytes as they were, and where it came from."""
    place = {"partition": str(record.partition), "offset": str(record.offset)}
    message = Message(record.key, record.value, record.headers)
    return _letter(message, record.stream, group, reason, place)


def unsent(message: Message, stream: str, group: str, reason: str) -> Message:
    """Return the message that keeps one which ``stream`` does not take."""
    return _letter(message, stream, group, reason, {})


def bury(stream: Stream, letters: Sequence[Message]) -> None:
    """Write the letters to the dead letters. One too large for them leaves its bytes out, and says so.

    Raises ``StreamUnavailable`` if they do not even take that.
    """
    try:
        stream.publish(DEAD_LETTERS, letters)
    except PoisonError:
        for letter in letters:
            _bury_one(stream, letter)


def _bury_one(stream: Stream, letter: Message) -> None:
    bare = replace(letter, value=b"", headers={**letter.headers, LEFT_OUT: str(len(letter.value))})
    reason = ""
    for version in (letter, bare):
        try:
            return stream.publish(DEAD_LETTERS, [version])
        except PoisonError as error:
            reason = str(error)
    raise StreamUnavailable(f"{DEAD_LETTERS} takes nothing, not even the headers of a message: {reason}")


def _letter(message: Message, stream: str, group: str, reason: str, place: Mapping[str, str]) -> Message:
    origin = {"reason": reason[:LONGEST_REASON], "group": group, "stream": stream, **place}
    original = {f"{ORIGINAL}{name}": value for name, value in message.headers.items()}
    return Message(message.key, message.value, origin | original)
