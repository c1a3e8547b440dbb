"""Email by SMTP, with STARTTLS or TLS, and login."""

import asyncio
import hashlib
import re
import smtplib
import ssl
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Literal

from monitor.clock import Clock
from monitor.model import Delivery
from monitor.notify.base import Outcome, Sent
from monitor.notify.message import header_text, render
from monitor.notify.notice import render_notice
from monitor.notify.talk import Endless, Talk, TlsTalk

Security = Literal["none", "starttls", "tls"]
Answers = Mapping[str, tuple[int, bytes]]

THREADS = 100
PARTLY_SENT = 1000
"""So many deliveries that some of their recipients still wait for are remembered."""
TOO_LARGE = 552
_SLUG = re.compile(r"[A-Za-z0-9]+([._-][A-Za-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class SmtpAccess:
    """How to reach the mail server. ``timeout`` is in seconds, for each step; see ``notify.talk``."""

    host: str
    port: int
    sender: str
    security: Security = "none"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 20.0
    ca_file: str | None = None


class _Policy(EmailPolicy):
    """Writes the subject by ``email.header``: the policy's own way loses spaces at breaks."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name != "Subject" or value.isascii():
            return super().fold_binary(name, value)
        encoded = Header(value, "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {encoded}{self.linesep}".encode()


class EmailNotifier:
    """Sends to one receiver's addresses. Implements ``notify.base.Notifier``.

    If the server puts off one of several recipients, the next try is for those only who have not got the
    mail yet. That is remembered in memory: after a restart all get it again, under the same ``Message-ID``.
    """

    def __init__(self, to: Sequence[str], access: SmtpAccess, instance: str, clock: Clock) -> None:
        self._to = tuple(dict.fromkeys(to))
        self._access = access
        self._instance = instance
        self._clock = clock
        # Threads of its own: a slow mail server must not take those that everything else shares.
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="mail")
        self._have_it: OrderedDict[str, frozenset[str]] = OrderedDict()

    async def send(self, delivery: Delivery) -> Sent:
        """Try once; see ``notify.base.Notifier``."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._send, delivery)

    def compose(self, delivery: Delivery) -> EmailMessage:
        """Return the mail. Every try of a delivery has the same ``Message-ID``."""
        content = (render_notice if delivery.notice else render)(delivery, self._instance)
        domain = self._access.sender.rpartition("@")[2].strip(">") or "localhost"
        message = EmailMessage(_Policy())
        message["From"] = self._access.sender
        message["To"] = ", ".join(self._to)
        message["Subject"] = content.subject
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<{delivery.id}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message["List-Id"] = f"<{_label(delivery.receiver)}.{domain}>"
        message.set_content(content.text)
        message.add_alternative(content.html, subtype="html")
        return message

    def _send(self, delivery: Delivery) -> Sent:
        access, id_, message = self._access, delivery.id, self.compose(delivery)
        if not f"{access.username}{access.password}".isascii():
            return Sent(
                Outcome.RETRY,
                "the login has letters that cannot be sent: check email.username and email.password",
            )
        had = self._have_it.get(id_, frozenset())
        missing = [address for address in self._to if address not in had]
        try:
            with self._connected() as server:
                refused = server.send_message(message, to_addrs=missing)
        except smtplib.SMTPRecipientsRefused as error:
            refused = error.recipients
            if len(refused) < len(missing):  # the server hung up before all had been named
                return self._safe(Outcome.RETRY, _list(refused))
        except (smtplib.SMTPException, OSError, ValueError) as error:
            return self._safe(*_explained(error, f"{access.host}:{access.port}"))
        return self._told(id_, refused, had | (set(missing) - set(refused)))

    def _told(self, id_: str, refused: Answers, have_it: frozenset[str]) -> Sent:
        """Return the outcome when the server has answered for each recipient."""
        self._have_it.pop(id_, None)
        if not refused:
            return Sent(Outcome.DELIVERED)
        if any(code < 500 for code, _ in refused.values()):
            if have_it:
                self._have_it[id_] = have_it
                if len(self._have_it) > PARTLY_SENT:
                    self._have_it.popitem(last=False)
            return self._safe(Outcome.RETRY, _list(refused))
        if have_it:
            return self._safe(Outcome.DELIVERED, f"but {_list(refused)}", partly=True)
        return self._safe(Outcome.PERMANENT, _list(refused))

    def _safe(self, outcome: Outcome, reason: str, *, partly: bool = False) -> Sent:
        """Return the outcome with a reason that quotes strangers in one line and without the password."""
        if self._access.password:
            reason = reason.replace(self._access.password, "***")
        return Sent(outcome, header_text(reason, 500), partly=partly)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        access = self._access
        context = ssl.create_default_context(cafile=access.ca_file) if access.security != "none" else None
        server: smtplib.SMTP
        if access.security == "tls":
            server = TlsTalk(access.host, access.port, timeout=access.timeout, context=context)
        else:
            server = Talk(access.host, access.port, timeout=access.timeout)
        try:
            if access.security == "starttls":
                server.starttls(context=context)
            if access.username:
                server.login(access.username, access.password or "")
            yield server
        finally:
            with suppress(smtplib.SMTPException, OSError):  # how it says goodbye changes nothing
                server.quit()
            server.close()


def _explained(error: Exception, place: str) -> tuple[Outcome, str]:
    """Return what a failed talk means. What the server says of this mail may be final, all else may pass."""
    match error:
        case smtplib.SMTPDataError(smtp_code=code) if 500 <= code < 600:
            return Outcome.PERMANENT, f"the mail server says {_answer(error)}"
        case smtplib.SMTPSenderRefused(smtp_code=code) if code == TOO_LARGE:
            return Outcome.PERMANENT, f"the mail server says {_answer(error)}"
        case smtplib.SMTPException():
            return Outcome.RETRY, _said(error)
        case OSError():
            return Outcome.RETRY, _unconnected(error, place)
    return Outcome.RETRY, f"the mail server's answer makes no sense ({type(error).__name__})"


def _said(error: smtplib.SMTPException) -> str:
    match error:
        case smtplib.SMTPAuthenticationError(smtp_code=code):
            # Its words are not quoted: some servers repeat what they were sent.
            return f"the mail server refuses the login ({code}): check email.username and email.password"
        case smtplib.SMTPSenderRefused():
            return f"the mail server refuses the sender: {_answer(error)}; check email.sender"
        case smtplib.SMTPResponseException():
            return f"the mail server says {_answer(error)}"
        case smtplib.SMTPServerDisconnected():
            match error.__context__:
                case TimeoutError():
                    return "no answer from the mail server in time"
                case Endless():
                    return "the mail server's answer does not end"
            return "the mail server closed the connection"
        case smtplib.SMTPNotSupportedError():
            return f"the mail server lacks what is asked of it: {error}; check email.security"
    return "the mail server offers no login that works: check email.username and email.security"


def _unconnected(error: OSError, place: str) -> str:
    match error:
        case ssl.SSLCertVerificationError():
            why = f"the certificate is not trusted: {error.verify_message}"
            return f"no safe connection to {place}: {why}; check email.host and email.ca_file"
        case ssl.SSLError():
            return f"no safe connection to {place}: {error.reason or error}; check email.security"
        case TimeoutError():
            return f"no connection to {place}: no answer in time"
    return f"no connection to {place}: {error.strerror or error}"


def _answer(error: smtplib.SMTPResponseException) -> str:
    return f"{error.smtp_code} {_text(error.smtp_error)}"


def _list(refused: Answers) -> str:
    who = (f"{name} ({code} {_text(answer)})" for name, (code, answer) in sorted(refused.items()))
    return f"refused: {', '.join(who)}"


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer


def _label(name: str) -> str:
    """Return a name as part of a List-Id, which knows no other characters; as good as unique."""
    return name if _SLUG.fullmatch(name) else f"list-{hashlib.sha256(name.encode()).hexdigest()[:12]}"
