"""The units start what they say, are well formed, and are shut in as far as monitor allows."""

import re
from pathlib import Path

import pytest

from monitor.config.settings import PollSettings
from tests.deploy.files import CLUSTER, DRAIN, EMBEDDED, PROGRAM, UNITS, ran, tool, unit

MOST_EXPOSED = 20
"""Tenths, in the scale of ``systemd-analyze security``: 0 is shut in, 100 unsafe."""


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_takes_the_unit(path: Path, tmp_path: Path) -> None:
    assert analyzed(path, tmp_path, "verify", "--man=no") == (0, "")


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_the_unit_is_shut_in(path: Path, tmp_path: Path) -> None:
    code, errors = analyzed(path, tmp_path, "security", "--offline=yes", f"--threshold={MOST_EXPOSED}")
    assert code == 0, errors


def test_both_units_are_shut_in_alike() -> None:
    def inside(path: Path) -> str:
        return path.read_text("utf-8").partition("NoNewPrivileges=")[2]

    assert len(inside(EMBEDDED).splitlines()) > 20
    assert inside(EMBEDDED) == inside(CLUSTER)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_parsers_can_still_be_caged(path: Path) -> None:
    filters = unit(path)["SystemCallFilter"]
    assert "@system-service" in filters
    assert not any(one.startswith("~") and "@resources" in one for one in filters)
    settings = PollSettings()
    megabytes = int(unit(path)["MemoryMax"][0].removesuffix("G")) * 1024
    assert megabytes >= settings.parse_workers * settings.parse_memory / 2**20 + 512
    assert unit(path)["OOMPolicy"] == ["continue"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_monitor_has_the_time_to_drain_and_starts_again(path: Path) -> None:
    keys = unit(path)
    assert int(keys["TimeoutStopSec"][0]) >= DRAIN + 5
    assert keys["KillMode"] == ["mixed"]
    assert keys["Restart"] == ["on-failure"]
    assert keys["RestartPreventExitStatus"] == ["2"]
    assert keys["ExecReload"] == ["/bin/kill -HUP $MAINPID"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_secrets_that_a_unit_reads_are_handed_to_it(path: Path) -> None:
    text = path.read_text("utf-8")
    read = re.findall(r"(?:%d|/run/credentials/monitor\.service)/([\w.-]+)", text)
    assert sorted(read) == sorted(unit(path)["LoadCredential"])


def analyzed(path: Path, folder: Path, *arguments: str) -> tuple[int, str]:
    copy = folder / path.name
    copy.write_text(path.read_text("utf-8").replace(PROGRAM, "/bin/true"))
    command = [tool("systemd-analyze", "systemd"), *arguments, str(copy)]
    run = ran(*command)
    return run.returncode, run.stderr
