"""How far long work is, on the terminal, where its results go elsewhere."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


def counted(items: Iterable[T], what: str) -> Iterator[T]:
    """Yield the items; count them on the terminal while results go into a file or a pipe."""
    if sys.stdout.isatty() or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed:,} " + what), TimeElapsedColumn())
    console = Console(stderr=True)
    # Redirected, what is printed meanwhile would go to the terminal, and not into the file.
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as progress:
        task = progress.add_task(what, total=None)
        for item in items:
            yield item
            progress.advance(task)


@contextmanager
def bar(what: str, total: int) -> Iterator[Callable[[], None]]:
    """Show a bar on the terminal while something is done ``total`` times; give what to call each time.

    It is gone at the end, before results are printed.
    """
    from rich.console import Console
    from rich.progress import Progress

    console = Console(file=sys.stderr)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)
