"""``monitor feeds``: look at single feeds, and at the list of them."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from monitor.cli.calls import DEFAULT, AsJson, Config, do, group

LimitsOf = Annotated[Path | None, typer.Option("--config", "-c", help="Take the limits of these settings.")]
AllowHosts = Annotated[list[str] | None, typer.Option(help="A host that may be private.")]

feeds = group("Look at single feeds, and at the list of them.")


@feeds.command("fetch")
def feeds_fetch(
    url: Annotated[str, typer.Argument(help="The address of a feed.")],
    config: LimitsOf = None,
    allow_host: AllowHosts = None,
    no_verify_tls: Annotated[
        bool, typer.Option("--no-verify-tls", help="Take its server as it is, without a valid certificate.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Poll one feed now, and print a line for each entry; nothing is stored."""
    from monitor.commands.feeds import fetch as command

    hosts = tuple(allow_host or ())
    do(command, url, config, allow_hosts=hosts, verify_tls=not no_verify_tls, as_json=as_json)


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

    do(command, config, sort=sort, reverse=reverse, health=tuple(health or ()), as_json=as_json)


@feeds.command("check")
def feeds_check(
    feed: Annotated[list[str] | None, typer.Argument(help="Their ids; all feeds if there are none.")] = None,
    config: Config = DEFAULT,
    as_json: AsJson = False,
) -> None:
    """Poll the feeds of the list once now, and say how each answers; nothing is stored."""
    from monitor.commands.feeds_check import check as command

    do(command, config, tuple(feed or ()), as_json=as_json)


@feeds.command("discover")
def feeds_discover(
    url: Annotated[str, typer.Argument(help="The address of a site's page, or of a feed.")],
    config: LimitsOf = None,
    allow_host: AllowHosts = None,
    untried: Annotated[
        bool, typer.Option("--untried", help="Only say what the page offers: fetch nothing else.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Find the feeds that a site has, and print what to write into feeds.yaml for them."""
    from monitor.commands.feeds_discover import discover as command

    hosts = tuple(allow_host or ())
    do(command, url, config, allow_hosts=hosts, try_them=not untried, as_json=as_json)


@feeds.command("import")
def feeds_import(
    file: Annotated[Path, typer.Argument(help="An OPML file, as feed readers export it.")],
    into: Annotated[
        Path | None, typer.Option(help="Add them to this feeds.yaml; else they are printed as one.")
    ] = None,
) -> None:
    """Take over the feeds of an OPML file."""
    from monitor.commands.feeds_opml import import_ as command

    do(command, file, into)


@feeds.command("export")
def feeds_export(
    config: Config = DEFAULT,
    opml: Annotated[
        bool, typer.Option("--opml/--yaml", help="OPML for feed readers, or YAML with every id.")
    ] = True,
) -> None:
    """Print the list of feeds for other programs."""
    from monitor.commands.feeds_opml import export as command

    do(command, config, as_opml=opml)


@feeds.command("retry")
def feeds_retry(
    feeds: Annotated[list[str], typer.Argument(help="Ids of feeds.")], config: Config = DEFAULT
) -> None:
    """Have feeds that fail or are gone, or whose ETag is not believed, asked as if never before."""
    from monitor.commands.feeds_retry import retry as command

    do(command, config, feeds)
