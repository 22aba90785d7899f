"""Codes of an authenticator app: each signs in once, for as long as it would be taken.

The library forgets a used code after one period, though it takes codes of the period before and
after too; and it remembers in a cache of files, where two who come at once may both find nothing.
So the counter of a used code is kept with the authenticator, by one who holds its row.
"""

from __future__ import annotations

from typing import Any, Final

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.mfa.utils import decrypt
from django.db import transaction

USED: Final = "used_counters"


class _Once:
    """A form whose code is taken once."""

    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP and not take(
            self.authenticator, code
        ):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_Once, forms.AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class ReauthenticateForm(_Once, forms.ReauthenticateForm):  # type: ignore[misc]
    """Confirming who one is before something is changed."""


@transaction.atomic
def take(authenticator: Authenticator, code: str) -> bool:
    """Take the counter of a code that is right; whether nobody had taken it.

    Counters out of reach are forgotten: a clock that was ahead for a while shuts nobody out.
    """
    row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    data: dict[str, Any] = row.data
    secret, reach = decrypt(data["secret"]), list(auth.yield_hotp_counters_from_time())
    given = [
        each for each in reach
        if auth.compare_user_code(
            actual=code, expected=auth.format_hotp_value(auth.hotp_value(secret, each))
        )
    ]  # fmt: skip
    used = [each for each in data.get(USED, ()) if each in reach]
    if not given or set(given) & set(used):
        return False
    row.data = {**data, USED: [*used, *given]}
    row.save(update_fields=["data"])
    authenticator.data = row.data
    return True
