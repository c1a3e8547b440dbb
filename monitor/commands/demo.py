"""``monitor demo``: everything at work on sample feeds, in half a minute."""

import asyncio
import base64
import os
import secrets
import shlex
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor import app, logs
from monitor.changes import Became
from monitor.clock import Clock, SystemClock
from monitor.commands.called import called
from monitor.config.load import Configuration, load
from monitor.config.settings import Settings
from monitor.demo.newsstand import Newsstand
from monitor.demo.setting import Servers, write_configuration
from monitor.errors import MonitorError, UsageError
from monitor.feeds.polls import Polled
from monitor.model import Match
from monitor.plural import number
from monitor.roles.working import ALERTER, MATCHER
from monitor.service import Ended, Service, stop_on_signals
from monitor.store import records
from monitor.store.base import Query, Store
from monitor.stream import codec

if TYPE_CHECKING:
    from rich.table import Table

LATEST = 10
READ_BY = {codec.ARTICLES: MATCHER, codec.MATCHES: ALERTER}
"""The group whose offsets tell how many messages a stream has."""

KEEP = (("demo --data DIR", 'in a checkout: make demo ARGS="--data DIR"'),)
NEXT = (
    ("init my-watch", "writes a configuration with real feeds and these topics"),
    ("check --config my-watch", "says whether it is right"),
    ("run --config my-watch", "starts the service (in a checkout: make run)"),
    ("status --config my-watch", "says how it goes"),
)
"""What to type next, and what it does."""
NOTHING_NEW = "Nothing was new since the last run, so nobody was told of anything this time.\n"


@dataclass(frozen=True)
class _Shown:
    """What the demo is about to show."""

    polled: list[Polled]
    seconds: float
    mails: int
    hooks: int
    bad: int

    @property
    def is_new(self) -> bool:
        """Return whether the feeds had anything that was not known."""
        return any(one.new for one in self.polled)


def demo(*, serve: bool, data: Path | None, kafka: str | None, elasticsearch: str | None, prefix: str) -> int:
    """Run the demo, on both servers if they are given; with ``serve`` go on until Ctrl-C.

    Where names that begin with ``prefix`` are on the servers already, another prefix is made of it.
    """
    if bool(kafka) != bool(elasticsearch):
        raise UsageError("a cluster has both: give --kafka HOST:PORT and --elasticsearch URL")
    servers = Servers(kafka, elasticsearch, prefix) if kafka and elasticsearch else None
    logs.set_up("error", "console")
    with tempfile.TemporaryDirectory(prefix="monitor-demo-") as made:
        folder = (data or Path(made)).resolve()
        return asyncio.run(_demo(folder, servers, serve=serve, is_kept=data is not None))


async def _demo(folder: Path, servers: Servers | None, *, serve: bool, is_kept: bool) -> int:
    try:
        from monitor.demo.receivers import receivers
    except ImportError as error:
        raise MonitorError("the demo's mail server is not installed: pip install 'monitor[demo]'") from error
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    clock = SystemClock()
    from monitor.commands.tables import show

    async with AsyncExitStack() as stack:
        newsstand = await stack.enter_async_context(Newsstand(clock.now()))
        inboxes = await stack.enter_async_context(receivers(secret))

        def configured(servers: Servers | None) -> Configuration:
            interval = "10s" if serve else "15m"
            args = (folder / "config", folder / "data", newsstand, inboxes, interval, servers)
            changed.update(dict.fromkeys(write_configuration(*args)))
            return load(folder / "config", os.environ)

        changed: dict[str, None] = {}
        configuration = configured(servers)
        if servers and _is_taken(configuration.settings, clock):
            servers = servers.another()
            configuration = configured(servers)
        stack.enter_context(app.alone(configuration.settings))
        backend = stack.enter_context(app.open_backend(configuration.settings, clock))
        service = Service(configuration, backend, clock, lambda: load(folder / "config", os.environ))
        begun = time.monotonic()
        polled = await service.once()
        inbox = inboxes.inbox
        shown = _Shown(
            polled, time.monotonic() - begun, len(inbox.mails), len(inbox.events), inbox.bad_signatures
        )
        _show(configuration, backend.store, shown)
        if servers:
            show(_where(servers, backend))
        if changed:
            show(f"Kept as you changed it: {', '.join(changed)} in {folder / 'config'}\n")
        when = ", while the servers run," if servers else ""
        show(_kept(folder, when) if is_kept else _not_kept(), _listed("Go on with live feeds:", NEXT))
        if serve and await _serve(service, folder) is not Ended.IN_ORDER:
            return 1
    told = shown.mails and shown.hooks
    may_be_silent = changed or not shown.is_new
    return 0 if not shown.bad and (told or may_be_silent) else 1


