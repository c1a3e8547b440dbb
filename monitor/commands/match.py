"""``monitor match``: the matcher as a filter, JSON Lines in and out."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from monitor.articles.language import detect
from monitor.articles.normalize import plain_text
from monitor.config.load import load_watchlist
from monitor.topics.matcher import CompiledWatchlist, Text, compile_watchlist

FIELD = 1_000_000


def match(folder: Path) -> int:
    """Label each line of standard input; a bad line gives a line with ``error``, and exit 1 at the end."""
    compiled = compile_watchlist(load_watchlist(folder, os.environ))
    code = 0
    write = sys.stdout.write
    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        answer = labelled(compiled, line)
        code = 1 if "error" in answer else code
        write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return code


def labelled(compiled: CompiledWatchlist, line: bytes) -> dict[str, Any]:
    """Return the answer to one line: ``{id, lang, topics: [{id, score, spans}]}``, or ``{id, error}``."""
    item: Any = None
    try:
        item = json.loads(line)
        text = _text(item)
    except (ValueError, TypeError, RecursionError) as error:
        known = item.get("id") if isinstance(item, dict) else None
        return {"id": known, "error": f"not an article: {error}"}
    hits = compiled.match(text)
    topics = [
        {
            "id": hit.topic_id,
            "score": hit.score,
            "spans": [
                {"field": s.field, "start": s.start, "end": s.end, "clause": s.clause} for s in hit.spans
            ],
        }
        for hit in hits
    ]
    return {"id": item.get("id"), "lang": text.language, "topics": topics}


def _text(item: Any) -> Text:  # noqa: ANN401
    if not isinstance(item, dict):
        raise TypeError("write an object with id, title and, if there are, summary, body, lang")
    title, summary, body = (_field(item, name) for name in ("title", "summary", "body"))
    if not title and not summary and not body:
        raise ValueError("it has no title, summary or body")
    language = item.get("lang")
    if language is not None and not isinstance(language, str):
        raise TypeError("lang must be a text like ru")
    return Text(title.replace("\n", " "), summary, body, language or detect(title, summary or body, None))


def _field(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a text")
    return plain_text(value, FIELD)[0]
