"""What is allowed, but hardly meant: warnings. Pure; reads plain values, as the checks do."""

from collections.abc import Collection, Iterator, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from monitor.articles.fulltext import is_available
from monitor.config.codes import LANGUAGES, MEANT
from monitor.config.document import Document, Keys
from monitor.config.words import shown
from monitor.errors import Problem, QueryError
from monitor.topics.query import Node, doubts_of_query, doubts_of_term, doubts_of_tree

_CODES = {code: meant for code, meant in MEANT.items() if code in LANGUAGES}
"""Codes of small languages that people write for large ones."""
HEARD = "add `alert` with the names of receivers"


def feeds(document: Document) -> Iterator[Problem]:
    """Yield the doubts about ``feeds.yaml``."""
    listed = document.items("feeds")
    if not listed:
        message, hint = "there are no feeds: nothing will be polled", "add one under `feeds`"
        yield Problem(document.file, 1, 1, message, hint, warning=True)
    elif all(feed.get("enabled") is False for _, feed in listed):
        message, hint = "no feed is enabled: nothing will be polled", "take out an `enabled: false`"
        yield Problem(document.file, 1, 1, message, hint, warning=True)
    for number, feed in listed:
        if feed.get("full_text") is True and not is_available():
            message, hint = "reading article pages needs trafilatura", "pip install 'monitor[full-text]'"
            yield document.problem(("feeds", number, "full_text"), message, hint, warning=True)
        url = feed.get("url")
        if feed.get("verify_tls") is False and isinstance(url, str) and url.lower().startswith("http:"):
            message, hint = "`verify_tls` has no effect: the url is http://", "take it out, or write https://"
            yield document.problem(("feeds", number, "verify_tls"), message, hint, warning=True)
        if isinstance(code := feed.get("language"), str) and code in _CODES:
            yield document.problem(("feeds", number, "language"), *_code(code), warning=True)


def watchlist(documents: Sequence[Document]) -> Iterator[Problem]:
    """Yield the doubts about the files of a watchlist."""
    if not any(document.items("topics") for document in documents):
        message, hint = "there are no topics: nothing will match", "add one under `topics`"
        yield Problem(documents[0].file, 1, 1, message, hint, warning=True)
    yield from _unheard(documents)
    for document in documents:
        yield from _queries(document)
        yield from _entities(document)
        yield from _receivers(document)


def query(document: Document, path: Keys, tree: Node) -> Iterator[Problem]:
    """Yield the doubts about how the parts of a query are put together."""
    yield from _told(document, path, doubts_of_tree(tree))


def private_feeds(document: Document, allowed: Collection[str]) -> Iterator[Problem]:
    """Yield a doubt for each feed at a private address that ``poll.allow_hosts`` does not have."""
    for number, feed in document.items("feeds"):
        yield from _private(document, ("feeds", number, "url"), feed.get("url"), allowed, "poll.allow_hosts")


def private_hooks(document: Document, allowed: Collection[str]) -> Iterator[Problem]:
    """Yield a doubt for each webhook at a private address that ``delivery.allow_hosts`` does not have."""
    for number, receiver in document.items("receivers"):
        hook = receiver.get("webhook")
        if isinstance(hook, dict):
            path = ("receivers", number, "webhook", "url")
            yield from _private(document, path, hook.get("url"), allowed, "delivery.allow_hosts")


def _private(
    document: Document, path: Keys, url: object, allowed: Collection[str], setting: str
) -> Iterator[Problem]:
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        host, port = (parts.hostname or "", parts.port) if parts else ("", None)
        private = host == "localhost" or not ip_address(host).is_global
    except ValueError:
        return  # a name: where it leads is seen when it is asked for
    if private and host not in allowed and f"{host}:{port}" not in allowed:
        message = f"`{shown(host)}` is no public address: monitor will not connect to it"
        yield document.problem(path, message, f"add it to `{setting}` in monitor.yaml", warning=True)


def _unheard(documents: Sequence[Document]) -> Iterator[Problem]:
    """Yield a doubt for each topic without a receiver; who has no receiver at all wants none."""
    if not any(document.items("receivers") for document in documents):
        return
    for document in documents:
        for number, topic in document.items("topics"):
            if not topic.get("alert"):
                message = f"nobody is told of the topic `{shown(str(topic.get('id')))}`: it has no receiver"
                yield document.problem(("topics", number), message, HEARD, warning=True)


def _queries(document: Document) -> Iterator[Problem]:
    named: list[tuple[Keys, object]] = [
        (("queries", name), text) for name, text in document.section("queries").items()
    ]
    of_topics = (
        (("topics", number, "query"), topic.get("query")) for number, topic in document.items("topics")
    )
    for path, text in (*of_topics, *named):
        if isinstance(text, str):
            yield from _told(document, path, doubts_of_query(text))


def _entities(document: Document) -> Iterator[Problem]:
    for entity, languages in document.section("entities").items():
        for language, terms in languages.items() if isinstance(languages, dict) else ():
            path = ("entities", entity, language)
            if language in _CODES:
                yield document.key_problem(path, *_code(language), warning=True)
            for number, term in enumerate(terms if isinstance(terms, list) else ()):
                if isinstance(term, str):
                    yield from _told(document, (*path, number), doubts_of_term(term))


def _told(document: Document, path: Keys, doubts: Iterator[QueryError]) -> Iterator[Problem]:
    for doubt in doubts:
        yield document.problem_in(path, doubt.offset, doubt.message, doubt.hint, warning=True)


def _code(code: str) -> tuple[str, str]:
    return f"`{code}` is hardly the language that is meant", f"did you mean `{_CODES[code]}`?"


def _receivers(document: Document) -> Iterator[Problem]:
    for number, receiver in document.items("receivers"):
        for kind in ("email", "webhook"):
            channel, path = receiver.get(kind), ("receivers", number, kind)
            if not isinstance(channel, dict):
                continue
            if kind == "webhook" and not {"secret", "secret_file"} & channel.keys():
                message = "messages to this webhook are not signed"
                yield document.key_problem(path, message, "add `secret`", warning=True)
            if "timezone" in channel and not str(channel.get("digest")).startswith("daily"):
                message = f"the timezone of `{shown(str(receiver.get('name')))}` has no effect"
                hint = "add for example `digest: daily at 08:30`"
                yield document.key_problem((*path, "timezone"), message, hint, warning=True)
