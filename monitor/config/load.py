"""Loads a configuration folder: either a whole, frozen configuration or every problem at once."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path, PurePath
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from monitor.config import checks, doubts, environment, files
from monitor.config.document import Document, Keys
from monitor.config.faults import Context
from monitor.config.problems import problems_of
from monitor.config.secrets import REFERENCE
from monitor.config.settings import FeedSettings, FeedsFile, ReceiverSettings, Settings, WatchlistFile
from monitor.config.words import printable
from monitor.errors import ConfigError, Problem
from monitor.model import Entities, Feed, Topic, Watchlist

Model = TypeVar("Model", bound=BaseModel)
_Read = tuple[Document, WatchlistFile]


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything that the files and the environment say."""

    settings: Settings
    feeds: tuple[FeedSettings, ...]
    watchlist: Watchlist
    receivers: tuple[ReceiverSettings, ...]
    warnings: tuple[Problem, ...] = ()
    stamp: files.Stamp = field(default=frozenset(), compare=False)
    """Of the folder, right before it was read."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the files say as far as each can be used: ``None`` stands for what has mistakes."""

    settings: Settings | None
    feeds: tuple[FeedSettings, ...] | None
    watchlist: Watchlist | None
    receivers: tuple[ReceiverSettings, ...] | None
    problems: tuple[Problem, ...]
    """Mistakes and warnings, in the order of files, lines and columns."""


def load(folder: Path, env: Mapping[str, str], *, secrets: bool = True) -> Configuration:
    """Load ``monitor.yaml``, ``feeds.yaml`` and the watchlist of a folder; ``env`` is the environment.

    Unless ``secrets``, neither ``${NAME}`` nor secret files are resolved: for what sends and polls nothing.
    Raises ConfigError with every problem of all files, in the order of files, lines and columns.
    """
    stamp = files.stamp(folder)
    parts = load_parts(folder, env, secrets=secrets)
    warnings = _warnings(parts.problems)
    assert parts.settings is not None
    assert parts.feeds is not None
    assert parts.watchlist is not None
    assert parts.receivers is not None
    return Configuration(parts.settings, parts.feeds, parts.watchlist, parts.receivers, warnings, stamp)


def load_parts(folder: Path, env: Mapping[str, str], *, secrets: bool = True) -> Parts:
    """Load the same, each part that has no mistakes: for what goes on with those.

    Raises ConfigError if there is no such folder.
    """
    files.check_folder(folder)
    context = Context(folder.resolve(), env, secrets)
    of_settings: list[Problem] = []
    of_feeds: list[Problem] = []
    of_watchlist: list[Problem] = []
    main = files.one(folder, files.MONITOR, of_settings)
    sources = files.one(folder, files.FEEDS, of_feeds)
    settings = _settings(main, context, of_settings)
    feeds = _feeds(sources, context, of_feeds)
    documents = files.watchlists(folder, of_watchlist)
    watched = _watched(documents, context, of_watchlist, receivers=True)
    if settings is not None:
        for document in [sources] if sources else []:
            of_feeds.extend(doubts.private_feeds(document, settings.poll.allow_hosts))
        for document in documents:
            of_watchlist.extend(doubts.private_hooks(document, settings.delivery.allow_hosts))
    referenced = _referenced([*documents, *(document for document in (main, sources) if document)])
    of_settings.extend(environment.unknown(env, referenced))
    right = not _errors(of_watchlist)
    parts = Parts(
        settings if not _errors(of_settings) else None,
        feeds.feeds if feeds and not _errors(of_feeds) else None,
        _watchlist(watched) if right else None,
        tuple(receiver for _, file in watched for receiver in file.receivers) if right else None,
        (*_ordered(of_settings), *_ordered(of_feeds), *_ordered(of_watchlist)),
    )
    for document in documents:
        document.let_go()
    return parts


def load_settings(folder: Path, env: Mapping[str, str], *, secrets: bool = False) -> Settings:
    """Load only ``monitor.yaml``, without its secrets unless asked: for what needs neither feeds nor topics.

    Raises ConfigError with every problem of that file.
    """
    files.check_folder(folder)
    problems: list[Problem] = []
    main = files.one(folder, files.MONITOR, problems)
    settings = _settings(main, Context(folder.resolve(), env, secrets), problems)
    _warnings(_ordered(problems))
    assert settings is not None
    return settings


