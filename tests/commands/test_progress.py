"""Progress is shown on a terminal, and nowhere else."""

import os
import pty
import subprocess
import sys
from pathlib import Path

COUNT = "from monitor.commands.progress import counted; print(sum(counted(range(1234), 'things')))"


EACH = "from monitor.commands.progress import counted\nfor one in counted(range(3), 'things'): print(one)"


def shown(stdout: int, stderr: int, program: str = COUNT) -> int:
    return subprocess.run(
        [sys.executable, "-c", program],
        stdout=stdout,
        stderr=stderr,
        check=True,
        env=os.environ | {"TERM": "xterm"},
    ).returncode


def test_a_terminal_is_told_how_far_it_is_while_results_go_into_a_file(tmp_path: Path) -> None:
    controller, terminal = pty.openpty()
    with (tmp_path / "out").open("w") as out:
        shown(out.fileno(), terminal)
    os.close(terminal)
    assert b"1,234 things" in os.read(controller, 65536)
    assert (tmp_path / "out").read_text() == f"{sum(range(1234))}\n"
    os.close(controller)


def test_what_is_printed_meanwhile_goes_into_the_file(tmp_path: Path) -> None:
    controller, terminal = pty.openpty()
    with (tmp_path / "out").open("w") as out:
        shown(out.fileno(), terminal, EACH)
    os.close(terminal)
    assert (tmp_path / "out").read_text() == "0\n1\n2\n"
    assert b"\n1\r\n" not in os.read(controller, 65536)
    os.close(controller)


def test_results_on_a_terminal_are_not_mixed_with_progress() -> None:
    controller, terminal = pty.openpty()
    shown(terminal, terminal)
    os.close(terminal)
    assert os.read(controller, 65536) == f"{sum(range(1234))}\r\n".encode()
    os.close(controller)


def test_without_a_terminal_nothing_is_shown(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w") as out, (tmp_path / "err").open("w") as err:
        shown(out.fileno(), err.fileno())
    assert (tmp_path / "err").read_text() == ""
