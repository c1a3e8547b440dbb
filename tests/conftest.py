"""What holds for all tests: which may run side by side (``pytest -n``), and that none is about time."""

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

SHARED = "servers"
_USES = re.compile(r"mark\.servers|\bSTORES\b|\bstore_harness\b")


@cache
def scope_of(file: str) -> str:
    """Return which tests run one after the other: those of a file, and all that need the shared servers.

    Some of these stop the servers.
    """
    text = Path(file).read_text("utf-8")
    return SHARED if _USES.search(text) else file


class ServersTogether(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """Shares tests out by their scopes."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid.partition("::")[0])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ServersTogether:
    return ServersTogether(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse a test that needs the servers and does not say so where ``scope_of`` looks."""
    for item in items:
        file = item.nodeid.partition("::")[0]
        if item.get_closest_marker("servers") and scope_of(file) != SHARED:
            raise pytest.UsageError(f"{file}: write pytest.mark.servers in the file that needs the servers")
