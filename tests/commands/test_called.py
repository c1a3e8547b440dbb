"""The commands that we propose can be typed where the reader is."""

import sys
from pathlib import Path

import pytest

from monitor.commands.called import called


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a program that is on no PATH."""
    path = tmp_path / "home" / ".venv" / "bin" / "monitor"
    path.parent.mkdir(parents=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", "/nowhere")
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_a_program_below_this_folder_is_named_from_here(program: Path, home: Path) -> None:
    assert called(str(program), home) == ".venv/bin/monitor"
    assert called(".venv/bin/monitor", home) == ".venv/bin/monitor"


def test_one_elsewhere_is_named_by_its_whole_path(program: Path, home: Path) -> None:
    assert called(str(program), home / "other") == str(program)
    assert called("../.venv/bin/monitor", home / "other") == str(program)


def test_one_that_is_found_by_its_name_is_named_so(
    program: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(program.parent))
    assert called(str(program), home) == "monitor"
    other = home / "bin" / "monitor"
    assert called(str(other), home) == "bin/monitor", "the one on the path is another"


def test_a_module_is_named_with_its_python(
    program: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(program.parent / "python3"))
    assert called("/lib/monitor/__main__.py", home) == ".venv/bin/python3 -m monitor"


def test_what_a_shell_would_take_apart_is_quoted(program: Path, home: Path) -> None:
    assert called(str(home / "my venv" / "monitor"), home) == "'my venv/monitor'"
