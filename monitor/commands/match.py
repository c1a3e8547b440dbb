"""``monitor match``: the matcher as a filter, JSON Lines in and out."""

import json
import math
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

from monitor.articles.build import texts
from monitor.commands.lines import json_line
from monitor.commands.progress import counted
from monitor.config.load import load_watchlist
from monitor.reloading import unobtrusive
from monitor.topics.codes import LANGUAGES
from monitor.topics.found import FIELDS, Text
from monitor.topics.matcher import CompiledWatchlist, compile_watchlist
from monitor.topics.parser import MEANT

SAVE = "save the file as UTF-8"


def match(folder: Path) -> int:
    """Answer each line of standard input; a bad line gives a line with ``error``, and exit 1 at the end."""
    with unobtrusive():
        compiled = compile_watchlist(load_watchlist(folder, os.environ))
    code = 0
    for number, line in enumerate(counted(sys.stdin.buffer, "articles"), start=1):
        if not line.strip():
            continue
        answer = answered(compiled, line)
        if "error" in answer:
            answer["error"] = f"line {number}: {answer['error']}"
            code = 1
        print(json_line(answer), flush=True)  # each at once: whoever reads may wait for it
    return code


def answered(compiled: CompiledWatchlist, line: bytes) -> dict[str, Any]:
    """Return the answer to one line: ``{id, lang, topics: [{id, score, spans}]}``, or ``{id, error}``."""
    known: str | int | float | None = None
    try:
        item = json.loads(_utf8(line), parse_constant=_refuse)
        known = _id(item)
        text, cut = text_in(item)
    except RecursionError:
        return {"id": None, "error": "not an article: it is nested too deeply"}
    except (ValueError, TypeError) as error:
        return {"id": known, "error": f"not an article: {error}"}
    topics = [
        {
            "id": hit.topic_id,
            "score": hit.score,
            "spans": [
                {"field": s.field, "start": s.start, "end": s.end, "clause": s.clause} for s in hit.spans
            ],
        }
        for hit in compiled.match(text)
    ]
    return {"id": known, "lang": text.language, "topics": topics} | ({"cut": cut} if cut else {})


def text_in(item: dict[str, Any]) -> tuple[Text, tuple[str, ...]]:
    """Return an article's fields as they would be stored of an entry in a feed, and the names of those cut.

    A line of ``monitor export`` will do: what is stored is clean already, and matches and alerts hold their
    article. Raises ``ValueError`` or ``TypeError`` saying what is wrong with ``item``.
    """
    for holder in ("match", "article"):
        if "title" not in item and isinstance(item.get(holder), dict):
            item = item[holder]
    title, summary, body = (_field(item, name) for name in FIELDS)
    if "first_seen" in item:  # only what was stored has that
        return Text(title, summary, body, _language(item, "language") or "und"), ()
    said = texts(title, summary, body, _language(item, "lang"))
    if not said.title:
        raise ValueError("it has no title, summary or body")
    return Text(said.title, said.summary, said.body, said.language), said.cut


def _utf8(line: bytes) -> str:
    """Return a line as text. Raises ``ValueError`` saying what is wrong with it."""
    if b"\0" in line:  # a line of UTF-16 is cut within its last character, so it cannot be read as such
        raise ValueError(f"it is not UTF-8, but UTF-16, UTF-32 or binary data: {SAVE}")
    try:
        return line.decode("utf-8-sig", "surrogatepass")
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8 (byte {error.start + 1} of the line): {SAVE}") from error


def _id(item: Any) -> str | int | float | None:  # noqa: ANN401
    if not isinstance(item, dict):
        raise TypeError("write an object with id, title and, if there are, summary, body, lang")
    known = item.get("id")
    if known is not None and (isinstance(known, bool) or not isinstance(known, str | int | float)):
        raise TypeError("id must be a text or a number")
    if isinstance(known, float) and not math.isfinite(known):
        raise ValueError("id is not a finite number")
    return known


def _language(item: dict[str, Any], name: str) -> str:
    code = _field(item, name)
    if not code or code in LANGUAGES:
        return code
    known = MEANT.get(code.lower(), code.lower())
    hint = f"did you mean {known}?" if known in LANGUAGES else "two small letters as in uk, or und"
    raise ValueError(f"{code[:20]!r} is no language code; {hint}")


def _field(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a text")
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
