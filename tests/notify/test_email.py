"""Mail over real SMTP: what each answer means, encryption, logins, headers that no title can bend."""

import asyncio
import email
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Delivery
from monitor.notify.base import Outcome, Sent
from monitor.notify.email import EmailNotifier, SmtpAccess
from monitor.notify.message import SUBJECT, header_text
from tests.contract.harness import TestClock
from tests.notify.servers import PASSWORD, Certificate, MailServer, delivery, mail_server, raw_server
from tests.samples import NOW, alert, article, match

ACCESS = SmtpAccess("localhost", 0, "monitor@example.org", timeout=5.0)
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
    *("X-Auto-Response-Suppress", "List-Id", "MIME-Version", "Content-Type"),
}


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as opened:
        yield opened


def notifier(port: int = 0, *to: str, **access: Any) -> EmailNotifier:
    return EmailNotifier(
        to or ("desk@example.org",), replace(ACCESS, port=port, **access), "here", TestClock()
    )


def send(port: int, one: Delivery | None = None, **access: Any) -> Sent:
    return asyncio.run(notifier(port, **access).send(one or delivery()))


def about(title: str, **more: Any) -> Delivery:
    return delivery(alert(match(article(title=title, **more), spans=())))


def raw_headers(mail: bytes) -> list[tuple[str, str]]:
    """Read the headers as a simple mail program would: line by line, folded lines put together."""
    lines: list[str] = []
    for line in mail.partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n"):
        if line[:1] in {" ", "\t"}:
            lines[-1] += line
        else:
            lines.append(line)
    return [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]


@pytest.mark.parametrize(
    ("stage", "answer", "outcome"),
    [
        ("MAIL", "421 going down", "retry"),
        ("MAIL", "451 later", "retry"),
        ("MAIL", "530 log in first", "retry"),
        ("MAIL", "550 who are you", "retry"),
        ("MAIL", "552 too large", "permanent"),
        ("RCPT", "421 going down", "retry"),
        ("RCPT", "450 mailbox busy", "retry"),
        ("RCPT", "451 greylisted", "retry"),
        ("RCPT", "452 too many", "retry"),
        ("RCPT", "550 no such user", "permanent"),
        ("RCPT", "552 mailbox full", "permanent"),
        ("RCPT", "553 what a name", "permanent"),
        ("DATA", "421 going down", "retry"),
        ("DATA", "450 later", "retry"),
        ("DATA", "451 error", "retry"),
        ("DATA", "550 no", "permanent"),
        ("DATA", "552 too large", "permanent"),
        ("DATA", "554 spam", "permanent"),
        ("QUIT", "221 bye", "delivered"),
        ("QUIT", "421 going down", "delivered"),
        ("QUIT", "554 never again", "delivered"),
        ("QUIT", "drop", "delivered"),
    ],
)
def test_what_an_answer_means(server: MailServer, stage: str, answer: str, outcome: str) -> None:
    server.answers[stage] = answer
    sent = send(server.port)
    assert sent.outcome == outcome
    assert stage == "QUIT" or answer in sent.reason


@pytest.mark.parametrize("greeting", ["554 not you", "421 busy", "220 hi\r\n550 not you\r\n550 not you"])
def test_a_server_that_does_not_talk_to_us_now_may_do_so_later(greeting: str) -> None:
    with raw_server([greeting.encode() + b"\r\n"], speaks_first=True) as port:
        sent = send(port)
    assert sent.outcome is Outcome.RETRY
    assert greeting[-6:] in sent.reason or "421 busy" in sent.reason


def test_an_answer_is_quoted_in_one_line_of_visible_characters(server: MailServer) -> None:
    server.answers["DATA"] = "550-\x1b[31mno\r\n550 never\x07"
    assert send(server.port).reason == "the mail server says 550 [31mno never"


def test_a_refused_recipient_is_told_though_the_others_have_it(server: MailServer) -> None:
    server.answers["gone@example.org"] = "550 no such user"
    sent = asyncio.run(notifier(server.port, "desk@example.org", "gone@example.org").send(delivery()))
    assert sent == Sent(Outcome.DELIVERED, "but refused: gone@example.org (550 no such user)", partly=True)
    assert server.recipients == [["desk@example.org"]]


def test_only_who_was_put_off_gets_it_at_the_next_try(server: MailServer) -> None:
    server.answers["slow@example.org"] = "451 greylisted"
    mail = notifier(server.port, "desk@example.org", "slow@example.org")
    assert asyncio.run(mail.send(delivery())).outcome is Outcome.RETRY
    del server.answers["slow@example.org"]
    assert asyncio.run(mail.send(delivery())) == Sent(Outcome.DELIVERED)
    assert server.recipients == [["desk@example.org"], ["slow@example.org"]]
    assert len({mail["Message-ID"] for mail in server.parsed()}) == 1


