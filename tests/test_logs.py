"""Logs: one line an event, for people or for programs, whatever strangers write into it."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import structlog

from monitor import logs

HOSTILE = 'Troops\r\n{"level": "info"}\x1b[2J\x1b]0;owned\x07\x00 \u2028\x9b31m 북한\u202e'
Told = Callable[[], str]


@pytest.fixture(autouse=True)
def own_logs() -> Iterator[None]:
    """Undo what is set up: it is for the whole process."""
    root = logging.getLogger()
    handlers, level, loud = root.handlers[:], root.level, logging.raiseExceptions
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.raiseExceptions = loud
    structlog.reset_defaults()


def set_up(level: str = "info", format_: logs.Format = "json", *, terminal: bool = False) -> Told:
    """Set logs up on a stream; return what was written so far."""

    class Stream(io.TextIOWrapper):
        def isatty(self) -> bool:
            return terminal

    raw = io.BytesIO()
    stream = Stream(raw, encoding="utf-8", write_through=True)
    logs.set_up(level, format_, stream)

    def told() -> str:
        stream.flush()
        return raw.getvalue().decode("utf-8")

    return told


def lines(told: Told) -> list[dict[str, Any]]:
    return [json.loads(line) for line in told().removesuffix("\n").split("\n")]


def test_an_event_is_a_json_line_with_its_time_level_and_logger() -> None:
    told = set_up()
    structlog.get_logger("poller").bind(feed="one").warning("feed.polled", outcome="failed", entries=3)
    (line,) = lines(told)
    assert datetime.fromisoformat(line.pop("@timestamp")).tzinfo is not None
    assert line == {
        "message": "feed.polled", "level": "warning", "logger": "poller",
        "feed": "one", "outcome": "failed", "entries": 3,
    }  # fmt: skip


def test_other_libraries_speak_the_same_shape() -> None:
    told = set_up()
    logging.getLogger("somebody").warning("no %s", "luck")
    (line,) = lines(told)
    assert (line["message"], line["level"], line["logger"]) == ("no luck", "warning", "somebody")
    assert "@timestamp" in line


def test_korean_and_cyrillic_stay_readable() -> None:
    told = set_up()
    structlog.get_logger("x").info("북한", title="войска")
    assert "북한" in told()
    assert "войска" in told()


def test_what_is_below_the_level_is_not_told() -> None:
    told = set_up("warning")
    structlog.get_logger("x").info("quiet")
    logging.getLogger("y").info("quiet")
    assert told() == ""


def test_chatter_of_libraries_is_left_out() -> None:
    told = set_up("debug")
    for name in ("apscheduler.scheduler", "asyncio", "aiohttp.access", "watchfiles.main"):
        logging.getLogger(name).info("chatter")
    assert told() == ""


def test_what_kafka_python_says_of_each_outage_is_left_out_and_the_rest_is_not() -> None:
    told = set_up()
    for logger, text in (
        ("kafka.consumer.fetcher", "Fetch to node %s failed: %s"),
        ("kafka.producer.sender", "%s: Error sending produce request to node %d: %s"),
        ("kafka.consumer.fetcher", "Truncation detected for partition 1"),
    ):
        logging.getLogger(logger).error(text.replace("%d", "1").replace("%s", "x"))
    (line,) = lines(told)
    assert line["message"] == "Truncation detected for partition 1"


def test_an_exception_is_one_line_too() -> None:
    told = set_up()
    try:
        int(HOSTILE)
    except ValueError:
        structlog.get_logger("x").exception("poll.broken")
    (line,) = lines(told)
    assert line["exception"][0]["exc_type"] == "ValueError"


@pytest.mark.parametrize("format_", ["console", "json"])
def test_a_hostile_value_breaks_no_line_and_commands_no_terminal(format_: logs.Format) -> None:
    told = set_up(format_=format_)
    structlog.get_logger("x").info("feed.polled", title=HOSTILE)
    assert told().count("\n") == 1
    assert not set("\r\x1b\x07\x00\x9b") & set(told())


def test_a_hostile_event_of_another_library_is_one_line_too() -> None:
    told = set_up(format_="console")
    logging.getLogger("x").warning("cannot read %s", HOSTILE)
    assert told().count("\n") == 1
    assert "\x1b" not in told()


@pytest.mark.parametrize("format_", ["json", "console"])
def test_a_traceback_tells_no_secret(format_: logs.Format) -> None:
    told = set_up(format_=format_)

    def send(password: str) -> None:
        raise OSError("no connection")

    try:
        send("hunter" + "2")
    except OSError:
        structlog.get_logger("x").exception("poll.broken")
    assert "no connection" in told()
    assert "hunter2" not in told()


def test_half_a_surrogate_pair_loses_no_line() -> None:
    told = set_up()
    structlog.get_logger("x").info("feed.polled", title="\ud800")
    assert len(lines(told)) == 1


def test_a_terminal_gets_colours_and_others_get_json() -> None:
    told = set_up(format_="auto", terminal=True)
    structlog.get_logger("x").info("hello")
    assert "\x1b[" in told()
    told = set_up(format_="auto")
    structlog.get_logger("x").info("hello")
    assert lines(told)[0]["message"] == "hello"


def test_setting_up_twice_tells_once() -> None:
    set_up()
    told = set_up()
    structlog.get_logger("x").info("once")
    assert len(lines(told)) == 1


def test_a_stream_that_was_closed_stops_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    logs.set_up("info", "json", stream)
    stream.close()
    structlog.get_logger("x").error("nobody hears")
    logging.getLogger("y").error("nobody hears")
    assert capfd.readouterr() == ("", "")


def test_a_full_disk_stops_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    stream = full.open("w")
    logs.set_up("info", "json", stream)
    structlog.get_logger("x").error("nobody hears")
    with pytest.raises(OSError, match="No space"):
        stream.close()
    assert capfd.readouterr() == ("", "")


def test_logs_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("info")
    structlog.get_logger("x").info("hello")
    out, err = capsys.readouterr()
    assert out == ""
    assert json.loads(err)["message"] == "hello"
    assert sys.stderr is not None
