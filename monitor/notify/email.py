"""Email by SMTP, with STARTTLS or TLS, and login."""

import asyncio
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal

from monitor.clock import Clock
from monitor.model import Delivery
from monitor.notify.base import Outcome, Sent
from monitor.notify.message import header_text, render

Security = Literal["none", "starttls", "tls"]


@dataclass(frozen=True, slots=True)
class SmtpAccess:
    """How to reach the mail server. ``timeout`` is in seconds, for each step."""

    host: str
    port: int
    sender: str
    security: Security = "none"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 20.0
    ca_file: str | None = None


class EmailNotifier:
    """Sends to one receiver's addresses. Implements ``notify.base.Notifier``."""

    def __init__(self, to: Sequence[str], access: SmtpAccess, instance: str, clock: Clock) -> None:
        self._to = tuple(to)
        self._access = access
        self._instance = instance
        self._clock = clock

    async def send(self, delivery: Delivery) -> Sent:
        """Try once; see ``notify.base.Notifier``."""
        message = self.compose(delivery)
        return await asyncio.to_thread(self._send, message)

    def compose(self, delivery: Delivery) -> EmailMessage:
        """Return the mail. Every try of a delivery has the same ``Message-ID``."""
        content = render(delivery, self._instance)
        domain = self._access.sender.rpartition("@")[2].strip(">") or "localhost"
        message = EmailMessage()
        message["From"] = self._access.sender
        message["To"] = ", ".join(self._to)
        message["Subject"] = content.subject
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<{delivery.id}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message["List-Id"] = f"<{header_text(delivery.receiver, 60)}.{domain}>"
        message.set_content(content.text)
        message.add_alternative(content.html, subtype="html")
        return message

    def _send(self, message: EmailMessage) -> Sent:
        try:
            with self._connected() as server:
                refused = server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            return _refused(error.recipients)
        except smtplib.SMTPAuthenticationError as error:
            return Sent(
                Outcome.RETRY, f"the mail server refuses the login ({error.smtp_code}): check email.username"
            )
        except smtplib.SMTPSenderRefused as error:
            return _answered(error.smtp_code, "the sender is refused", permanent=Outcome.RETRY)
        except smtplib.SMTPResponseException as error:
            return _answered(error.smtp_code, _text(error.smtp_error))
        except smtplib.SMTPServerDisconnected:
            return Sent(Outcome.RETRY, "the mail server closed the connection")
        except smtplib.SMTPException as error:
            return Sent(Outcome.RETRY, f"the mail server lacks what is asked of it: {error}")
        except ssl.SSLError as error:
            return Sent(Outcome.RETRY, f"no safe connection to the mail server: {error.reason or error}")
        except OSError as error:
            why = "no answer in time" if isinstance(error, TimeoutError) else (error.strerror or str(error))
            return Sent(Outcome.RETRY, f"no connection to {self._access.host}:{self._access.port}: {why}")
        if refused:
            return Sent(Outcome.DELIVERED, f"but not to {', '.join(sorted(refused))}")
        return Sent(Outcome.DELIVERED)

    def _connected(self) -> smtplib.SMTP:
        access = self._access
        context = ssl.create_default_context(cafile=access.ca_file) if access.security != "none" else None
        server: smtplib.SMTP
        if access.security == "tls":
            server = smtplib.SMTP_SSL(access.host, access.port, timeout=access.timeout, context=context)
        else:
            server = smtplib.SMTP(access.host, access.port, timeout=access.timeout)
        try:
            if access.security == "starttls":
                server.starttls(context=context)
            if access.username:
                server.login(access.username, access.password or "")
        except BaseException:
            server.close()
            raise
        return server


def _refused(recipients: dict[str, tuple[int, bytes]]) -> Sent:
    """Say who was refused; try again if any of them may be accepted later."""
    codes = [code for code, _ in recipients.values()]
    who = ", ".join(f"{name} ({code} {_text(reason)})" for name, (code, reason) in recipients.items())
    permanent = all(code >= 500 for code in codes)
    return Sent(Outcome.PERMANENT if permanent else Outcome.RETRY, f"refused: {who}"[:500])


def _answered(code: int, text: str, permanent: Outcome = Outcome.PERMANENT) -> Sent:
    return Sent(
        permanent if 500 <= code < 600 else Outcome.RETRY, f"the mail server says {code} {text}"[:500]
    )


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())
