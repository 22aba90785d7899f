"""Pages that officials read: figures with their units, and no signs of programs."""

import html
import re

import pytest
from django.urls import reverse

from urbanwork.office.operation.demo import fill
from urbanwork.office.people.models import Person, Post

EXPECTED = {"from": 608.4, "to": 15_000.0, "unit": "people/km2"}


def page_of(client, path, language="en"):
    client.cookies["language"] = language
    return html.unescape(client.get(path).content.decode())


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "608 people/km² → 15,000 people/km²"),
        ("zh-hans", "608人/平方公里 → 15,000人/平方公里"),
    ],
)
def test_an_expected_effect_is_told_in_units_of_people(office, client_of, language, told):
    task = office.task(indicator="life.population_density", expected=EXPECTED)
    page = page_of(client_of("leader"), f"/ledger/{task.number}/", language)
    assert told in " ".join(re.sub(r"<[^>]+>", "", page).split())


def test_proof_is_named_by_its_file_not_by_its_digest(office, client_of):
    task = office.assigned()
    proof = office.proof(task)
    page = page_of(client_of("leader"), f"/ledger/{task.number}/")
    assert proof.name in page
    assert proof.digest[:12] not in page


def test_a_task_of_the_whole_city_shows_no_empty_picture(office, client_of):
    page = page_of(client_of("leader"), f"/ledger/{office.task().number}/")
    assert "the whole city" in page
    assert "where-picture" not in page


def test_a_choice_that_may_stay_empty_shows_no_row_of_hyphens(office, client_of):
    assert "-----" not in page_of(client_of("dispatcher"), reverse("task_new"))


def test_a_person_with_two_posts_can_change_to_the_other_on_their_page(office, client_of):
    leader = office.rights["leader"]
    other = Post.objects.create(person=leader.person, body=leader.body, role="administrator")
    page = page_of(client_of("leader"), reverse("own_page"))
    assert re.search(rf'<button name="post" value="{other.pk}">Act in this post', page)


def test_a_demonstration_has_one_door_for_each_person(db, settings, client):
    settings.IS_DEMO = True
    fill("zh")
    doors = re.findall(r'name="person" value="(\d+)"', page_of(client, reverse("demo")))
    assert len(doors) == len(set(doors)) == Person.objects.count()


def test_lists_of_people_and_of_bodies_are_told_apart(office, client_of):
    page = page_of(client_of("leader"), reverse("people"), "zh-hans")
    assert "导出人员：" in page
    assert "导出机构：" in page


def test_pauses_that_are_not_there_are_said_once(office, client_of):
    page = page_of(client_of("supervisor"), reverse("supervision"))
    assert "No task is paused, and no pause is asked for." in page
    assert "None." not in page
