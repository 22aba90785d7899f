"""Addresses of signing in: those of the library that we use; all others of it are closed.

The library asks for the addresses of some pages by name though they are closed; these names lead
to "there is nothing here".
"""

from __future__ import annotations

from typing import Final

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as provider
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

from urbanwork.office.access import public
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


OPEN: Final[list[URLPattern]] = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("factor/", factor.index, name="mfa_index"),
    path("factor/ask/", factor.authenticate, name="mfa_authenticate"),
    path("factor/confirm/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("factor/app/add/", totp.activate_totp, name="mfa_activate_totp"),
    path("factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("factor/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("factor/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("factor/codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("factor/keys/", keys.list_webauthn, name="mfa_list_webauthn"),
    path("factor/keys/add/", keys.add_webauthn, name="mfa_add_webauthn"),
    path("factor/keys/confirm/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("factor/keys/<int:pk>/remove/", keys.remove_webauthn, name="mfa_remove_webauthn"),
    path("provider/cancelled/", provider.login_cancelled, name="socialaccount_login_cancelled"),
    path("provider/error/", provider.login_error, name="socialaccount_login_error"),
    path("provider/<str:provider_id>/", provided.start, name="openid_connect_login"),
    path("provider/<str:provider_id>/back/", provided.back, name="openid_connect_callback"),
]

urlpatterns = [*OPEN, *(path(f"closed/{name}/", nothing, name=name) for name in CLOSED)]
