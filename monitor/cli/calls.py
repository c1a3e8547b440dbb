"""What all commands share: options, groups, and how one is called."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

Config = Annotated[
    Path,
    typer.Option("--config", "-c", envvar="MONITOR_CONFIG", help="The folder with the three YAML files."),
]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: JSON instead of a table.")]
DEFAULT = Path("config")


def group(help_: str, name: str | None = None) -> typer.Typer:
    """Return a group of commands; without one of them it shows its help."""
    return typer.Typer(
        name=name,
        help=help_,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )


def do(command: Callable[..., int | None], *arguments: Any, **options: Any) -> None:  # noqa: ANN401
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
