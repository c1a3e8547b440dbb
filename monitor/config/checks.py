"""What must fit together within and across files. Pure.

The checks read the plain values of the documents, not the models, so that one bad topic does not hide
what is wrong with the others. What has the wrong shape is passed over here; the models report it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from monitor.config import doubts
from monitor.config.addresses import same_url
from monitor.config.document import Document, Keys
from monitor.config.nearest import Hints
from monitor.config.place import Place
from monitor.config.secrets import LITERAL, REFERENCE
from monitor.config.sources import default_id
from monitor.config.watching import WatchlistFile
from monitor.config.words import shown
from monitor.errors import Dangling, Problem, QueryError
from monitor.model import OTHERWISE
from monitor.topics.named import NamedQueries
from monitor.topics.query import Entity, Node, names, parse, parse_term

_CREDENTIAL = re.compile(r"[\w-]*(auth|cookie|key|password|secret|token)[\w-]*", re.IGNORECASE)
"""The name of a header whose value should not be seen."""


class Named(NamedTuple):
    """A name where it is written, ``offset`` characters into a text."""

    document: Document
    path: Keys
    name: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Read:
    """The queries that can be read, and what they name."""

    trees: list[tuple[Document, Keys, Node]] = field(default_factory=list)
    entities: list[Named] = field(default_factory=list)
    references: list[Named] = field(default_factory=list)


def feeds(document: Document) -> Iterator[Problem]:
    """Yield a problem for each feed with an id or URL that an earlier one has, or a secret; then warnings."""
    yield from _twice("id", _feed_ids(document), "give this feed an `id` of its own")
    yield from _twice("url", _feed_urls(document), "remove one of the two feeds")
    yield from _open_headers(document)
    yield from doubts.feeds(document)


def watchlist(documents: Sequence[Document], *, receivers: bool, complete: bool) -> Iterator[Problem]:
    """Yield what is wrong in the files of a watchlist, taken together; then warnings.

    ``receivers``: whether topics may only name receivers that are defined.
    ``complete``: whether these are all files; else a name may be defined in one that cannot be read.
    """
    topics = list(_texts(documents, "topics", "id"))
    named = list(_texts(documents, "receivers", "name"))
    entities, queries = list(_keys(documents, "entities")), list(_keys(documents, "queries"))
    yield from _twice("id", topics, "topics need different ids")
    yield from _twice("name", named, "receivers need different names")
    yield from _twice("entity", entities, "put the terms together under one of the two")
    yield from _twice("query", queries, "queries need different names")
    yield from _terms(documents)
    read = Read()
    yield from _queries(documents, read)
    alerted = list(_alerts(documents))
    if complete and _legible(documents, "entities", dict):
        yield from _undefined("entity", "entities", read.entities, entities)
    if complete and _legible(documents, "queries", dict):
        yield from _undefined("query", "queries", read.references, queries)
    yield from _together(read)
    if receivers and complete and _legible(documents, "receivers", list):
        yield from _undefined("receiver", "receivers", alerted, named)
    yield from doubts.watchlist(documents)
    yield from _unused("entity", entities, read.entities, "no query uses it")
    yield from _unused("query", queries, read.references, "no query uses it")
    yield from _unused("receiver", named, [*alerted, *_operators(documents)], "no topic alerts it")


def _keys(documents: Iterable[Document], section: str) -> Iterator[Named]:
    """Yield the keys of a mapping."""
    for doc in documents:
        for name in doc.section(section):
            yield Named(doc, (section, name), name)


def _texts(documents: Iterable[Document], section: str, key: str) -> Iterator[Named]:
    """Yield what stands under a key in the items of a list."""
    for doc in documents:
        for number, item in doc.items(section):
            if isinstance(text := item.get(key), str):
                yield Named(doc, (section, number, key), text)


def _feed_ids(document: Document) -> Iterator[Named]:
    for number, feed in document.items("feeds"):
        path = ("feeds", number, "id")
        outlet, url = feed.get("outlet"), feed.get("url")
        if isinstance(given := feed.get("id"), str):
            yield Named(document, path, given)
        elif "id" not in feed and isinstance(outlet, str) and isinstance(url, str):
            yield Named(document, path, default_id(outlet, url))


def _feed_urls(document: Document) -> Iterator[Named]:
    """Yield the addresses in a form in which the same ones are equal."""
    for doc, path, url, _ in _texts([document], "feeds", "url"):
        if same := same_url(url):
            yield Named(doc, path, same)


def _open_headers(document: Document) -> Iterator[Problem]:
    """Yield a problem for each header that is a secret by its name, but written into the file."""
    for number, feed in document.items("feeds"):
        headers = feed.get("headers")
        for name, value in headers.items() if isinstance(headers, dict) else ():
            if (
                _CREDENTIAL.fullmatch(name)
                and isinstance(value, str)
                and value
                and not REFERENCE.search(value)
            ):
                message, hint = LITERAL
                yield document.problem(("feeds", number, "headers", name), f"`{shown(name)}` {message}", hint)


def _twice(what: str, names: Iterable[Named], hint: str) -> Iterator[Problem]:
    """Yield a problem for each name that is not the first one. A URL is not repeated: it may hold a token."""
    first: dict[str, tuple[Document, Place]] = {}
    for doc, path, name, _ in names:
        place = doc.keys[path] if what in {"entity", "query"} else doc.place(path)
        earlier, (line, column) = first.setdefault(name, (doc, place))
        if (earlier.file, (line, column)) != (doc.file, place):
            called = "the url" if what == "url" else f"the {what} `{shown(name)}`"
            message = f"{called} is already at {earlier.file}:{line}:{column}"
            yield Problem(doc.file, *place, message, hint)


def _terms(documents: Iterable[Document]) -> Iterator[Problem]:
    for doc in documents:
        for entity, languages in doc.section("entities").items():
            if not isinstance(languages, dict):
                continue
            lists = {language: terms for language, terms in languages.items() if isinstance(terms, list)}
            wanted = any(terms for language, terms in lists.items() if language != OTHERWISE)
            if lists and not wanted and not doc.open:
                path = ("entities", entity, next(iter(lists)))
                yield doc.problem(path, f"`{shown(entity)}` has no terms", "write at least one")
            for language, terms in lists.items():
                yield from _bad_terms(doc, ("entities", entity, language), terms)


def _bad_terms(doc: Document, path: Keys, terms: list[object]) -> Iterator[Problem]:
    for number, term in enumerate(terms):
        if isinstance(term, str):
            try:
                parse_term(term)
            except QueryError as error:
                yield doc.problem_in((*path, number), error.offset, error.message, error.hint)


def _queries(documents: Sequence[Document], read: Read) -> Iterator[Problem]:
    """Yield what is wrong with queries, each by itself; add the others to ``read``."""
    named = [(name.document, name.path, name.document.at(name.path)) for name in _keys(documents, "queries")]
    of_topics = [(doc, path, text) for doc, path, text, _ in _texts(documents, "topics", "query")]
    for doc, path, query in (*named, *of_topics):
        if not isinstance(query, str):
            continue
        try:
            tree = parse(query)
        except QueryError as error:
            yield doc.problem_in(path, error.offset, error.message, error.hint)
        else:
            read.trees.append((doc, path, tree))
            for one in names(tree):
                asked = read.entities if isinstance(one, Entity) else read.references
                asked.append(Named(doc, path, one.name, one.offset))
            yield from doubts.query(doc, path, tree)


def _together(read: Read) -> Iterator[Problem]:
    """Yield what is wrong with queries once those that they name are put in."""
    if not read.references:
        return
    named = {str(path[1]): (doc, path, tree) for doc, path, tree in read.trees if path[0] == "queries"}
    queries = NamedQueries({name: tree for name, (_, _, tree) in named.items()})
    mistakes = [(*named[name][:2], error) for name, error in queries.mistakes.items()]
    for doc, path, tree in read.trees:
        if path[0] == "topics":
            try:
                queries.put_into(tree)
            except QueryError as error:
                mistakes.append((doc, path, error))
    for doc, path, mistake in mistakes:
        if not isinstance(mistake, Dangling):  # that is told elsewhere
            yield doc.problem_in(path, mistake.offset, mistake.message, mistake.hint)


def _alerts(documents: Iterable[Document]) -> Iterator[Named]:
    for doc in documents:
        for number, topic in doc.items("topics"):
            names = topic.get("alert")
            for place, name in enumerate(names if isinstance(names, list) else ()):
                if isinstance(name, str):
                    yield Named(doc, ("topics", number, "alert", place), name)


def _operators(documents: Iterable[Document]) -> Iterator[Named]:
    for doc in documents:
        for number, receiver in doc.items("receivers"):
            if receiver.get("operator") is True and isinstance(name := receiver.get("name"), str):
                yield Named(doc, ("receivers", number, "name"), name)


def _legible(documents: Iterable[Document], section: str, kind: type) -> bool:
    """Return whether all of a section could be read: if not, what seems undefined may be defined there."""
    return all(
        isinstance(doc.value, dict)
        and not doc.open
        and doc.value.keys() <= WatchlistFile.model_fields.keys()
        and isinstance(doc.value.get(section), kind | None)
        for doc in documents
    )


def _undefined(what: str, section: str, used: Iterable[Named], defined: Iterable[Named]) -> Iterator[Problem]:
    known = frozenset(name.name for name in defined)
    hints = Hints()
    for doc, path, name, offset in used:
        if name not in known:
            hint = hints.did_you_mean(name, known) or f"define it under `{section}`"
            message = f"there is no {what} `{shown(name)}`"
            if what in {"entity", "query"}:
                yield doc.problem_in(path, offset, message, hint)
            else:
                yield doc.problem(path, message, hint)


def _unused(what: str, defined: Iterable[Named], used: Iterable[Named], why: str) -> Iterator[Problem]:
    names = {name.name for name in used}
    for doc, path, name, _ in defined:
        if name not in names:
            message = f"the {what} `{shown(name)}` has no effect: {why}"
            yield doc.key_problem(path, message, warning=True)
