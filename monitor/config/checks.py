"""What must fit together within and across files. Pure.

The checks read the plain values of the documents, not the models, so that one bad topic does not hide
what is wrong with the others. What has the wrong shape is passed over here; the models report it.
"""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from monitor.config.document import Document, Keys, Place
from monitor.config.excerpt import excerpt
from monitor.config.nearest import did_you_mean
from monitor.config.problems import shown
from monitor.config.sources import default_id
from monitor.errors import Problem, QueryError
from monitor.topics.query import entity_names, parse, parse_term

Named = tuple[Document, Keys, str]
"""A name where it is written."""


def feeds(document: Document) -> Iterator[Problem]:
    """Yield a problem for each feed with an id or URL that an earlier one has."""
    yield from _twice("id", _feed_ids(document), "give this feed an `id` of its own")
    yield from _twice("url", _feed_urls(document), "remove one of the two feeds")


def watchlist(documents: Sequence[Document], *, receivers: bool) -> Iterator[Problem]:
    """Yield what is wrong in the files of a watchlist, taken together; then warnings.

    ``receivers``: whether topics may only name receivers that are defined.
    """
    named_topics = list(_texts(documents, "topics", "id"))
    named_receivers = list(_texts(documents, "receivers", "name"))
    named_entities = [
        (doc, ("entities", name), name) for doc in documents for name in doc.section("entities")
    ]
    yield from _twice("id", named_topics, "topics need different ids")
    yield from _twice("name", named_receivers, "receivers need different names")
    yield from _twice("entity", named_entities, "put the terms together under one of the two")
    yield from _terms(documents)
    used: set[str] = set()
    yield from _queries(documents, frozenset(name for *_, name in named_entities), used)
    alerted = list(_alerts(documents))
    if receivers:
        yield from _undefined("receiver", alerted, frozenset(name for *_, name in named_receivers))
    yield from _weak(documents)
    yield from _unused("entity", named_entities, used, "no query uses it")
    yield from _unused("receiver", named_receivers, {name for *_, name in alerted}, "no topic alerts it")


def _texts(documents: Iterable[Document], section: str, key: str) -> Iterator[Named]:
    """Yield what stands under a key in the items of a list."""
    for doc in documents:
        for number, item in doc.items(section):
            if isinstance(text := item.get(key), str):
                yield doc, (section, number, key), text


def _feed_ids(document: Document) -> Iterator[Named]:
    for number, feed in document.items("feeds"):
        path = ("feeds", number, "id")
        outlet, url = feed.get("outlet"), feed.get("url")
        if isinstance(given := feed.get("id"), str):
            yield document, path, given
        elif "id" not in feed and isinstance(outlet, str) and isinstance(url, str):
            yield document, path, default_id(outlet, url)


def _feed_urls(document: Document) -> Iterator[Named]:
    """Yield the addresses in a form in which the same ones are equal."""
    for doc, path, url in _texts([document], "feeds", "url"):
        try:
            parts = urlsplit(url)
        except ValueError:
            continue
        same = parts._replace(netloc=parts.netloc.lower(), path=parts.path or "/", fragment="")
        yield doc, path, same.geturl()


def _twice(what: str, names: Iterable[Named], hint: str) -> Iterator[Problem]:
    """Yield a problem for each name that is not the first one. A URL is not repeated: it may hold a token."""
    first: dict[str, tuple[Document, Place]] = {}
    for doc, path, name in names:
        place = doc.keys[path] if what == "entity" else doc.place(path)
        earlier, (line, column) = first.setdefault(name, (doc, place))
        if (earlier, (line, column)) != (doc, place):
            called = "the url" if what == "url" else f"the {what} `{shown(name)}`"
            message = f"{called} is already at {earlier.file}:{line}:{column}"
            yield Problem(doc.file, *place, message, hint)


def _terms(documents: Iterable[Document]) -> Iterator[Problem]:
    for doc in documents:
        for entity, languages in doc.section("entities").items():
            if not isinstance(languages, dict):
                continue
            lists = {language: terms for language, terms in languages.items() if isinstance(terms, list)}
            if lists and not any(lists.values()):
                yield doc.problem(
                    ("entities", entity), f"`{shown(entity)}` has no terms", "write at least one"
                )
            for language, terms in lists.items():
                yield from _bad_terms(doc, ("entities", entity, language), terms)


def _bad_terms(doc: Document, path: Keys, terms: list[object]) -> Iterator[Problem]:
    for number, term in enumerate(terms):
        if isinstance(term, str):
            try:
                parse_term(term)
            except QueryError as error:
                yield doc.problem((*path, number), error.message, error.hint, excerpt(term, error.offset))


def _queries(documents: Iterable[Document], defined: frozenset[str], used: set[str]) -> Iterator[Problem]:
    """Yield what is wrong with queries; add the entities that they name to ``used``."""
    for doc, path, query in _texts(documents, "topics", "query"):
        try:
            names = entity_names(parse(query))
        except QueryError as error:
            yield doc.problem(path, error.message, error.hint, excerpt(query, error.offset))
            continue
        for name, offset in names:
            used.add(name)
            if name not in defined:
                hint = did_you_mean(name, defined) or "define it under `entities`"
                yield doc.problem(path, f"there is no entity `{shown(name)}`", hint, excerpt(query, offset))


def _alerts(documents: Iterable[Document]) -> Iterator[Named]:
    for doc in documents:
        for number, topic in doc.items("topics"):
            names = topic.get("alert")
            for place, name in enumerate(names if isinstance(names, list) else ()):
                if isinstance(name, str):
                    yield doc, ("topics", number, "alert", place), name


def _undefined(what: str, names: Iterable[Named], defined: frozenset[str]) -> Iterator[Problem]:
    for doc, path, name in names:
        if name not in defined:
            hint = did_you_mean(name, defined) or f"define it under `{what}s`"
            yield doc.problem(path, f"there is no {what} `{shown(name)}`", hint)


def _weak(documents: Sequence[Document]) -> Iterator[Problem]:
    if not any(doc.items("topics") for doc in documents):
        hint = "add one under `topics`"
        yield Problem(documents[0].file, 1, 1, "there are no topics: nothing will match", hint, warning=True)
    for doc in documents:
        for number, receiver in doc.items("receivers"):
            hook = receiver.get("webhook")
            if isinstance(hook, dict) and not {"secret", "secret_file"} & hook.keys():
                place = doc.keys.get(("receivers", number, "webhook")) or doc.place(("receivers", number))
                message = "messages to this webhook are not signed"
                yield Problem(doc.file, *place, message, "add `secret`", warning=True)


def _unused(what: str, names: Iterable[Named], used: set[str], why: str) -> Iterator[Problem]:
    for doc, path, name in names:
        if name not in used:
            line, column = doc.keys.get(path) or doc.place(path)
            message = f"the {what} `{shown(name)}` has no effect: {why}"
            yield Problem(doc.file, line, column, message, warning=True)
