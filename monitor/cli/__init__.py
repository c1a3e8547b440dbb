"""The command line: arguments become settings and a call of ``monitor.commands``; no logic here.

Commands import what they need when they are called, so that ``monitor --help`` is quick.
"""

from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from monitor.cli import process
from monitor.cli.calls import DEFAULT, AsJson, Config, do, group
from monitor.cli.feeds import feeds

app = group("Watches news feeds for the topics of a watchlist, and tells people at once.", "monitor")
alerts = group("Try receivers.")
deadletters = group("What could not be handled or delivered.")
topics = group("How topics do.")
app.add_typer(feeds, name="feeds")
app.add_typer(alerts, name="alerts")
app.add_typer(deadletters, name="deadletters")
app.add_typer(topics, name="topics")


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

    do(command, config, role=role, port=port, once=once)


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

    do(command, serve=serve, data=data, kafka=kafka, elasticsearch=elasticsearch, prefix=prefix)


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="Made if it is not there.")]) -> None:
    """Write a commented configuration to start from."""
    from monitor.commands.init import init as command

    do(command, folder)


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

    do(command, config, show=show, format_=format_)


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

    do(command, config, Parts(kafka, elastic, kibana), kibana_url=kibana_url, dry_run=dry_run)


@app.command()
def match(config: Config = DEFAULT) -> None:
    """Say which topics match JSON Lines of {id, title, summary?, body?, lang?} on standard input."""
    from monitor.commands.match import match as command

    do(command, config)


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

    do(command, config, topic, source, allow_hosts=tuple(allow_host or ()), tree=tree, as_json=as_json)


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

    do(command, config, topic, since=since, watchlist=watchlist, samples=samples, as_json=as_json)


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

    do(command, config, tuple(topic or ()), since=since, alert=alert, as_json=as_json)


@app.command()
def status(config: Config = DEFAULT, as_json: AsJson = False) -> None:
    """Say how feeds, matches, streams and deliveries stand."""
    from monitor.commands.status import status as command

    do(command, config, as_json=as_json)


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

    do(command, config, what=what, format_=format_, since=since, topic=topic, search=search)


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

    do(command, config, [*matches, verdict] if verdict else matches, remove=remove, by=by, note=note)


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

    do(command, config, topic, since=since, as_json=as_json)


@alerts.command("test")
def alerts_test(
    receiver: Annotated[str, typer.Argument(help="A receiver's name.")], config: Config = DEFAULT
) -> None:
    """Send a receiver a test message, the way real ones go."""
    from monitor.commands.alerts import test as command

    do(command, config, receiver)


@deadletters.command("list")
def deadletters_list(config: Config = DEFAULT, as_json: AsJson = False) -> None:
    """List bad messages and failed deliveries with their reasons."""
    from monitor.commands.deadletters import listing as command

    do(command, config, as_json=as_json)


@deadletters.command("replay")
def deadletters_replay(config: Config = DEFAULT) -> None:
    """Hand bad messages to their stages again, and try failed deliveries again."""
    from monitor.commands.deadletters import replay as command

    do(command, config)


@deadletters.command("drop")
def deadletters_drop(config: Config = DEFAULT) -> None:
    """Forget the bad messages that are listed now, for good."""
    from monitor.commands.deadletters import drop as command

    do(command, config)


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
    process.run(app)
