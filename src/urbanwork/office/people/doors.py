"""Addresses of signing in: those of the library that we use; all others of it are closed.

The library asks for the addresses of some pages by name though they are closed; these names lead
to "there is nothing here".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as provider
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from urbanwork.office.access import PERSON, page, public
from urbanwork.office.people import provided

CLOSED: Final = (
    "account_signup",
    "account_email",
    "account_email_verification_sent",
    "account_reset_password",
    "socialaccount_signup",
    "socialaccount_connections",
    "mfa_edit_webauthn",
)


@public
def nothing(request: HttpRequest) -> HttpResponse:
    """A page of the library that this office does not have."""
    raise Http404


FOR_ANYONE: Final[dict[str, tuple[str, Any]]] = {
    "account_login": ("login/", account.login),
    "account_logout": ("logout/", account.logout),
    "account_inactive": ("inactive/", account.account_inactive),
    "mfa_authenticate": ("factor/ask/", factor.authenticate),
    "socialaccount_login_cancelled": ("provider/cancelled/", provider.login_cancelled),
    "socialaccount_login_error": ("provider/error/", provider.login_error),
    "openid_connect_login": ("provider/<str:provider_id>/", provided.start),
    "openid_connect_callback": ("provider/<str:provider_id>/back/", provided.back),
}
FOR_PEOPLE: Final[dict[str, tuple[str, Any]]] = {
    "account_reauthenticate": ("confirm/", account.reauthenticate),
    "account_change_password": ("password/", account.password_change),
    "account_set_password": ("password/set/", account.password_set),
    "mfa_index": ("factor/", factor.index),
    "mfa_reauthenticate": ("factor/confirm/", factor.reauthenticate),
    "mfa_activate_totp": ("factor/app/add/", totp.activate_totp),
    "mfa_deactivate_totp": ("factor/app/remove/", totp.deactivate_totp),
    "mfa_view_recovery_codes": ("factor/codes/", codes.view_recovery_codes),
    "mfa_generate_recovery_codes": ("factor/codes/new/", codes.generate_recovery_codes),
    "mfa_download_recovery_codes": ("factor/codes/file/", codes.download_recovery_codes),
    "mfa_list_webauthn": ("factor/keys/", keys.list_webauthn),
    "mfa_add_webauthn": ("factor/keys/add/", keys.add_webauthn),
    "mfa_reauthenticate_webauthn": ("factor/keys/confirm/", keys.reauthenticate_webauthn),
    "mfa_remove_webauthn": ("factor/keys/<int:pk>/remove/", keys.remove_webauthn),
}


def _open(pages: dict[str, tuple[str, Any]], mark: Callable[[Any], Any]) -> list[URLPattern]:
    """Pages of the library, with our mark of who may, and forms of two methods only."""
    only = require_http_methods(["GET", "HEAD", "POST"])
    return [path(route, mark(only(view)), name=name) for name, (route, view) in pages.items()]


urlpatterns = [
    *_open(FOR_ANYONE, public),
    *_open(FOR_PEOPLE, page(PERSON)),
    *(path(f"closed/{name}/", nothing, name=name) for name in CLOSED),
]
