"""The command line: arguments become settings and a call of ``monitor.commands``; no logic here.

Commands import what they need when they are called, so that ``monitor --help`` is quick.
"""

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer

app = typer.Typer(
    name="monitor",
    help="Watches news feeds for the topics of a watchlist, and tells people at once.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
feeds = typer.Typer(
    help="Look at single feeds, and at the list of them.", no_args_is_help=True, rich_markup_mode=None
)
alerts = typer.Typer(help="Try receivers.", no_args_is_help=True, rich_markup_mode=None)
deadletters = typer.Typer(
    help="What could not be handled or delivered.", no_args_is_help=True, rich_markup_mode=None
)
topics = typer.Typer(help="How topics do.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(feeds, name="feeds")
app.add_typer(alerts, name="alerts")
app.add_typer(deadletters, name="deadletters")
app.add_typer(topics, name="topics")

Config = Annotated[
    Path,
    typer.Option("--config", "-c", envvar="MONITOR_CONFIG", help="The folder with the three YAML files."),
]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: JSON instead of a table.")]
DEFAULT = Path("config")


@app.command()
def run(
    config: Config = DEFAULT,
    role: Annotated[
        Literal["all", "poll", "match", "alert"],
        typer.Option(help="In a cluster, what this process is for: as many of each as wanted."),
    ] = "all",
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, help="Where it serves /healthz, /readyz, /metrics; 0 for any free port."
        ),
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="Poll every feed once, match, alert, and end.")
    ] = False,
) -> None:
    """Run the service: poll, match, alert. SIGTERM ends it in order, a second one at once."""
    from monitor.commands.run import run as command

    _do(command, config, role=role, port=port, once=once)


@app.command()
def demo(
    serve: Annotated[bool, typer.Option("--serve", help="Keep running until Ctrl-C.")] = False,
    data: Annotated[Path | None, typer.Option(help="Keep the data in this folder.")] = None,
    kafka: Annotated[str | None, typer.Option(help="Run on a cluster: host:port of a broker.")] = None,
    elasticsearch: Annotated[str | None, typer.Option(help="... and the URL of Elasticsearch.")] = None,
    prefix: Annotated[
        str, typer.Option(help="What begins the names there; if some are there, another is made of it.")
    ] = "demo",
) -> None:
    """Show everything at work on sample feeds: polled, matched, stored, alerted to real receivers."""
    from monitor.commands.demo import demo as command

    _do(command, serve=serve, data=data, kafka=kafka, elasticsearch=elasticsearch, prefix=prefix)


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="Made if it is not there.")]) -> None:
    """Write a commented configuration to start from."""
    from monitor.commands.init import init as command

    _do(command, folder)


@app.command()
def check(
    config: Config = DEFAULT,
    show: Annotated[
        bool, typer.Option("--show", help="Print the settings in force, secrets masked.")
    ] = False,
    format_: Annotated[
        Literal["text", "json", "github"], typer.Option("--format", help="How problems are printed.")
    ] = "text",
) -> None:
    """Check the configuration; say every mistake with its place and its remedy."""
    from monitor.commands.check import check as command

    _do(command, config, show=show, format_=format_)


