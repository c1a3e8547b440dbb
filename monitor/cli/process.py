"""The process around a command: its streams, its exit code, and its end."""

import os
import sys
import threading
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

import typer


def run(app: typer.Typer) -> NoReturn:
    """Run the command line: exit 0 done, 1 failed, 2 wrong usage or configuration."""
    _ready_streams()
    code = _run(app)
    _drop_what_cannot_be_written()
    if threading.active_count() > 1:
        os._exit(code)  # look-ups of names that are still under way would hold the process up for long
    sys.exit(code)


def _run(app: typer.Typer) -> int:
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
