"""Signing in: by password, second factor and link; what is refused, and what is said then."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client

from urbanwork.office.audit.models import Entry
from urbanwork.office.people import adapters
from urbanwork.office.people.links import make_link
from urbanwork.office.people.models import Person

PASSWORD = "a long pass phrase"


@pytest.fixture(autouse=True)
def no_attempts_before():
    cache.clear()


def sign_in(client: Client, username="leader", password=PASSWORD, headers=None, **given):
    form = {"login": username, "password": password, **given}
    return client.post("/account/login/", form, headers=headers)


def code_of(person: Person) -> str:
    """The code that an authenticator app would show now."""
    secret = TOTP(Authenticator.objects.get(user=person, type="totp"))
    counter = next(yield_hotp_counters_from_time())
    from allauth.mfa.adapter import get_adapter

    plain = get_adapter().decrypt(secret.instance.data["secret"])
    return format_hotp_value(hotp_value(plain, counter))


def test_a_password_signs_in_and_leads_to_the_page_that_was_asked_for(office, client):
    door = client.get("/account/").url
    assert door == "/account/login/?next=%2Faccount%2F"
    answer = client.post(door, {"login": "leader", "password": PASSWORD})
    assert answer.url == "/account/"
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)",
     "https://localhost/", "http:///evil.example", "\x08//evil.example"],
)  # fmt: skip
def test_signing_in_leads_to_our_own_pages_only(office, client, elsewhere):
    assert sign_in(client, next=elsewhere).url == "/"
    assert client.post("/language/", {"language": "en", "next": elsewhere}).url == "/"


def test_the_page_goes_on_in_the_language_of_the_person(office, client):
    answer = sign_in(client)
    assert answer.cookies["language"].value == "zh-hans"
    client.post("/language/", {"language": "en", "next": "/"})
    assert Person.objects.get(username="leader").language == "en"
    assert Entry.objects.filter(action="person.language").count() == 1


def test_wrong_passwords_say_nothing_of_who_exists(office, client):
    wrong = sign_in(client, password="wrong")
    unknown = sign_in(client, username="nobody", password="wrong")
    token = re.compile(r'value="[A-Za-z0-9]{64}"|value="nobody"|value="leader"')
    pages = [token.sub("", each.content.decode()) for each in (wrong, unknown)]
    assert wrong.status_code == unknown.status_code == 200
    assert pages[0] == pages[1]


def test_after_eight_wrong_passwords_the_door_is_shut_kindly(office, client, settings):
    settings.AXES_ENABLED = True
    for _ in range(8):
        last = sign_in(client, password="wrong")
    assert last.status_code == 429
    assert "login link" in last.content.decode()
    assert sign_in(client).status_code == 429
    assert sign_in(client, username="handler").status_code == 302


def test_who_is_closed_is_signed_out_at_once_and_cannot_come_back(client_of, office, client):
    inside = client_of("leader")
    Person.objects.filter(username="leader").update(is_active=False)
    assert inside.get("/").status_code == 302
    assert sign_in(client).status_code == 200
    assert client.get("/").status_code == 302


def test_a_second_factor_is_asked_for_by_password_and_by_link(office, client):
    person = office.rights["leader"].person
    with_factor(client, person)
    client.logout()
    assert sign_in(client).url == "/account/factor/ask/"
    assert client.get("/").status_code == 302
    assert client.post("/account/factor/ask/", {"code": "000000"}).status_code == 200
    assert client.post("/account/factor/ask/", {"code": code_of(person)}).url == "/"
    other = Client()
    asked = other.post(f"/account/link/{make_link(person)}/")
    assert asked.url == "/account/factor/ask/"
    assert other.get("/").status_code == 302


def with_factor(client: Client, person: Person) -> None:
    """Set up an authenticator app as a person would."""
    sign_in(client, person.username)
    confirm = client.get("/account/factor/app/add/").url
    client.post(confirm, {"password": PASSWORD})
    page = client.get("/account/factor/app/add/").content.decode()
    secret = re.search(r"<code[^>]*>([A-Z2-7]+)</code>", page)[1]
    counter = next(yield_hotp_counters_from_time())
    code = format_hotp_value(hotp_value(secret, counter))
    answer = client.post("/account/factor/app/add/", {"code": code})
    assert answer.url == "/account/factor/codes/"
    cache.clear()


def test_after_five_wrong_codes_the_right_one_does_not_help_for_a_while(office, client):
    person = office.rights["leader"].person
    with_factor(client, person)
    client.logout()
    sign_in(client)
    for wrong_codes in range(5):
        client.post("/account/factor/ask/", {"code": f"00000{wrong_codes}"})
    assert client.post("/account/factor/ask/", {"code": code_of(person)}).status_code == 200
    assert client.get("/").status_code == 302


def test_secrets_of_second_factors_do_not_lie_in_the_clear(office, client):
    with_factor(client, office.rights["leader"].person)
    page = client.get("/account/factor/codes/").content.decode()
    code = re.search(r"<li><code>(\d+)</code>", page)[1]
    stored = str([each.data for each in Authenticator.objects.all()])
    assert code not in stored
    assert "gAAAA" in stored  # as the cipher begins


def test_a_recovery_code_signs_in_once(office, client):
    person = office.rights["leader"].person
    with_factor(client, person)
    page = client.get("/account/factor/codes/").content.decode()
    code = re.search(r"<li><code>(\d+)</code>", page)[1]
    for wanted in (302, 200):
        client.logout()
        sign_in(client)
        cache.clear()
        assert client.post("/account/factor/ask/", {"code": code}).status_code == wanted


def test_a_post_that_needs_a_second_factor_opens_nothing_without(
    office, client_of, settings, client
):
    settings.SECOND_FACTOR_FOR = ("leader",)
    leader = client_of("leader")
    assert leader.get("/").url == "/account/"
    assert leader.get("/account/").status_code == 200
    assert leader.get("/account/factor/").status_code == 200
    assert client_of("handler").get("/").status_code == 200
    with_factor(client, office.rights["leader"].person)
    assert client.get("/").status_code == 200


def test_posts_without_the_token_of_the_form_change_nothing(office):
    strict = Client(enforce_csrf_checks=True)
    assert sign_in(strict).status_code == 403
    strict.force_login(
        office.rights["leader"].person, "urbanwork.office.people.backend.PersonBackend"
    )
    for path in ("/account/logout/", "/account/post/", "/language/", "/account/password/"):
        assert strict.post(path, {"language": "en"}).status_code == 403


def test_a_new_password_signs_out_all_other_devices(office, client, client_of):
    other = client_of("leader")
    sign_in(client)
    sent = {"oldpassword": PASSWORD, "password1": "another long phrase",
            "password2": "another long phrase"}  # fmt: skip
    client.post("/account/password/", sent)
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302


def test_short_and_common_passwords_are_refused(office, client):
    sign_in(client)
    sent = {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    assert client.post("/account/password/", sent).status_code == 200
    assert Person.objects.get(username="leader").check_password(PASSWORD)


def test_an_old_link_and_one_for_a_closed_person_sign_nobody_in(office, client):
    person = office.rights["leader"].person
    old, new = make_link(person), make_link(person)
    assert client.post(f"/account/link/{old}/").status_code == 410
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert client.post(f"/account/link/{new}/").status_code == 410
    assert client.get("/").status_code == 302


def test_a_link_ends_after_fifteen_minutes(office, client, monkeypatch):
    from datetime import timedelta

    from urbanwork.office.people.models import LoginLink

    token = make_link(office.rights["leader"].person)
    link = LoginLink.objects.get(used=None)
    LoginLink.objects.filter(pk=link.pk).update(made=link.made - timedelta(minutes=15))
    assert client.post(f"/account/link/{token}/").status_code == 410


def test_only_digests_of_links_are_kept(office):
    from urbanwork.office.people.models import LoginLink

    token = make_link(office.rights["leader"].person)
    assert token not in str(list(LoginLink.objects.values()))
    assert token not in str(list(Entry.objects.values()))


def test_a_person_acts_in_the_post_that_they_chose(office, client_of):
    from urbanwork.office.people.models import Post

    person = office.rights["leader"].person
    second = Post.objects.create(person=person, body=office.bodies["education"], role="handler")
    theirs = office.rights["handler"].post
    client = client_of("leader")
    assert client.post("/account/post/", {"post": theirs.pk}).status_code == 404
    assert client.post("/account/post/", {"post": "1 OR 1=1"}).status_code == 404
    assert client.post("/account/post/", {"post": second.pk, "next": "/people/"}).status_code == 302
    assert "Act in another post" in client.get("/").content.decode()
    assert client.get("/").wsgi_request.rights.post == second


def test_a_code_of_the_app_signs_in_once_as_long_as_it_would_be_taken(office, client, monkeypatch):
    """The library forgot it after half a minute, and took it for a minute and a half."""
    import time

    person = office.rights["leader"].person
    with_factor(client, person)
    code, now = code_of(person), time.time()
    for later, wanted in ((0, 302), (0, 200), (31, 200)):
        monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: now + later)  # noqa: B023
        client.logout()
        sign_in(client)
        cache.clear()
        assert client.post("/account/factor/ask/", {"code": code}).status_code == wanted


def test_a_clock_that_was_ahead_for_a_while_shuts_no_app_out(office, client, monkeypatch):
    import time

    person = office.rights["leader"].person
    with_factor(client, person)
    now = time.time()
    for at in (now + 31_536_000, now):
        monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: at)  # noqa: B023
        client.logout()
        sign_in(client)
        cache.clear()
        assert client.post("/account/factor/ask/", {"code": code_of(person)}).status_code == 302


def test_a_link_that_was_made_while_the_clock_was_ahead_signs_nobody_in(office, client):
    from datetime import timedelta

    from urbanwork.office.people.models import LoginLink

    token = make_link(office.rights["leader"].person)
    link = LoginLink.objects.get(used=None)
    LoginLink.objects.filter(pk=link.pk).update(made=link.made + timedelta(days=365))
    assert client.post(f"/account/link/{token}/").status_code == 410


@pytest.mark.parametrize(
    ("passed", "seen"),
    [("6.6.6.6, 203.0.113.7", "203.0.113.7"), ("203.0.113.7:40001", "203.0.113.7"),
     ("[2001:db8:1:2:aaaa::1]:443", "2001:db8:1:2::"), ("2001:db8:1:2::9", "2001:db8:1:2::"),
     ("::ffff:203.0.113.7", "203.0.113.7"), ("x' OR 1=1", "127.0.0.1"), ("", "127.0.0.1")],
)  # fmt: skip
def test_behind_a_proxy_the_address_is_that_which_it_saw_without_its_port(
    rf, settings, passed, seen
):
    from urbanwork.office.people.addresses import address_of

    request = rf.get("/", headers={"X-Forwarded-For": passed})
    assert address_of(request) == "127.0.0.1"
    settings.PUBLIC = ["office.example.org"]
    assert address_of(request) == seen


def test_another_port_or_address_of_the_same_network_opens_no_door_that_was_shut(
    office, client, settings
):
    settings.AXES_ENABLED, settings.PUBLIC = True, ["testserver"]
    for number in range(8):
        passed = f"[2001:db8::{number + 1}]:{4000 + number}"
        last = client.post("/account/login/", {"login": "leader", "password": "wrong"},
                           headers={"X-Forwarded-For": passed})  # fmt: skip
    assert last.status_code == 429


@pytest.mark.parametrize("username", ["leader", "nobody"])
def test_many_addresses_together_may_not_try_one_name_without_end(
    office, client, settings, monkeypatch, username
):
    monkeypatch.setitem(adapters.OF_ONE_NAME, "password", "5/h/key")
    settings.PUBLIC = ["testserver"]
    sign_in(client, "handler")
    for number in range(6):
        last = sign_in(Client(), username, "wrong", headers={"X-Forwarded-For": f"9.9.{number}.1"})
    assert "Too many failed" in last.content.decode()
    assert sign_in(Client(), username).status_code == 200
    assert sign_in(Client(), "handler").status_code == 302


def test_right_passwords_are_not_counted_as_wrong_ones(office, monkeypatch):
    monkeypatch.setitem(adapters.OF_ONE_NAME, "password", "2/h/key")
    assert {sign_in(Client()).status_code for _ in range(4)} == {302}
