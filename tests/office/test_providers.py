"""Signing in by an OpenID Connect provider: our people only, matched by a claim, no posts made."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

import oidc_server
from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.office.office_file import OfficeFile, providers, read_office_file
from urbanwork.office.people.models import Person, Post


@pytest.fixture(scope="module")
def server() -> Iterator[oidc_server.Provider]:
    with oidc_server.provider() as told:
        yield told


@pytest.fixture
def provider(server, settings, office):
    """The provider of the city, as office.yaml would name it."""
    server.asked.clear()
    server.audience = oidc_server.CLIENT
    given = {"id": "city", "name": "统一身份认证", "server": server.url, "client_id": "office",
             "secret_file": "oidc.secret"}  # fmt: skip
    configure(settings, given)
    return server


def configure(settings, given) -> None:
    file = OfficeFile.model_validate({"sign_in": {"oidc": [given]}})
    (settings.PLACE.folder).mkdir(exist_ok=True)
    (settings.PLACE.folder / "oidc.secret").write_text(oidc_server.SECRET)
    apps = providers(file, settings.PLACE.folder)
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps}}


def signed_in(client: Client, provider, next_page="/"):
    """The answer on which somebody who the provider knows lands."""
    start = client.post(f"/account/provider/city/?next={next_page}")
    query = {name: each[0] for name, each in parse_qs(urlsplit(start.url).query).items()}
    back = urlsplit(provider.authorize(query))
    return client.get(f"{back.path}?{back.query}")


def test_the_door_offers_the_provider(client, provider):
    page = client.get("/account/login/?next=/people/").content.decode()
    assert "统一身份认证" in page
    assert "/account/provider/city/" in page


def test_a_person_whom_both_know_is_signed_in(client, provider):
    provider.claims = {"sub": "17", "preferred_username": "leader"}
    assert signed_in(client, provider, "/account/").url == "/account/"
    assert client.get("/").wsgi_request.user.username == "leader"
    assert not SocialAccount.objects.exists()


def test_who_is_not_entered_here_stays_outside_and_is_told(client, provider):
    provider.claims = {"sub": "18", "preferred_username": "stranger", "name": "外人"}
    before = Person.objects.count(), Post.objects.count()
    answer = signed_in(client, provider)
    assert answer.status_code == 403
    assert "not known here" in answer.content.decode()
    assert (Person.objects.count(), Post.objects.count()) == before
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    "claims",
    [{}, {"preferred_username": ""}, {"preferred_username": ["leader"]},
     {"preferred_username": None}, {"username": "leader"}],
)  # fmt: skip
def test_a_claim_that_says_nothing_matches_nobody(client, provider, claims):
    provider.claims = {"sub": "19", **claims}
    assert signed_in(client, provider).status_code == 403


def test_who_is_closed_here_is_not_let_in(client, provider):
    Person.objects.filter(username="leader").update(is_active=False)
    provider.claims = {"sub": "17", "preferred_username": "leader"}
    assert signed_in(client, provider).status_code == 403


@pytest.mark.parametrize(("verified", "status"), [(True, 302), (False, 403), ("true", 403)])
def test_an_address_of_mail_counts_only_when_the_provider_verified_it(
    client, provider, settings, verified, status
):
    given = {"id": "city", "name": "IdP", "server": provider.url, "client_id": "office",
             "secret_file": "oidc.secret", "claim": "email", "matches": "email"}  # fmt: skip
    configure(settings, given)
    Person.objects.filter(username="handler").update(email="h@city.example")
    provider.claims = {"sub": "3", "email": "h@city.example", "email_verified": verified}
    assert signed_in(client, provider).status_code == status


@pytest.mark.parametrize("matches", ["username", "email"])
@pytest.mark.parametrize(("administrators", "status"), [(False, 403), (True, 302)])
def test_who_is_called_like_an_administrator_elsewhere_is_none_here_unless_the_file_says_so(
    client, provider, settings, matches, administrators, status
):
    given = {"id": "city", "name": "IdP", "server": provider.url, "client_id": "office",
             "secret_file": "oidc.secret", "matches": matches, "administrators": administrators,
             "claim": {"username": "preferred_username", "email": "email"}[matches]}  # fmt: skip
    configure(settings, given)
    Person.objects.filter(username="administrator").update(email="a@city.example")
    provider.claims = {"sub": "666", "preferred_username": "administrator",
                       "email": "a@city.example", "email_verified": True}  # fmt: skip
    assert signed_in(client, provider).status_code == status
    assert ("_auth_user_id" in client.session) is administrators


def test_a_token_for_another_office_is_refused(client, provider):
    provider.claims = {"sub": "17", "preferred_username": "leader"}
    provider.audience = "another"
    answer = signed_in(client, provider)
    assert client.get("/").status_code == 302
    assert "did not sign you in" in answer.content.decode()


def test_an_answer_that_nobody_asked_for_is_refused(client, provider):
    provider.claims = {"sub": "17", "preferred_username": "leader"}
    answer = client.get("/account/provider/city/back/?code=x&state=forged")
    assert answer.status_code in (200, 401, 403)
    assert client.get("/").status_code == 302


def test_a_provider_that_does_not_answer_is_told_kindly(client, provider, settings):
    given = {"id": "city", "name": "IdP", "server": "http://127.0.0.1:1", "client_id": "office"}
    configure(settings, given)
    answer = client.post("/account/provider/city/")
    assert answer.status_code == 502
    assert "did not sign you in" in answer.content.decode()


def test_an_unknown_provider_is_not_there(client, provider):
    assert client.post("/account/provider/other/").status_code == 404


def test_office_yaml_is_read_and_its_faults_are_told_with_their_lines(tmp_path):
    assert read_office_file(tmp_path) == OfficeFile()
    (tmp_path / "office.yaml").write_text(
        "sign_in:\n  session_hours: 8\n  second_factor_for: [administrator]\n", encoding="utf-8"
    )
    assert read_office_file(tmp_path).sign_in.second_factor_for == ("administrator",)
    (tmp_path / "office.yaml").write_text(
        "sign_in:\n  session_hours: 0\n  second_factor_for: [king]\n  colour: red\n"
        "  oidc:\n    - {id: City!, name: x, server: ftp://x, client_id: ''}\n",
        encoding="utf-8",
    )
    with pytest.raises(ManyFaultsError) as caught:
        read_office_file(tmp_path)
    told = str(caught.value)
    for line in ("office.yaml:2", "office.yaml:3", "office.yaml:4", "office.yaml:6"):
        assert line in told


def test_a_secret_that_is_not_there_is_told(tmp_path):
    given = {"id": "a", "name": "A", "server": "https://a.example", "client_id": "c"}
    file = OfficeFile.model_validate({"sign_in": {"oidc": [{**given, "secret_file": "none"}]}})
    with pytest.raises(UserError, match="none"):
        providers(file, tmp_path)
    file = OfficeFile.model_validate({"sign_in": {"oidc": [{**given, "secret_env": "NO_SUCH"}]}})
    with pytest.raises(UserError, match="NO_SUCH"):
        providers(file, tmp_path)
