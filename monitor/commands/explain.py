"""``monitor explain``: the query as a tree, with what matched and what did not."""

import asyncio
import html
import json
import os
import re
import sys
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from monitor import app
from monitor.articles.build import BODY, TITLE
from monitor.articles.fulltext import is_available, main_text
from monitor.articles.language import detect
from monitor.articles.normalize import one_line, plain_text
from monitor.commands.door import not_fetched
from monitor.commands.lines import print_json
from monitor.commands.match import text_of
from monitor.config.load import load_watchlist
from monitor.config.settings import Settings
from monitor.errors import FetchError, UsageError
from monitor.feeds.charset import decoded
from monitor.topics.explain import Explanation, Step
from monitor.topics.explain import explain as explained
from monitor.topics.matcher import Text, compile_watchlist
from monitor.topics.score import CLOSENESS, PLACE, RARITY, Score

FIELD = 1_000_000
"""Characters of a page or plain text that are looked at; of an article, as many as would be stored."""
SHOWN = 80
_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)


def explain(folder: Path, topic: str, source: str, *, allow_hosts: tuple[str, ...], as_json: bool) -> int:
    """Print why the text of ``source`` matches the topic; exit 1 if it does not."""
    compiled = compile_watchlist(load_watchlist(folder, os.environ))
    explained(compiled, topic, Text(""))  # an unknown topic is told before anything is read or fetched
    text = _text(source, allow_hosts)
    found = explained(compiled, topic, text)
    if as_json:
        print_json(asdict(found) | {"parts": found.parts and found.parts._asdict()})
    else:
        _show(found, text)
    return 0 if found.matched else 1


def _text(source: str, allow_hosts: tuple[str, ...]) -> Text:
    if re.match(r"https?://", source, re.IGNORECASE):
        body, kind = asyncio.run(_fetched(source, allow_hosts))
        return _of_page(decoded(body, kind), source)
    try:
        raw = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise UsageError(f"{source} cannot be read: {error.strerror}") from error
    return _of_file(decoded(raw, ""))


def _of_file(raw: str) -> Text:
    """Return a JSON object's fields, or plain text: its first line is the title."""
    try:
        item: Any = json.loads(raw)
    except (ValueError, RecursionError):
        item = None
    if isinstance(item, dict):
        try:
            return text_of(item)[0]
        except (ValueError, TypeError) as error:
            raise UsageError(f"the JSON is not an article: {error}") from error
    title, _, rest = raw.strip().partition("\n")
    return _made(title, rest)


def _of_page(page: str, url: str) -> Text:
    """Return the article in a page, as feeds with ``full_text`` have it; all of the page if there is none."""
    found = _TITLE.search(page)
    title = one_line(html.unescape(found.group(1)) if found else "", TITLE)[0]
    body = main_text(page, url, BODY)[0] if is_available() else ""
    body = body or plain_text(page, FIELD)[0]
    return Text(title, "", body, detect(title, body, None))


def _made(title: str, body: str) -> Text:
    title, body = one_line(title, TITLE)[0], plain_text(body, FIELD)[0]
    return Text(title, "", body, detect(title, body, None))


async def _fetched(url: str, allow_hosts: tuple[str, ...]) -> tuple[bytes, str]:
    async with AsyncExitStack() as stack:
        fetcher = await app.open_fetcher(stack, Settings(version=1), allow_hosts)
        try:
            fetched = await fetcher.fetch(url)
        except FetchError as error:
            raise not_fetched(url, error) from error
    return fetched.body, fetched.content_type


def _show(found: Explanation, text: Text) -> None:
    from rich.text import Text as Line
    from rich.tree import Tree

    from monitor.commands.tables import marked, show

    verdict = (
        Line("matches", style="bold green") if found.matched else Line("does not match", style="bold red")
    )
    tree = Tree(Line.assemble(found.topic_id, " ", verdict, f"  (language: {text.language})"))
    _grow(tree, found.root, text)
    shown = [marked(text.title, found.root.spans, "title", 300), Line("")]
    show(*shown, tree)
    if found.parts:
        show(Line(f"\n{_sum(found.parts)}"))
    if found.missing:
        show(Line("\nThe nearest miss:", style="bold"))
        show(*[Line(_miss(step)) for step in found.missing])


def _grow(tree: Any, step: Step, text: Text) -> None:  # noqa: ANN401
    """Add a part of the query to the tree, and below it what tells why it is as it is."""
    from rich.text import Text as Line

    telling = _telling(step)
    sign = Line("✓ ", style="green") if step.matched else Line("✗ ", style="red")
    line = Line.assemble(sign, step.operator if telling else _short(step.query))
    words = dict.fromkeys(getattr(text, span.field)[span.start : span.end] for span in step.spans)
    if words and not telling:
        line.append(f"   {', '.join(words)}", style="bold yellow")
    if step.note:
        line.append(f"   {step.note}", style="dim")
    branch = tree.add(line)
    for child in telling:
        _grow(branch, child, text)
    if telling and (hidden := len(step.children) - len(telling)):
        did = "matched" if not step.matched else "did not match"
        branch.add(Line(f"  and {hidden} more that {did}", style="dim"))


def _sum(score: Score) -> str:
    """Return the score with what it is made of."""
    shares = zip((PLACE, CLOSENESS, RARITY), score._asdict().items(), strict=True)
    return f"score {score.value} = " + " + ".join(
        f"{share} x {name} {value:.2f}" for share, (name, value) in shares
    )


def _miss(step: Step) -> str:
    """Return in words what would have to change."""
    note = f"   ({step.note})" if step.note else ""
    return f"  {'without' if step.matched else 'missing'}: {step.query}{note}"


def _telling(step: Step) -> tuple[Step, ...]:
    """Return the parts that decide: of an OR that matched those that did, of an AND that failed those."""
    match step.operator:
        case "OR" if step.matched:
            return tuple(child for child in step.children if child.matched)
        case "AND" if not step.matched:
            return tuple(child for child in step.children if not child.matched)
        case "NOT" if step.matched:
            return ()
    return step.children


def _short(query: str) -> str:
    return query if len(query) <= SHOWN else f"{query[: SHOWN - 1]}…"
