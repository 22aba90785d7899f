"""E-mail over SMTP."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate

from urbanwork.office.notices.channels.sending import (
    SECONDS,
    NotSentError,
    RefusedForGoodError,
    UnsureError,
)
from urbanwork.office.notices.declared import Email
from urbanwork.office.notices.words import Message


def send(server: Email, address: str, message: Message, key: str) -> None:
    """Send a letter. Its Message-ID follows from `key`: sent twice, a mailbox can tell.

    Raises:
        NotSentError: it did not go out; RefusedForGoodError: and it never will.
        UnsureError: it may have gone out.
        UserError: a secret is missing.
    """
    letter = _letter(server, address, message, key)
    with _open(server) as connection:
        try:
            _log_in(server, connection)
            connection.send_message(letter)
        except smtplib.SMTPServerDisconnected as error:
            raise UnsureError(type(error).__name__) from None
        except smtplib.SMTPResponseException as error:
            raise _by_code(error.smtp_code) from None
        except smtplib.SMTPRecipientsRefused as error:
            raise _by_code(min(code for code, _ in error.recipients.values())) from None
        except (OSError, smtplib.SMTPException) as error:
            raise UnsureError(type(error).__name__) from None


def _by_code(code: int) -> NotSentError:
    said = f"SMTP {code}"
    return RefusedForGoodError(said) if code >= 500 else NotSentError(said)


def _letter(server: Email, address: str, message: Message, key: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = server.sender, address, message.subject
    letter["Date"] = formatdate(localtime=False)
    host = server.sender.rpartition("@")[2] or "office"
    letter["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{host}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content("\n\n".join(message.lines) + "\n")
    return letter


def _open(server: Email) -> smtplib.SMTP:
    try:
        if server.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
        connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        if server.security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        return connection
    except (OSError, smtplib.SMTPException) as error:
        raise NotSentError(type(error).__name__) from None


def _log_in(server: Email, connection: smtplib.SMTP) -> None:
    if server.user is not None and server.password is not None:
        connection.login(server.user, server.password.read())
