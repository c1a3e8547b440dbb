"""What the tests of the commands share."""

import logging
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from tests.commands import desk
from tests.contract.harness import elastic_access, kafka_access, remove_from_elasticsearch, remove_from_kafka
from tests.contract.servers import elasticsearch_url, kafka_address


@pytest.fixture(autouse=True)
def own_logs() -> Iterator[None]:
    """Undo what a command does to the logs of its process: here that is the process of all tests."""
    root = logging.getLogger()
    handlers, level, loud = root.handlers[:], root.level, logging.raiseExceptions
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.raiseExceptions = loud
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", desk.SECRET)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a whole configuration, nothing stored yet."""
    return desk.configure(tmp_path / "config")


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fill a store once, for tests to copy."""
    made = desk.configure(tmp_path_factory.mktemp("desk") / "config")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("HOOK_SECRET", desk.SECRET)
        desk.fill(made, desk.news())
    return made


@pytest.fixture
def filled(original: Path, tmp_path: Path) -> Path:
    """Give a whole configuration with news in its store."""
    return shutil.copytree(original, tmp_path / "config")


@pytest.fixture
def prefix() -> Iterator[str]:
    """Give a prefix that nobody else uses on the test servers, and clean up behind it."""
    kafka = kafka_access()
    yield kafka.prefix
    remove_from_kafka(kafka)
    remove_from_elasticsearch(replace(elastic_access(), prefix=kafka.prefix))


@pytest.fixture
def cluster(folder: Path, prefix: str) -> Path:
    """Give a configuration for the test servers."""
    return desk.configured(
        folder,
        mode="cluster",
        kafka={"servers": [kafka_address()], "prefix": prefix},
        elasticsearch={"urls": [elasticsearch_url()], "prefix": prefix},
    )


@pytest.fixture(autouse=True)
def _silent_test_server() -> None:
    """Keep the feeds' server out: it runs in this process, and what it logs is no command's."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
