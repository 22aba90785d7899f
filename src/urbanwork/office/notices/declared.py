"""`<office>/office.yaml`: the channels of an office, its quiet hours and its digests.

    notices:
      address: https://office.city.example       # where links in messages lead
      quiet: ["21:00", "08:00"]
      digest: "08:30"
      channels:
        mail:
          kind: email
          host: smtp.city.example
          sender: office@city.example
          user: office
          password: {env: OFFICE_MAIL_PASSWORD}
        bureaus:
          kind: wecom
          url: https://qyapi.weixin.qq.com/cgi-bin/webhook/send
          key: {file: secrets/wecom}
          bodies: [education]

A secret is the name of a variable of the environment, or a file beside office.yaml; never a value.
"""

from __future__ import annotations

import ipaddress
import os
import re
from datetime import time
from functools import cache
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from urbanwork.city.setting_kinds import fault
from urbanwork.errors import UserError
from urbanwork.office.place import office_place
from urbanwork.quantities.declared import Declared

FILE: Final = "office.yaml"
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def is_loopback(host: str | None) -> bool:
    """Whether a host is this machine.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("10.0.0.1")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _safe(url: str) -> str:
    parts = urlsplit(url)
    if parts.username or parts.password:
        raise fault("a URL holds no name and password; use a secret")
    if parts.scheme == "https" and parts.hostname:
        return url
    if parts.scheme == "http" and is_loopback(parts.hostname):
        return url
    raise fault(f"got '{url}', wanted https://, or http:// of this machine")


def _clock(text: Any) -> time:
    found = _CLOCK.fullmatch(str(text))
    if found is None:
        raise fault(f"got '{text}', wanted a time of day such as '08:30', in quotes")
    return time(int(found[1]), int(found[2]))


Url = Annotated[str, AfterValidator(_safe)]
Clock = Annotated[time, BeforeValidator(_clock)]


class Secret(Declared):
    """Where a secret stands: a variable of the environment, or a file."""

    env: str | None = None
    file: str | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Secret:
        if (self.env is None) == (self.file is None):
            raise fault("a secret stands in one place: give env or file")
        return self

    def read(self) -> str:
        """The secret itself.

        Raises:
            UserError: the variable is not set, or the file cannot be read.
        """
        if self.env is not None:
            if not (value := os.environ.get(self.env)):
                raise UserError(f"{FILE}: the variable {self.env} is not set; it holds a secret")
            return value
        path = office_place().folder / str(self.file)
        try:
            return path.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise UserError(f"{FILE}: cannot read the secret in {path}: {error.strerror}") from None


class Email(Declared):
    """A mail server. Without `security` the words travel in the open: this machine only."""

    kind: Literal["email"]
    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 465
    security: Literal["tls", "starttls", "none"] = "tls"
    sender: str
    user: str | None = None
    password: Secret | None = None

    @model_validator(mode="after")
    def _is_safe(self) -> Email:
        if self.security == "none" and not is_loopback(self.host):
            raise fault("security: none is for a mail server on this machine; use tls")
        return self


class Sms(Declared):
    """A gateway for short messages over HTTP. `body` is what it takes, {phone} and {text} put in.

    `said` names a field of its JSON answer and the value that means yes, where the status does not.
    """

    kind: Literal["sms"]
    url: Url
    token: Secret | None = None
    header: str = "Authorization"
    scheme: str = "Bearer "
    form: bool = False
    body: dict[str, str] = {"phone": "{phone}", "text": "{text}"}
    said: tuple[str, str] | None = None


class Chat(Declared):
    """The robot of a group. Without `bodies` it tells of all tasks that are not restricted."""

    kind: Literal["wecom", "dingtalk"]
    url: Url
    key: Secret
    secret: Secret | None = None
    bodies: tuple[str, ...] = ()
    topics: tuple[str, ...] = ("work", "deadlines", "orders")


Channel = Annotated[Email | Sms | Chat, Field(discriminator="kind")]


class Notices(Declared):
    """What office.yaml says of notices."""

    address: Annotated[str, AfterValidator(_safe)] | None = None
    quiet: tuple[Clock, Clock] | None = None
    digest: Clock = time(8, 30)
    channels: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")], Channel] = {}


@cache
def notices() -> Notices:
    """What this office says of notices; read once a process.

    Raises:
        UserError: office.yaml cannot be read.
        ManyFaultsError: keys or values that it may not have, with file and line.
    """
    from urbanwork.office.office_file import read_office_file

    return read_office_file(office_place().folder).notices