def load_watchlist(folder: Path, env: Mapping[str, str], *, secrets: bool = False) -> Watchlist:
    """Load only the watchlist of a folder; the other files need not be there. Or one from a file of its own.

    Unless ``secrets``, neither ``${NAME}`` nor secret files are resolved, and a watchlist without any
    receivers may still name some: nothing will be sent.
    Raises ConfigError with every problem.
    """
    problems: list[Problem] = []
    if folder.suffix in files.SUFFIXES and not folder.exists():
        message = "there is no such watchlist"
        hint = "give a file, or the folder that holds watchlist.yaml or watchlist/"
        raise ConfigError((Problem(printable(str(folder)), 1, 1, message, hint),))
    if folder.is_file():
        document = files.one(folder.parent, folder.name, problems)
        documents = [document] if document else []
        folder = folder.parent
    else:
        files.check_folder(folder)
        documents = files.watchlists(folder, problems)
    receivers = secrets or any(document.items("receivers") for document in documents)
    watched = _watched(documents, Context(folder.resolve(), env, secrets), problems, receivers=receivers)
    _warnings(_ordered(problems))
    return _watchlist(watched)


def feeds_of(document: Document, folder: Path) -> tuple[FeedSettings, ...]:
    """Return the feeds of a document in ``folder``, secrets as they are written.

    Raises ConfigError with every problem.
    """
    problems = [*document.problems]
    read = _feeds(document, Context(folder.resolve(), {}, secrets=False), problems)
    _warnings(_ordered(problems))
    assert read is not None
    return read.feeds


def feed_of(feed: FeedSettings) -> Feed:
    """Return the feed as its articles carry it."""
    return Feed(feed.id, feed.url, feed.outlet, feed.language, feed.country, feed.kind, feed.family)


def _settings(document: Document | None, context: Context, problems: list[Problem]) -> Settings | None:
    if document is None:
        return None
    value, variables = environment.overlay(document.value, context.env)
    return _validated(Settings, document, value, context, problems, variables)


def _feeds(document: Document | None, context: Context, problems: list[Problem]) -> FeedsFile | None:
    if document is None:
        return None
    problems.extend(document.without_echoes(checks.feeds(document)))
    return _validated(FeedsFile, document, document.value, context, problems, {})


def _watched(
    documents: list[Document], context: Context, problems: list[Problem], *, receivers: bool
) -> list[_Read]:
    """Return the files of a watchlist that are well formed; what is wrong goes to ``problems``."""
    complete = {problem.file for problem in problems} <= {document.file for document in documents}
    read = [
        (document, _validated(WatchlistFile, document, document.value, context, problems, {}))
        for document in documents
    ]
    if documents:
        found = checks.watchlist(documents, receivers=receivers, complete=complete)
        for document in documents:
            found = document.without_echoes(found)
        problems.extend(found)
    return [(document, file) for document, file in read if file is not None]


def _validated(
    model: type[Model],
    document: Document,
    value: object,
    context: Context,
    problems: list[Problem],
    variables: Mapping[Keys, str],
) -> Model | None:
    try:
        return model.model_validate(value, context=context)
    except ValidationError as error:
        problems.extend(document.without_echoes(problems_of(error, document, model, variables)))
        return None


def _referenced(documents: Iterable[Document]) -> set[str]:
    """Return the names of the environment variables that secrets are taken from."""
    return {name for document in documents for text in document.texts() for name in REFERENCE.findall(text)}


def _ordered(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems in the order of the files, fit for a terminal whatever they quote."""
    clean = (
        replace(problem, message=printable(problem.message), hint=printable(problem.hint))
        for problem in problems
    )
    return sorted(clean, key=lambda problem: (problem.file, problem.line, problem.column))


def _errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if not problem.warning)


def _warnings(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return the problems if all are warnings; else raise ConfigError with the others."""
    if errors := _errors(problems):
        raise ConfigError(errors)
    return tuple(problems)


def _watchlist(watched: list[_Read]) -> Watchlist:
    topics = tuple(topic for document, file in watched for topic in _topics(document, file))
    entities = {name: terms for _, file in watched for name, terms in file.entities.items()}
    queries = {name: query for _, file in watched for name, query in file.queries.items()}
    return Watchlist(_version(topics, entities, queries), topics, entities, queries)


def _topics(document: Document, file: WatchlistFile) -> list[Topic]:
    owner = file.owner or PurePath(document.file).name
    return [
        Topic(topic.id, topic.query, topic.name, topic.severity, topic.alert, owner) for topic in file.topics
    ]


def _version(topics: tuple[Topic, ...], entities: Entities, queries: Mapping[str, str]) -> str:
    """Return a hash of what is watched for; neither the order nor the file of a topic matters."""
    names = [field.name for field in fields(Topic)]
    plain = sorted(
        ({name: getattr(topic, name) for name in names} | {"owner": None} for topic in topics),
        key=lambda topic: str(topic["id"]),
    )
    found = hashlib.sha256(b"[[")
    for number, topic in enumerate(plain):  # one by one: in one go it would hold all threads up
        found.update(f"{', ' if number else ''}{json.dumps(topic, sort_keys=True)}".encode())
    named = json.dumps({name: dict(terms) for name, terms in entities.items()}, sort_keys=True)
    more = f", {json.dumps(queries, sort_keys=True)}" if queries else ""
    found.update(f"], {named}{more}]".encode())
    return found.hexdigest()[:12]
