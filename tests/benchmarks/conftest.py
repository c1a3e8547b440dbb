"""Figures of one run, printed as one table with the machine and the versions they hold for."""

import os
import platform
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

import pytest

LIBRARIES = (
    "aiohttp", "apscheduler", "elasticsearch", "feedparser", "kafka-python", "pydantic", "ruamel.yaml",
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A measured value, and what it was compared with in the same run."""

    what: str
    value: float
    unit: str
    beside: str = ""

    def __str__(self) -> str:
        number = f"{self.value:,.0f}" if self.value >= 100 else f"{self.value:,.2f}"
        return f"{self.what:<44} {number:>10} {self.unit:<11} {self.beside}".rstrip()


Note = Callable[[Figure], None]
FIGURES = pytest.StashKey[list[Figure]]()


@pytest.fixture
def note(pytestconfig: pytest.Config) -> Note:
    """Take a figure into the table at the end of the run."""
    return pytestconfig.stash.setdefault(FIGURES, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table."""
    figures = config.stash.get(FIGURES, [])
    if not figures:
        return
    terminalreporter.section("figures")
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    terminalreporter.line(f"{platform.platform()}, {os.cpu_count()} cores")
    terminalreporter.line(
        f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}, monitor {version('monitor')}"
    )
    terminalreporter.line(libraries)
    for figure in figures:
        terminalreporter.line(str(figure))
