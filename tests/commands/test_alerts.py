"""``monitor alerts test``: a test message goes the way real ones go."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from monitor.demo.receivers import Receivers
from monitor.notify.receivers import ReceiverStates
from tests.commands.desk import NOW, Said, backend_of, configure, monitor, open_receivers
from tests.notify.servers import mail_server


@pytest.fixture(scope="module")
def receivers() -> Iterator[Receivers]:
    with open_receivers() as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path, receivers: Receivers) -> Path:
    return configure(tmp_path / "config", smtp_port=receivers.smtp_port, hook=receivers.hook_url)


def tried(folder: Path, receiver: str) -> Said:
    return monitor("alerts", "test", receiver, "--config", folder)


def test_a_mail_arrives_and_says_that_it_is_a_test(folder: Path, receivers: Receivers) -> None:
    said = tried(folder, "desk")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("desk: delivered")
    assert "Test message" in receivers.inbox.mails[-1]["Subject"]


def test_a_webhook_arrives_with_a_signature_that_holds(folder: Path, receivers: Receivers) -> None:
    said = tried(folder, "hook")
    assert (said.code, said.out) == (0, "hook: delivered (HTTP 204)\n")
    assert receivers.inbox.events[-1]["data"]["topic"]["id"] == "test"
    assert receivers.inbox.bad_signatures == 0


def test_two_tests_are_two_messages(folder: Path, receivers: Receivers) -> None:
    before = len(receivers.inbox.event_ids)
    tried(folder, "hook")
    tried(folder, "hook")
    first, second = receivers.inbox.event_ids[before:]
    assert first != second


def test_nothing_is_left_in_the_outbox(folder: Path) -> None:
    tried(folder, "hook")
    assert monitor("status", "--config", folder, "--json").rows[0]["outbox"] == {}


def test_an_unknown_receiver_is_told_with_the_known_ones(folder: Path) -> None:
    said = tried(folder, "nobody")
    assert (said.code, said.out) == (2, "")
    assert said.err == "monitor: there is no receiver 'nobody'; the watchlist has: desk, hook\n"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (503, "hook: not delivered; an alert would be tried again (HTTP 503)\n"),
        (404, "hook: not delivered; an alert would be given up (HTTP 404)\n"),
        (410, "hook: not delivered; the receiver says that it is gone (HTTP 410)\n"),
    ],
)
def test_a_receiver_that_fails_is_exit_1(
    tmp_path: Path, httpserver: HTTPServer, status: int, said: str
) -> None:
    httpserver.expect_request("/hook").respond_with_data("", status=status)
    folder = configure(tmp_path / "config", hook=httpserver.url_for("/hook"))
    done = tried(folder, "hook")
    assert (done.code, done.out) == (1, said)


def test_a_mail_server_that_is_down_is_exit_1(tmp_path: Path) -> None:
    done = tried(configure(tmp_path / "config"), "desk")
    assert done.code == 1
    assert done.out.startswith("desk: not delivered; an alert would be tried again (")


def test_a_mail_that_one_of_two_does_not_get_is_exit_1(tmp_path: Path) -> None:
    with mail_server() as server:
        server.answers["gone@example.org"] = "550 no such user"
        folder = configure(tmp_path / "config", smtp_port=server.port)
        path = folder / "watchlist.yaml"
        text = path.read_text("utf-8").replace('"desk@example.org"', '"desk@example.org", "gone@example.org"')
        path.write_text(text, "utf-8")
        done = tried(folder, "desk")
    assert done.code == 1
    assert done.out.startswith("desk: delivered, but not to everybody (")
    assert "gone@example.org" in done.out


def test_a_receiver_that_was_switched_off_is_on_again_once_a_test_arrives(folder: Path) -> None:
    with backend_of(folder) as backend:
        ReceiverStates(backend.store).switch_off("hook", "HTTP 410", NOW)
    assert "hook" in monitor("status", "--config", folder, "--json").rows[0]["undeliverable"]
    tried(folder, "hook")
    assert monitor("status", "--config", folder, "--json").rows[0]["undeliverable"] == {}
