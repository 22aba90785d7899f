"""What we ask of the library of sign-in: no sign-up, our words, our people only."""

from __future__ import annotations

import base64
import hashlib
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from urbanwork.office.pages.language import said
from urbanwork.office.people.addresses import address_of
from urbanwork.office.people.models import Person, Post
from urbanwork.quantities.bilingual import Bilingual

SAID: Final = {
    "account/messages/password_changed.txt": Bilingual(
        "Your password is changed; other devices were signed out.",
        "密码已修改，其他设备已退出登录。",
    ),
    "account/messages/password_set.txt": Bilingual("Your password is set.", "密码已设置。"),
    "account/messages/logged_out.txt": Bilingual("You are signed out.", "您已退出登录。"),
    "mfa/messages/totp_activated.txt": Bilingual(
        "The authenticator app is in use from now on.", "身份验证器已启用。"
    ),
    "mfa/messages/totp_deactivated.txt": Bilingual(
        "The authenticator app is no longer used.", "身份验证器已停用。"
    ),
    "mfa/messages/recovery_codes_generated.txt": Bilingual(
        "New recovery codes are made; old ones no longer work.", "已生成新的恢复代码，旧代码失效。"
    ),
    "mfa/messages/webauthn_added.txt": Bilingual("The security key is added.", "安全密钥已添加。"),
    "mfa/messages/webauthn_removed.txt": Bilingual(
        "The security key is removed.", "安全密钥已移除。"
    ),
}
"""What is said after an action; what is not here needs no words."""
OF_ONE_NAME: Final = {"password": "100/h/key"}
"""Wrong passwords for one name, however many addresses they come from."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts: made by administrators, never by signing up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Whether to go to an address after signing in: on the host that was asked only."""
        from allauth.core import context

        host = context.request.get_host()
        return url_has_allowed_host_and_scheme(url, allowed_hosts={host})

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Those for one name from all addresses; of one address, `locking.py` counts them.

        A name that nobody has is counted alike. What was right is taken back by the library.
        """
        self._login_failed_rl_usage = ratelimit.consume(
            request, app="allauth.account", action="password", config=OF_ONE_NAME,
            key=f"password:{credentials.get('username', '')}",
        )  # fmt: skip
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Say it in our words, or not at all."""
        if (words := SAID.get(message_template or "")) is not None:
            messages.add_message(request, level, said(words))

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponseBase:
        """Go on in the language that the person chose."""
        response: HttpResponseBase = super().post_login(request, user, **kwargs)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
        return response

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Changes are told by the notices of the office, not by mails of a library."""


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-in by a provider: of people whom an administrator entered, matched by a claim."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find our person, or say that the provider knows somebody whom we do not."""
        person = person_of(sociallogin)
        if person is None:
            page = render(request, "people/unknown.html", status=403)
            raise ImmediateHttpResponse(page)
        sociallogin.user = person


def person_of(sociallogin: Any) -> Person | None:
    """The one active person whose name, mail or telephone equals the claim of the provider.

    At many providers people name themselves: `administrator` there is not ours. So administrators
    are matched only where office.yaml says so.
    """
    app = sociallogin.account.get_provider().app
    given = sociallogin.account.extra_data
    claims = {**given.get("id_token", {}), **given.get("userinfo", {})}
    value = claims.get(app.settings["claim"])
    matches = app.settings["matches"]
    if not isinstance(value, str) or not value.strip():
        return None
    if matches == "email" and claims.get("email_verified") is not True:
        return None
    found = list(Person.objects.filter(**{matches: value.strip()}, is_active=True)[:2])
    if len(found) != 1 or (_administers(found[0]) and not app.settings.get("administrators")):
        return None
    return found[0]


def _administers(person: Person) -> bool:
    return Post.objects.held().filter(person=person, role="administrator").exists()


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their secrets lie encrypted by the key of the office, not in the clear."""

    def get_totp_issuer(self) -> str:
        from urbanwork.office.pages.context import city_name

        return f"urbanwork {city_name()}"

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> Fernet:
    key = hashlib.sha256(f"second factor:{settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
