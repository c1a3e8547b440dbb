"""The command line: help, exit codes, and who reads its streams."""

import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from monitor import __version__, cli, errors
from monitor.errors import MonitorError, UsageError
from tests.commands.desk import Said, monitor, write
from tests.journeys.world import PATIENCE, environment

PROGRAM = [sys.executable, "-m", "monitor"]


def commands(group: object = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield every command as its words."""
    for name, command in (group or get_command(cli.app)).commands.items():  # type: ignore[attr-defined]
        yield (*path, name)
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))


@pytest.fixture
def watchlist(tmp_path: Path) -> Path:
    return write(tmp_path, watchlist={"version": 1, "topics": [{"id": "troops", "query": "troops OR 병력"}]})


@pytest.mark.parametrize("words", [*commands()], ids=" ".join)
def test_every_command_and_each_of_its_options_has_a_help_text(words: tuple[str, ...]) -> None:
    said = monitor(*words, "--help")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"Usage: monitor {' '.join(words)} ")
    command = get_command(cli.app)
    for word in words:
        command = command.commands[word]  # type: ignore[attr-defined]
    assert len(command.help or "") > 10
    assert all(getattr(one, "help", None) for one in command.params)


def test_the_version_is_told() -> None:
    assert monitor("--version").out == f"{__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["feeds"],
        ["no-such-command"],
        ["status", "--no-such-option"],
        ["explain", "topic"],
        ["export", "--what", "dreams"],
        ["export", "--format", "pdf"],
        ["check", "--format", "xml"],
        ["feeds", "fetch"],
        ["alerts", "test"],
        ["topics"],
        ["check", "more", "than", "enough"],
    ],
)
def test_wrong_usage_is_exit_2_and_says_how_it_is_used(words: list[str]) -> None:
    said = monitor(*words)
    assert said.code == 2
    assert "Usage: monitor" in said.out + said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("export",),
        ("match",),
        ("check",),
        ("run",),
        ("feeds", "list"),
        ("deadletters", "list"),
        ("topics", "report"),
        ("label", "abcdef01", "noise"),
    ],
)
def test_a_folder_that_is_not_there_is_exit_2_with_the_remedy(tmp_path: Path, words: tuple[str, ...]) -> None:
    said = monitor(*words, "--config", tmp_path / "none")
    assert said.code == 2
    assert f"`monitor init {tmp_path / 'none'}` writes one" in said.out + said.err


def all_errors(root: type[MonitorError]) -> Iterator[type[MonitorError]]:
    for one in root.__subclasses__():
        yield one
        yield from all_errors(one)


@pytest.mark.parametrize("kind", [MonitorError, *all_errors(MonitorError)], ids=lambda kind: kind.__name__)
def test_no_error_of_ours_is_a_traceback(
    kind: type[MonitorError], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fails(_: Path) -> int:
        if issubclass(kind, errors.QueryError):
            raise kind("what\x1b[2J\nfails", 0)
        if kind is errors.ConfigError:
            raise errors.ConfigError(
                (errors.Problem("f.yaml", 1, 2, "what"), errors.Problem("g", 3, 4, "fails"))
            )
        raise kind("what\x1b[2J\nfails")

    monkeypatch.setattr("monitor.commands.init.init", fails)
    said = monitor("init", tmp_path)
    assert said.out == ""
    assert said.code == (2 if kind in {UsageError, errors.ConfigError} else 1)
    wanted = {
        errors.ConfigError: "f.yaml:1:2: what\ng:3:4: fails\n",
        errors.NotAFeed: "monitor: not a feed (what fails)\n",
    }
    assert said.err == wanted.get(kind, "monitor: what fails\n")


def surroundings() -> dict[str, str]:
    """Return an environment in which output waits in buffers, as it does for users."""
    return {name: value for name, value in environment().items() if name != "PYTHONUNBUFFERED"}


def run(*words: str, stdin: bytes = b"", **more: str) -> Said:
    done = subprocess.run(
        [*PROGRAM, *words],
        env=surroundings() | more,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


def test_results_are_utf_8_whatever_the_locale_says(watchlist: Path) -> None:
    words = ("match", "--config", str(watchlist))
    said = run(*words, stdin='{"id": "북", "title": "병력"}'.encode(), PYTHONIOENCODING="ascii")
    assert (said.code, said.err) == (0, "")
    assert said.rows[0]["id"] == "북"


def test_match_is_a_filter_that_answers_line_by_line_and_ends_quietly_when_nobody_reads(
    watchlist: Path,
) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*PROGRAM, "match", "-c", str(watchlist)], env=surroundings(), stdin=pipe, stdout=pipe, stderr=pipe
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        for number in range(3):
            process.stdin.write(b'{"id": %d, "title": "Troops"}\n' % number)
            process.stdin.flush()
            assert select.select([process.stdout], [], [], PATIENCE)[0], "no answer yet"
            assert process.stdout.readline().startswith(b'{"id": %d, "lang"' % number)
        process.stdout.close()
        process.stdin.write(b'{"id": 4, "title": "Troops"}\n')
        process.stdin.flush()
        assert process.wait(PATIENCE) == 1
        assert process.stderr.read() == b""


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Run a command with its streams as a shell can set them."""
    words = f"{sys.executable} -m monitor {command}"
    return subprocess.run(
        ["/bin/sh", "-c", words], env=surroundings() | {"MONITOR_CONFIG": str(folder)},
        capture_output=True, check=False, timeout=PATIENCE,
    )  # fmt: skip


def test_streams_that_are_closed_stop_nothing(watchlist: Path) -> None:
    done = shell("match <&- >&- 2>&-", watchlist)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")


@needs_full
@pytest.mark.parametrize("command", ["--help", "check"])
def test_a_full_disk_is_one_line(watchlist: Path, command: str) -> None:
    done = shell(f"{command} > /dev/full", watchlist)
    assert (done.returncode, done.stderr) == (1, b"monitor: No space left on device\n")


@needs_full
def test_a_full_disk_for_the_errors_is_no_traceback_either(tmp_path: Path) -> None:
    done = shell("status 2> /dev/full", tmp_path / "none")
    assert (done.returncode, done.stdout) == (1, b"")


def test_the_last_words_to_a_reader_that_is_gone_are_no_error(watchlist: Path) -> None:
    done = shell("--help | :", watchlist)
    assert done.stderr == b""
