"""What holds for all tests: which run side by side (``pytest -n``), how hypothesis looks for cases."""

import os
import re
import signal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

settings.register_profile(
    "untimed",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,  # what fails there has to fail again; others look for new cases each time
    print_blob=True,
)
settings.load_profile("untimed")
if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # begun in the background: what is started would be deaf too
    signal.signal(signal.SIGINT, signal.default_int_handler)

CLUSTERS = "clusters"
_SERVERS = re.compile(r"mark\.servers|\bSTORES\b|\bstore_harness\b")
_CLUSTERS = re.compile(
    r"^from tests\.journeys\.(cluster import .*\bcluster|harm import .*\bat_work)\b", re.MULTILINE
)


@cache
def _says(file: Path, what: re.Pattern[str]) -> bool:
    return bool(what.search(file.read_text("utf-8")))


def scope_of(file: Path) -> str:
    """Return which tests run one after the other: those of a file, and all that start clusters of processes.

    Two clusters side by side may be too much for a machine: who does not get to answer its brokers within the
    session timeout loses its share. All else may run beside anything: each test has names of its own on the
    servers, and who harms a server has started it for that, see ``tests.own_servers``.
    """
    return CLUSTERS if _says(file, _CLUSTERS) else str(file)


def turn_of(file: Path) -> int:
    """Return when a file is begun: the longest first, or one would run on when all else is done."""
    if _says(file, _CLUSTERS):
        return 0
    if file.parent.name == "journeys":
        return 1
    return 2 if _says(file, _SERVERS) else 3


class ByScope(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """Shares tests out by their scopes, in the order of the tests."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(self.config.rootpath / nodeid.partition("::")[0])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByScope:
    config.option.loadscopereorder = False
    return ByScope(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files in order, and refuse one with tests that need the servers that does not say so itself."""
    for item in items:
        if item.get_closest_marker("servers") and not _says(item.path, _SERVERS):
            raise pytest.UsageError(
                f"{item.path}: write pytest.mark.servers in the file that needs the servers"
            )
    items.sort(key=lambda item: turn_of(item.path))