@app.command()
def setup(
    config: Config = DEFAULT,
    kafka: Annotated[bool, typer.Option("--kafka", help="Only Kafka, or with the others named.")] = False,
    elastic: Annotated[bool, typer.Option("--elastic", help="Only Elasticsearch, likewise.")] = False,
    kibana: Annotated[bool, typer.Option("--kibana", help="Only Kibana, likewise.")] = False,
    kibana_url: Annotated[
        str | None, typer.Option(help="Where Kibana is, if not where monitor.yaml says.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
) -> None:
    """Make the topics, templates and dashboards on the servers of a cluster; safe to repeat."""
    from monitor.commands.setup import Parts
    from monitor.commands.setup import setup as command

    _do(command, config, Parts(kafka, elastic, kibana), kibana_url=kibana_url, dry_run=dry_run)


@app.command()
def match(config: Config = DEFAULT) -> None:
    """Say which topics match JSON Lines of {id, title, summary?, body?, lang?} on standard input."""
    from monitor.commands.match import match as command

    _do(command, config)


@app.command()
def explain(
    topic: Annotated[str, typer.Argument(help="A topic's id.")],
    source: Annotated[
        str,
        typer.Argument(
            help="A file (JSON or text; - for standard input), an http(s) URL, or the id of what is stored: "
            "of an article or a match, 6 characters of it will do."
        ),
    ],
    config: Config = DEFAULT,
    allow_host: Annotated[list[str] | None, typer.Option(help="A host that may be private.")] = None,
    tree: Annotated[
        bool, typer.Option("--tree", help="The whole query as a tree, also where it is no use.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say why a text matches a topic, or what came nearest and what it lacks."""
    from monitor.commands.explain import explain as command

    _do(command, config, topic, source, allow_hosts=tuple(allow_host or ()), tree=tree, as_json=as_json)


@app.command()
def backtest(
    topic: Annotated[str, typer.Argument(help="A topic's id.")],
    since: Annotated[str, typer.Option(help="How far back: 24h, 30d, or a date like 2026-03-01.")] = "30d",
    watchlist: Annotated[
        Path | None,
        typer.Option(help="Another watchlist, a file or a folder, to try beside the one in force."),
    ] = None,
    samples: Annotated[int, typer.Option(min=0, help="How many articles of each sort are shown.")] = 5,
    config: Config = DEFAULT,
    as_json: AsJson = False,
) -> None:
    """Try a topic on what is stored: matches a day, samples, and what is new and lost."""
    from monitor.commands.backtest import backtest as command

    _do(command, config, topic, since=since, watchlist=watchlist, samples=samples, as_json=as_json)


@app.command()
def replay(
    topic: Annotated[list[str] | None, typer.Option(help="Only this topic; may be given again.")] = None,
    since: Annotated[str, typer.Option(help="How far back: 24h, 30d, or a date like 2026-03-01.")] = "30d",
    alert: Annotated[bool, typer.Option("--alert", help="Have what is found alerted.")] = False,
    config: Config = DEFAULT,
    as_json: AsJson = False,
) -> None:
    """Match what is stored with the watchlist of today, and add the matches that are missing."""
    from monitor.commands.replay import replay as command

    _do(command, config, tuple(topic or ()), since=since, alert=alert, as_json=as_json)


@app.command()
def status(config: Config = DEFAULT, as_json: AsJson = False) -> None:
    """Say how feeds, matches, streams and deliveries stand."""
    from monitor.commands.status import status as command

    _do(command, config, as_json=as_json)


@app.command()
def export(
    config: Config = DEFAULT,
    what: Annotated[
        Literal["matches", "articles", "alerts", "labels"], typer.Option(help="What to write.")
    ] = "matches",
    format_: Annotated[Literal["jsonl", "csv", "rss"], typer.Option("--format", help="How.")] = "jsonl",
    since: Annotated[
        str | None, typer.Option(help="Only newer: 24h, 30d, or a date like 2026-03-01.")
    ] = None,
    topic: Annotated[str | None, typer.Option(help="Only of this topic.")] = None,
    search: Annotated[
        str | None,
        typer.Option(help="Only articles with all these words, in any form, or what is about such articles."),
    ] = None,
) -> None:
    """Write what is stored to standard output, oldest first."""
    from monitor.commands.export import export as command

    _do(command, config, what=what, format_=format_, since=since, topic=topic, search=search)


@app.command()
def label(
    matches: Annotated[
        list[str],
        typer.Argument(
            metavar="MATCH",
            help="Their ids, or how those begin; - reads ids, or lines of export, from standard input.",
            default_factory=list,  # with --remove, the last word is an id too
            show_default=False,
        ),
    ],
    verdict: Annotated[
        str, typer.Argument(metavar="useful|noise", help="What they are; leave it out with --remove.")
    ] = "",
    config: Config = DEFAULT,
    remove: Annotated[bool, typer.Option("--remove", help="Take their labels back.")] = False,
    by: Annotated[str | None, typer.Option(help="Who says so, if not this user.")] = None,
    note: Annotated[str, typer.Option(help="Why, in your words.")] = "",
) -> None:
    """Say of matches whether they are useful or noise; `monitor topics report` tells what follows."""
    from monitor.commands.label import label as command

    _do(command, config, [*matches, verdict] if verdict else matches, remove=remove, by=by, note=note)


@topics.command("report")
def topics_report(
    topic: Annotated[str | None, typer.Argument(help="Only this topic.")] = None,
    config: Config = DEFAULT,
    since: Annotated[
        str | None, typer.Option(help="Only newer matches: 24h, 30d, or a date like 2026-03-01.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say how many labelled matches were useful, by topic, language and clause, and which words tell."""
    from monitor.commands.topics import report as command

    _do(command, config, topic, since=since, as_json=as_json)


@feeds.command("fetch")
def feeds_fetch(
    url: Annotated[str, typer.Argument(help="The address of a feed.")],
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="Take the limits of these settings.")
    ] = None,
    allow_host: Annotated[list[str] | None, typer.Option(help="A host that may be private.")] = None,
    no_verify_tls: Annotated[
        bool, typer.Option("--no-verify-tls", help="Take its server as it is, without a valid certificate.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Poll one feed now, and print a line for each entry; nothing is stored."""
    from monitor.commands.feeds import fetch as command

    hosts = tuple(allow_host or ())
    _do(command, url, config, allow_hosts=hosts, verify_tls=not no_verify_tls, as_json=as_json)


@feeds.command("list")
def feeds_list(
    config: Config = DEFAULT,
    sort: Annotated[
        Literal["health", "outlet", "articles", "last-poll", "next-poll", "id"] | None,
        typer.Option(
            help="By what; the worst, most, longest ago, or soonest first. Else as feeds.yaml has them."
        ),
    ] = None,
    reverse: Annotated[bool, typer.Option("--reverse", help="The other way round.")] = False,
    health: Annotated[
        list[str] | None,
        typer.Option(help="Only these, as failing; off for those at rest. May be given again."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the feeds and how they fare."""
    from monitor.commands.feeds_list import listing as command

    _do(command, config, sort=sort, reverse=reverse, health=tuple(health or ()), as_json=as_json)


@feeds.command("check")
def feeds_check(
    feed: Annotated[list[str] | None, typer.Argument(help="Their ids; all feeds if there are none.")] = None,
    config: Config = DEFAULT,
    as_json: AsJson = False,
) -> None:
    """Poll the feeds of the list once now, and say how each answers; nothing is stored."""
    from monitor.commands.feeds_check import check as command

    _do(command, config, tuple(feed or ()), as_json=as_json)


@feeds.command("discover")
def feeds_discover(
    url: Annotated[str, typer.Argument(help="The address of a site's page, or of a feed.")],
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="Take the limits of these settings.")
    ] = None,
    allow_host: Annotated[list[str] | None, typer.Option(help="A host that may be private.")] = None,
    no_verify: Annotated[
        bool, typer.Option("--no-verify", help="Only say what the page offers: fetch nothing else.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Find the feeds that a site has, and print what to write into feeds.yaml for them."""
    from monitor.commands.feeds_discover import discover as command

    hosts = tuple(allow_host or ())
    _do(command, url, config, allow_hosts=hosts, verify=not no_verify, as_json=as_json)


@feeds.command("import")
def feeds_import(
    file: Annotated[Path, typer.Argument(help="An OPML file, as feed readers export it.")],
    into: Annotated[
        Path | None, typer.Option(help="Add them to this feeds.yaml; else they are printed as one.")
    ] = None,
) -> None:
    """Take over the feeds of an OPML file."""
    from monitor.commands.feeds_opml import import_ as command

    _do(command, file, into)


@feeds.command("export")
def feeds_export(
    config: Config = DEFAULT,
    opml: Annotated[
        bool, typer.Option("--opml/--yaml", help="OPML for feed readers, or YAML with every id.")
    ] = True,
) -> None:
    """Print the list of feeds for other programs."""
    from monitor.commands.feeds_opml import export as command

    _do(command, config, as_opml=opml)


@feeds.command("retry")
def feeds_retry(feed: Annotated[str, typer.Argument(help="A feed's id.")], config: Config = DEFAULT) -> None:
    """Have a feed that is gone, or whose ETag is not believed, asked as if never before."""
    from monitor.commands.feeds_retry import retry as command

    _do(command, config, feed)


@alerts.command("test")
def alerts_test(
    receiver: Annotated[str, typer.Argument(help="A receiver's name.")], config: Config = DEFAULT
) -> None:
    """Send a receiver a test message, the way real ones go."""
    from monitor.commands.alerts import test as command

    _do(command, config, receiver)


@deadletters.command("list")
def deadletters_list(config: Config = DEFAULT, as_json: AsJson = False) -> None:
    """List bad messages and failed deliveries with their reasons."""
    from monitor.commands.deadletters import listing as command

    _do(command, config, as_json=as_json)


@deadletters.command("replay")
def deadletters_replay(config: Config = DEFAULT) -> None:
    """Hand bad messages to their stages again, and try failed deliveries again."""
    from monitor.commands.deadletters import replay as command

    _do(command, config)


@deadletters.command("drop")
def deadletters_drop(config: Config = DEFAULT) -> None:
    """Forget the bad messages that are listed now, for good."""
    from monitor.commands.deadletters import drop as command

    _do(command, config)


@app.callback(invoke_without_command=True)
def _top(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
) -> None:
    if version:
        from monitor import __version__

        typer.echo(__version__)
        raise typer.Exit
    del context


def main() -> NoReturn:
    """Run the command line: exit 0 done, 1 failed, 2 wrong usage or configuration."""
    _ready_streams()
    code = _run()
    _drop_what_cannot_be_written()
    if threading.active_count() > 1:
        os._exit(code)  # look-ups of names that are still under way would hold the process up for long
    sys.exit(code)


def _run() -> int:
    try:
        try:
            app(standalone_mode=True)
        finally:
            sys.stdout.flush()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except OSError as error:
        with suppress(OSError):
            if not isinstance(error, BrokenPipeError):  # whoever stopped reading need not be told
                typer.echo(f"monitor: {error.strerror or error}", err=True)
        return 1
    return 0


def _ready_streams() -> None:
    """Give a stream that was closed by whoever started us a place to go; write UTF-8 into files and pipes."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - until the process ends
            setattr(sys, name, nowhere)
    if isinstance(sys.stdout, TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8")


def _drop_what_cannot_be_written() -> None:
    """Empty the buffers, or Python complains at its end and changes the exit code."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _do(command: Callable[..., int | None], *arguments: Any, **options: Any) -> None:  # noqa: ANN401
    """Call a command; what it returns is the exit code. Errors become one plain line each."""
    from monitor.errors import ConfigError, MonitorError, UsageError

    try:
        code = command(*arguments, **options)
    except ConfigError as error:
        for problem in error.problems:
            typer.echo(str(problem), err=True)
        raise typer.Exit(2) from error
    except MonitorError as error:
        typer.echo(f"monitor: {_line(error)}", err=True)
        raise typer.Exit(2 if isinstance(error, UsageError) else 1) from error
    raise typer.Exit(code or 0)


def _line(error: Exception) -> str:
    """Return an error as one line for a terminal: parts of it may come from a feed's server."""
    from monitor.articles.normalize import characters

    return " ".join(characters(str(error)).split())