async def _serve(service: Service, folder: Path) -> Ended:
    from monitor.commands.tables import show

    show(f"\nStill running; its configuration is {folder / 'config'}. Ctrl-C ends it.")
    stop = asyncio.Event()
    stop_on_signals(asyncio.get_running_loop(), stop)
    return await service.run(stop, folder / "config")


def _show(configuration: Configuration, store: Store, shown: _Shown) -> None:
    from monitor.commands.tables import matches_table, show

    articles = store.count(records.ARTICLES, Query())[""]
    entries = sum(one.entries for one in shown.polled)
    found = [records.matches.value(one) for one in store.find(records.MATCHES, Query(limit=1000)).documents]
    found.sort(key=lambda match: match.filed, reverse=True)
    newest = list(dict.fromkeys(match.article.id for match in found))[:LATEST]
    latest = [match for match in found if match.article.id in newest]
    failed = [one for one in shown.polled if one.outcome == "failed"]
    show(
        f"{number(len(shown.polled), 'sample feed')} polled over HTTP, {number(entries, 'entry')}, "
        f"{number(articles, 'article')} stored, {number(len(found), 'match')}, in {shown.seconds:.1f} s"
        + (f"; {number(len(failed), 'feed')} failed" if failed else ""),
        _topics(configuration, found),
        matches_table("Latest matches", latest),
        _alerts(store, shown),
        *([] if shown.is_new else [NOTHING_NEW]),
    )


def _topics(configuration: Configuration, found: Iterable[Match]) -> "Table":
    from rich.console import RenderableType
    from rich.text import Text

    from monitor.commands.tables import table

    counts = Counter((match.topic_id, match.article.language) for match in found)
    languages = sorted({language for _, language in counts})
    rows: list[Sequence[RenderableType]] = [
        (
            Text(topic.name or topic.id),
            *(str(counts[topic.id, language]) for language in languages),
            str(sum(counts[topic.id, language] for language in languages)),
        )
        for topic in configuration.watchlist.topics
    ]
    return table("Topics", ("topic", *(f"{language}>" for language in languages), "matches>"), rows)


def _alerts(store: Store, shown: _Shown) -> "Table":
    from monitor.commands.tables import table

    documents = store.find(records.ALERTS, Query(limit=1000)).documents
    withheld = Counter(str(one.body["reason"]) for one in documents if one.body["state"] == "withheld")
    sent, when = len(documents) - withheld.total(), "" if shown.is_new else "this time "
    rows = [
        ("decided to send", str(sent), "one alert for each topic and article"),
        *(("withheld", str(count), reason) for reason, count in withheld.items()),
        ("mails", str(shown.mails), f"received {when}by a mail server on this machine"),
        ("webhooks", str(shown.hooks), f"received {when}with a valid signature; {shown.bad} with a bad one"),
    ]
    return table("Alerts", ("", "count>", ""), rows)


def _is_taken(settings: Settings, clock: Clock) -> bool:
    """Return whether there is something on the servers already that is named so."""
    with app.open_servers(settings) as (stream, store):
        changes = [*stream.setup(write=False), *store.changes(clock.now())]
    return any(change.became is not Became.CREATED for change in changes)


def _where(servers: Servers, backend: app.Backend) -> "Table":
    """Say where everything is, for other programs to read it."""
    from monitor.commands.tables import table

    ends: Counter[str] = Counter()
    for lag in backend.stream.lag():
        if lag.group == READ_BY.get(lag.stream):
            ends[backend.topic(lag.stream)] += lag.end
    rows = [("Kafka", servers.kafka, name, str(count), "messages") for name, count in ends.items()]
    kinds = (records.ARTICLES, records.MATCHES, records.ALERTS)
    rows += [
        ("Elasticsearch", servers.elasticsearch, f"{servers.prefix}-{kind}", str(size.documents), "documents")
        for kind, size in backend.sizes().items()
        if kind in kinds
    ]
    return table("On the servers", ("server", "", "stream or alias", "count>", ""), rows)


def _kept(folder: Path, when: str) -> str:
    """Say what to do with what the demo has kept; ``when`` says when that can be done."""
    where = f"-c {shlex.quote(str(folder / 'config'))}"
    commands = (
        "backtest troop-deployment",
        "export --topic troop-deployment",
        "explain troop-deployment ID",
        "label ID useful",
    )
    head = f"Try the topics on what is kept{when} by these (ids are in the lines of export):"
    return _listed(head, [(f"{command} {where}", "") for command in commands]) + "\n"


def _not_kept() -> str:
    head = "Nothing of this is kept. To try topics on it (explain, backtest, label), keep it in a folder:"
    return _listed(head, KEEP) + "\n"


def _listed(head: str, commands: Iterable[tuple[str, str]]) -> str:
    """Return commands as they are to be typed here, each with what it does."""
    typed = [(f"  {called()} {command}", does) for command, does in commands]
    widest = max(len(line) for line, _ in typed)
    return "\n".join([head, *(f"{line:{widest}}   {does}".rstrip() for line, does in typed)])