def test_who_was_put_off_and_then_refused_is_told(server: MailServer) -> None:
    server.answers["slow@example.org"] = "451 greylisted"
    mail = notifier(server.port, "desk@example.org", "slow@example.org")
    asyncio.run(mail.send(delivery()))
    server.answers["slow@example.org"] = "550 no such user"
    sent = asyncio.run(mail.send(delivery()))
    assert (sent.outcome, sent.partly) == (Outcome.DELIVERED, True)
    assert "slow@example.org (550" in sent.reason


@pytest.mark.parametrize(("second", "outcome"), [("451 later", "retry"), ("550 no", "permanent")])
def test_refused_by_all_is_final_only_if_all_say_so(server: MailServer, second: str, outcome: str) -> None:
    server.answers |= {"a@example.org": "550 no", "b@example.org": second}
    sent = asyncio.run(notifier(server.port, "a@example.org", "b@example.org").send(delivery()))
    assert sent.outcome == outcome
    assert "a@example.org" in sent.reason
    assert "b@example.org" in sent.reason


def test_an_address_that_is_named_twice_gets_one_mail(server: MailServer) -> None:
    mail = notifier(server.port, "a@example.org", "a@example.org")
    assert asyncio.run(mail.send(delivery())).outcome is Outcome.DELIVERED
    assert server.recipients == [["a@example.org"]]


def test_a_server_that_goes_after_the_first_recipient_is_tried_again_for_all(server: MailServer) -> None:
    server.answers["b@example.org"] = "421 going down"
    mail = notifier(server.port, "a@example.org", "b@example.org", "c@example.org")
    assert asyncio.run(mail.send(delivery())).outcome is Outcome.RETRY
    server.answers.clear()
    assert asyncio.run(mail.send(delivery())).outcome is Outcome.DELIVERED
    assert server.recipients == [["a@example.org", "b@example.org", "c@example.org"]]


def test_a_login_is_made(server: MailServer) -> None:
    assert send(server.port, username="user", password=PASSWORD).outcome is Outcome.DELIVERED
    assert server.logins == ["PLAIN"]


@pytest.mark.parametrize("password", ["wr0ng-password", "пароль-секрет"])
def test_a_login_that_fails_says_what_to_check(server: MailServer, password: str) -> None:
    sent = send(server.port, username="user", password=password)
    assert sent.outcome is Outcome.RETRY
    assert "email.username and email.password" in sent.reason
    assert password not in sent.reason
    assert not server.mails


def test_a_server_without_logins_is_told() -> None:
    with raw_server([b"220 hi\r\n250 hi\r\n221 bye\r\n"], speaks_first=True) as port:
        sent = send(port, username="user", password=PASSWORD)
    assert sent.outcome is Outcome.RETRY
    assert "AUTH" in sent.reason


def test_starttls_comes_before_login_and_mail(localhost: Certificate) -> None:
    with mail_server(starttls=localhost.context) as server:
        access: dict[str, Any] = {"security": "starttls", "ca_file": localhost.ca_file, "username": "user"}
        assert send(server.port, **access, password=PASSWORD).outcome is Outcome.DELIVERED
        assert server.logins == ["PLAIN"]
        assert len(server.mails) == 1


def test_tls_from_the_start(localhost: Certificate) -> None:
    with mail_server(tls=localhost.context) as server:
        sent = send(server.port, security="tls", ca_file=localhost.ca_file)
        assert sent.outcome is Outcome.DELIVERED
        assert len(server.mails) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(localhost: Certificate, security: str) -> None:
    with mail_server(**{security: localhost.context}) as server:
        sent = send(server.port, security=security)
    assert sent.outcome is Outcome.RETRY
    assert "certificate is not trusted: self-signed certificate" in sent.reason
    assert "email.ca_file" in sent.reason
    assert not server.mails


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_another_host_is_refused(elsewhere: Certificate, security: str) -> None:
    with mail_server(**{security: elsewhere.context}) as server:
        sent = send(server.port, security=security, ca_file=elsewhere.ca_file)
    assert sent.outcome is Outcome.RETRY
    assert "not valid for 'localhost'" in sent.reason
    assert not server.mails


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_nothing_is_said_in_the_clear_where_encryption_is_asked_for(
    server: MailServer, security: str
) -> None:
    sent = send(server.port, security=security, username="user", password=PASSWORD)
    assert sent.outcome is Outcome.RETRY
    assert "email.security" in sent.reason
    assert not server.logins
    assert not server.mails


def test_the_headers_say_what_programs_need(server: MailServer) -> None:
    send(server.port)
    (mail,) = server.parsed()
    assert mail["Message-ID"] == "<d1@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["List-Id"] == "<desk.example.org>"
    assert (mail["From"], mail["To"]) == ("monitor@example.org", "desk@example.org")
    assert mail["Subject"] == "[Troops] Troops in Kursk"
    assert parsedate_to_datetime(mail["Date"]) == NOW
    assert {name for name, _ in raw_headers(server.mails[0])} == HEADERS


