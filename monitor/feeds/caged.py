"""What runs inside the cage: take a document, read it, answer; until the parent is gone."""

import json
import resource
import signal
import sys
import time
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, BinaryIO

from monitor.articles.fulltext import NoExtractor, main_text
from monitor.errors import NotAFeed, ParseError
from monitor.feeds.document.adapted import feedparser
from monitor.feeds.document.charset import decoded
from monitor.feeds.document.links import feed_links
from monitor.feeds.document.parse import ParseLimits
from monitor.feeds.document.reading import Document, read
from monitor.model import Feed

READY = b"ready"


def main() -> None:
    """Serve the parent on standard input and output."""
    arguments = json.loads(sys.argv[1])
    feedparser()  # now, for it is no part of what a document may take
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit(resource.RLIMIT_AS, arguments["memory"])
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    limits = ParseLimits(arguments["max_entries"], arguments["max_field"])
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    while (head := _read(sys.stdin.buffer)) is not None:
        body = _read(sys.stdin.buffer)
        if body is None:
            return
        _allow_seconds(arguments["cpu"])
        answer = _answer(body, json.loads(head), limits)
        sys.stdout.buffer.write(len(answer).to_bytes(4, "big") + answer)
        sys.stdout.buffer.flush()
        del answer, body


def _answer(body: bytes, job: dict[str, Any], limits: ParseLimits) -> bytes:
    answer: dict[str, Any]
    try:
        answer = _of_page(body, job) if "page" in job else _of_feed(body, job, limits)
    except NotAFeed as error:
        answer = {"other": error.found}
    except (ParseError, NoExtractor) as error:
        answer = {"error": str(error)}
    except RecursionError:
        answer = {"error": "its elements are nested too deeply"}
    # A MemoryError ends the child: what is left of it is not to be trusted.
    return json.dumps(answer, default=_plain, ensure_ascii=False).encode()


def _of_feed(body: bytes, job: dict[str, Any], limits: ParseLimits) -> dict[str, Any]:
    now, feed = datetime.fromisoformat(job["now"]), Feed(**job["feed"])
    document = Document(body, job["content_type"], job["url"], feed, now, frozenset(job["known"]))
    return {"read": read(document, limits)}


def _of_page(body: bytes, job: dict[str, Any]) -> dict[str, Any]:
    page = decoded(body, job["content_type"])
    if job["page"] is None:
        return {"links": feed_links(page, job["url"])}
    return {"text": main_text(page, job["url"], job["page"])}


def _plain(value: object) -> object:
    """Return what JSON has for a value of ours. It is asked one level at a time, which copies no text."""
    if isinstance(value, datetime):
        return value.isoformat()
    if not is_dataclass(value):
        raise TypeError(type(value).__name__)
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _read(source: BinaryIO) -> bytes | None:
    size = source.read(4)
    if len(size) < 4:
        return None
    length = int.from_bytes(size, "big")
    data = source.read(length)
    return data if len(data) == length else None


def _allow_seconds(seconds: float) -> None:
    """Let this job use ``seconds`` of processor time on top of what was used before."""
    _limit(resource.RLIMIT_CPU, int(time.process_time() + seconds) + 1)


def _limit(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (soft, hard))


if __name__ == "__main__":
    main()
