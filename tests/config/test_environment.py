"""The environment goes before the file, and the file before the defaults."""

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config.environment import variables
from tests.config.folder import loaded, refused

FILE = {"monitor.yaml": "version: 1\npoll: {timeout: 20s, per_host: 3}\n"}


def test_the_environment_goes_over_the_file_and_keeps_its_neighbours(tmp_path: Path) -> None:
    poll = loaded(tmp_path, FILE, {"MONITOR_POLL__TIMEOUT": "10s"}).settings.poll
    assert (poll.timeout, poll.per_host) == (timedelta(seconds=10), 3)


def test_each_kind_of_value_can_be_set(tmp_path: Path) -> None:
    env = {
        "MONITOR_INSTANCE": "007",
        "MONITOR_DATA": "/srv/kept",
        "MONITOR_POLL__CONCURRENCY": "7",
        "MONITOR_POLL__ALLOW_HOSTS": "lan, 10.0.0.5:8080",
        "MONITOR_POLL__MAX_BODY": "2MB",
        "MONITOR_EMAIL__SECURITY": "tls",
        "MONITOR_EMAIL__USERNAME": "me",
        "MONITOR_EMAIL__PASSWORD": "secret",
        "MONITOR_LOG__LEVEL": "",
    }
    settings = loaded(tmp_path, FILE, env).settings
    assert (settings.instance, settings.data) == ("007", Path("/srv/kept"))
    assert (settings.poll.concurrency, settings.poll.max_body) == (7, 2_000_000)
    assert settings.poll.allow_hosts == ("lan", "10.0.0.5:8080")
    assert (settings.email.security, settings.log.level) == ("tls", "info")


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("MONITOR_POLL__TIMEOUT", "10", "30s"),
        ("MONITOR_POLL__CONCURRENCY", "many", "digits"),
        ("MONITOR_LOG__LEVEL", "warn", "did you mean `warning`?"),
        ("MONITOR_POLL__ALLOW_HOSTS", "a,http://b,c", "(entry 2) must be a host, or host:port"),
    ],
)
def test_a_bad_value_is_reported_by_the_name_of_its_variable(
    tmp_path: Path, name: str, value: str, remedy: str
) -> None:
    (problem,) = refused(tmp_path, FILE, {name: value})
    assert str(problem).startswith(f"environment:1:1: {name} ")
    assert " must be " in str(problem)
    assert remedy in str(problem)


def test_a_variable_that_sets_nothing_is_a_warning_with_the_nearest_name(tmp_path: Path) -> None:
    (warning,) = loaded(tmp_path, FILE, {"MONITOR_POL__TIMEOUT": "10s"}).warnings
    assert warning.message.startswith("MONITOR_POL__TIMEOUT")
    assert warning.hint == "did you mean `MONITOR_POLL__TIMEOUT`?"


def test_the_variable_of_the_command_line_is_a_nearest_name(tmp_path: Path) -> None:
    (warning,) = loaded(tmp_path, FILE, {"MONITOR_CONFG": "x"}).warnings
    assert warning.hint == "did you mean `MONITOR_CONFIG`?"


def test_other_variables_are_left_alone(tmp_path: Path) -> None:
    mail = {"monitor.yaml": "version: 1\nemail: {username: me, password: '${MONITOR_SMTP}'}\n"}
    env = {"MONITOR_SMTP": "x", "MONITOR_CONFIG": "/etc/monitor", "MONITORING": "1", "PATH": "/bin"}
    assert loaded(tmp_path, mail, env).warnings == ()


def test_every_setting_but_the_version_has_a_variable() -> None:
    names = variables()
    assert {"MONITOR_DATA", "MONITOR_RETENTION__ARCHIVE", "MONITOR_EMAIL__PASSWORD_FILE"} <= names.keys()
    assert "MONITOR_VERSION" not in names