def test_every_receiver_has_a_list_id_of_its_own() -> None:
    names = ["desk", "Night desk", "속보", "новости", "a>b"]
    ids = [notifier().compose(delivery(receiver=name))["List-Id"] for name in names]
    assert len(set(ids)) == len(names)
    assert all(id_.isascii() and " " not in id_ and id_.endswith(".example.org>") for id_ in ids)


def test_the_text_comes_first_and_the_html_beside_it(server: MailServer) -> None:
    send(server.port)
    (mail,) = server.parsed()
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    text, html = (part.get_content() for part in mail.iter_parts())
    assert "*Troops* in Kursk" in text
    assert "in Kursk</a>" in html


@pytest.mark.parametrize(
    "title",
    [
        "북한군, 쿠르스크 파병 " * 8,
        "Песков назвал сообщения о военных КНДР противоречивыми; їжак і ґанок " * 3,
        "«Ёлки» — 100 000 “volunteers”, 🇰🇵 & 𝒻𝓊𝓃 =) ?= =",
    ],
)
def test_any_language_arrives_as_it_was_written(server: MailServer, title: str) -> None:
    send(server.port, about(title.strip(), summary=title.strip()))
    (mail,) = server.parsed()
    assert mail["Subject"] == header_text(f"[Troops] {title}", SUBJECT)
    for part in mail.iter_parts():
        assert title[:60].replace("&", "&amp;" if part.get_content_subtype() == "html" else "&") in (
            part.get_content()
        )


INJECTIONS = [
    "a\r\nBcc: v@evil.example",
    "a\nBcc: v@evil.example\n\nbody",
    "a\rBcc: v@evil.example",
    "a\u2028Bcc: v@evil.example",
    "a\u2029Bcc: v@evil.example",
    "a\x85Bcc: v@evil.example",
    "a\x0b\x0c\x1c\x1d\x1eBcc: v@evil.example",
    "=?utf-8?q?=0D=0ABcc=3A_v=40evil.example?=",
    "=?utf-8?b?DQpCY2M6IHZAZXZpbC5leGFtcGxl?=",
    "=?utf-8?q?a?=\r\n =?utf-8?q?=0D=0ABcc=3A_v?=",
    "=\u200b?utf-8?q?=0D=0ABcc=3A_v?=",
    "북한 =?utf-8?q?=0D=0ABcc=3A_v=40evil.example?=",
    "\ud800\udfff\ud83d",
    "x" * 2000 + "\r\nBcc: v@evil.example",
    "",
]


def assert_plain(mail: bytes) -> None:
    """Check that the mail has the headers that we write, once each, and that nothing hides in them."""
    assert sorted(name for name, _ in raw_headers(mail)) == sorted(HEADERS)
    parsed = email.message_from_bytes(mail, _class=EmailMessage, policy=email.policy.default)
    assert len(parsed.get_all("Subject", [])) == 1
    assert set(parsed.keys()) == HEADERS
    assert "\n" not in parsed["Subject"]
    assert "\r" not in parsed["Subject"]
    old = email.header.make_header(email.header.decode_header(dict(raw_headers(mail))["Subject"]))
    assert not set("\r\n\x85\u2028\u2029") & set(str(old))


@pytest.mark.parametrize("title", INJECTIONS)
def test_no_title_makes_a_second_header(server: MailServer, title: str) -> None:
    assert send(server.port, about(title, summary=title)).outcome is Outcome.DELIVERED
    (mail,) = server.mails
    assert_plain(mail)


ANYTHING = st.one_of(
    st.text(st.characters(codec=None), max_size=300),
    st.text(st.sampled_from("=?utf8Qqb_0AD \r\n\u2028\x85:"), max_size=300),
    st.lists(st.sampled_from(["북한군,", "쿠르스크", "Ёж", "a", "=?", "x" * 90, "🇰🇵"]), max_size=60).map(
        " ".join
    ),
)


@given(ANYTHING)
@settings(max_examples=150, deadline=None)
def test_no_text_at_all_makes_a_second_header_or_loses_a_space(title: str) -> None:
    message = notifier().compose(about(title))
    mail = message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
    assert_plain(mail)
    parsed = email.message_from_bytes(mail, policy=email.policy.default)
    assert parsed["Subject"] == header_text(f"[Troops] {title or 'untitled'}", SUBJECT)


@pytest.mark.parametrize("end", ["\r\n.\r\n", "\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n"])
def test_no_text_ends_the_mail_and_begins_another(server: MailServer, end: str) -> None:
    trick = f"Seen{end}MAIL FROM:<v@evil.example>\r\nRCPT TO:<x@example.org>\r\nDATA\r\nSubject: y{end}"
    assert send(server.port, about("Troops", summary=trick)).outcome is Outcome.DELIVERED
    assert server.recipients == [["desk@example.org"]]
    assert len(server.mails) == 1
