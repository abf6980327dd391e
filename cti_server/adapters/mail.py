"""Mail by SMTP, always over TLS but to this machine itself.

``CTI_SMTP_URL``: ``smtp://USER:PASSWORD@HOST:587`` (STARTTLS), ``smtps://...:465``; the password never stands in a log or an
error.
"""

from __future__ import annotations

import ipaddress
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Protocol
from urllib.parse import unquote, urlsplit

from cti_server.errors import Away

TIMEOUT_S = 8.0


class MailAway(
    Away, id="mail-away", status=503, en="The mail could not be sent. Copy the link instead.", zh="邮件发送失败，请改为复制链接。"
):
    """The mail server does not take the mail."""


class Mail(Protocol):
    def send(self, to: str, subject: str, text: str) -> None:
        """Raises MailAway."""
        ...


class SmtpMail(Mail):
    """``sender``: the address from which mails come."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._tls = parts.scheme == "smtps"
        self._host, self._port = parts.hostname or "", parts.port or (465 if self._tls else 587)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender = sender

    def send(self, to: str, subject: str, text: str) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, to, subject
        mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain=self._sender.partition("@")[2] or None)
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        try:
            with self._open() as server:
                if self._user:
                    server.login(self._user, self._password)
                server.send_message(mail)
        except (OSError, smtplib.SMTPException) as error:
            why = f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip()
            raise MailAway(
                f"the mail server at {self._host}:{self._port} does not take the mail ({why}): see CTI_SMTP_URL"
            ) from error

    def _open(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._tls:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT_S, context=context)
        server = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_S)
        if not _is_this_machine(self._host):
            try:
                server.starttls(context=context)
            except (OSError, smtplib.SMTPException):
                server.close()
                raise
        return server


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
