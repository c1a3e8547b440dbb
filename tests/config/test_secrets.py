"""Secrets come from the environment and from files, and are never shown."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from monitor.config.show import show
from tests.config.folder import KEY, loaded, refused

MAIL = "version: 1\nemail:\n  username: me\n  "
FEEDS = """\
version: 1
feeds:
  - outlet: A
    url: https://a.example/
    headers: {Authorization: 'Bearer ${TOKEN}'}
    login: {username: me, password: '${PASSWORD}'}
"""


def password(parent: Path, line: str, env: Mapping[str, str]) -> str | None:
    """Return the password of the mail server."""
    secret = loaded(parent, {"monitor.yaml": MAIL + line + "\n"}, env).settings.email.password
    return secret.get_secret_value() if secret else None


def test_a_secret_is_taken_from_the_environment(tmp_path: Path) -> None:
    assert password(tmp_path, "password: ${SMTP}", {"SMTP": "pass${word}"}) == "pass${word}"


def test_a_secret_may_be_a_part_of_a_value(tmp_path: Path) -> None:
    (feed,) = loaded(tmp_path, {"feeds.yaml": FEEDS}, {"TOKEN": "t0p", "PASSWORD": "p"}).feeds
    assert feed.headers["Authorization"].get_secret_value() == "Bearer t0p"


def test_a_secret_is_read_from_a_file_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "smtp").write_text("from file\r\n")
    assert password(tmp_path, "password_file: ../smtp", {}) == "from file"


def test_a_password_of_the_environment_goes_before_a_file(tmp_path: Path) -> None:
    assert password(tmp_path, "password_file: none", {"MONITOR_EMAIL__PASSWORD": "${x}"}) == "${x}"


@pytest.mark.parametrize(("env", "state"), [({}, "not set"), ({"SMTP": ""}, "set, but empty")])
def test_a_missing_variable_is_named_with_its_place(
    tmp_path: Path, env: Mapping[str, str], state: str
) -> None:
    (problem,) = refused(tmp_path, {"monitor.yaml": MAIL + "password: ${SMTP}\n"}, env)
    assert (problem.line, problem.column) == (4, 13)
    assert "SMTP" in problem.message
    assert state in problem.message


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a\nb", b"x" * 100_000])
def test_a_bad_secret_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "smtp").write_bytes(content)
    problems = refused(tmp_path, {"monitor.yaml": MAIL + "password_file: ../smtp\n"})
    assert [(problem.line, problem.column) for problem in problems] == [(4, 18)]


def test_a_missing_secret_file_is_refused(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, {"monitor.yaml": MAIL + "password_file: none\n"})
    assert "cannot be read" in problem.message


def test_show_gives_the_settings_in_force_with_secrets_masked(tmp_path: Path) -> None:
    url = "https://a.b/T0KEN?key=t0ken"
    hook = f"version: 1\nreceivers:\n  - {{name: h, webhook: {{url: '{url}', secret: '${{HOOK}}'}}}}\n"
    files = {"monitor.yaml": MAIL + "password: ${SMTP}\n", "feeds.yaml": FEEDS, "watchlist.yaml": hook}
    env = {"TOKEN": "t0p", "PASSWORD": "passw0rd", "SMTP": "hunter2", "HOOK": KEY}
    env |= {"MONITOR_POLL__TIMEOUT": "90s"}
    config = loaded(tmp_path, files, env)
    text = show(config)
    assert "timeout: 90s" in text
    assert text.count("'********'") == 4
    for secret in ("hunter2", "t0p", "passw0rd", KEY):
        assert secret not in text + repr(config)
    assert "url: https://a.b/********\n" in text


SECRET = "Hunter2-Hunter2"
LEAKS = {
    "text in a wrong place": ("monitor.yaml", f"version: 1\nemail: {SECRET}\n"),
    "unknown key": ("monitor.yaml", f"version: 1\nemail:\n  pasword: {SECRET}\n"),
    "no space after the colon": ("monitor.yaml", f"version: 1\nemail:\n  password:{SECRET}\n"),
    "quote not closed": ("monitor.yaml", f"version: 1\nemail:\n  password: '{SECRET}\n"),
    "list": ("monitor.yaml", MAIL + f"password: [{SECRET}]\n"),
    "number": ("monitor.yaml", MAIL + "password: 8675309\n"),
    "two lines": ("monitor.yaml", MAIL + f'password: "{SECRET}\\nx"\n'),
    "bad reference": ("monitor.yaml", MAIL + f"password: {SECRET}${{a b}}\n"),
    "user in a url": ("feeds.yaml", f"version: 1\nfeeds: [{{outlet: a, url: 'https://u:{SECRET}@h/'}}]\n"),
    "login as text": (
        "feeds.yaml",
        f"version: 1\nfeeds: [{{outlet: a, url: 'https://a', login: {SECRET}}}]\n",
    ),
    "webhook": (
        "watchlist.yaml",
        f"version: 1\nreceivers: [{{name: a, webhook: {{url: 'https://a', secret: {SECRET}}}}}]\n",
    ),
    "key and value in one": ("monitor.yaml", f"version: 1\nemail: {{'password:{SECRET}': 1}}\n"),
    "header and value in one": (
        "feeds.yaml",
        f"version: 1\nfeeds: [{{outlet: a, url: 'https://a', headers: {{'X-Key: {SECRET}': a}}}}]\n",
    ),
    "choice": ("monitor.yaml", f"version: 1\nlog:\n  level: {SECRET}-{SECRET}\n"),
    "sign and word": ("monitor.yaml", MAIL + f"password: ${SECRET}\n"),
    "line of a query": (
        "watchlist.yaml",
        f"{{receivers: [{{webhook: {{secret: {SECRET}}}}}], topics: [{{id: a, query: 'x AND'}}]}}\n",
    ),
    "expanded webhook": (
        "watchlist.yaml",
        "version: 1\nreceivers: [{name: a, webhook: {url: 'https://a', secret: '${S}'}}]\n",
    ),
}


@pytest.mark.parametrize(("name", "content"), LEAKS.values(), ids=LEAKS)
def test_no_error_tells_a_secret(tmp_path: Path, name: str, content: str) -> None:
    told = repr(refused(tmp_path, {name: content}, {"S": SECRET}))
    assert SECRET not in told
    assert "8675309" not in told


def test_a_bad_secret_of_the_environment_is_not_told(tmp_path: Path) -> None:
    env = {"MONITOR_EMAIL__PASSWORD": SECRET + "\n", "MONITOR_EMAIL__USERNAME": "me"}
    (problem,) = refused(tmp_path, {}, env)
    assert "MONITOR_EMAIL__PASSWORD" in problem.message
    assert SECRET not in repr(problem)
