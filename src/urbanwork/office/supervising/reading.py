"""Documents that people must have read: publishing a version, giving one's word, who is late."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from urbanwork.office.audit.record import record
from urbanwork.office.notices.telling import news, tell
from urbanwork.office.people.models import Person, Post
from urbanwork.office.people.rights import Rights
from urbanwork.office.supervising.models import DOCUMENTS, Document, Reading, Version
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.reading import Acknowledgement, Readership, readership
from urbanwork.supervision.refusing import RefusedError

PUBLISH = ("leader", "supervisor", "dispatcher", "administrator")


@dataclass(frozen=True)
class Paper:
    """A version to publish. Empty `roles` and `bodies` mean everyone with a post."""

    code: str
    kind: str
    title: str
    label: str
    text: str
    until: datetime
    link: str = ""
    title_en: str = ""
    roles: Sequence[str] = ()
    bodies: Sequence[int] = ()


@transaction.atomic
def publish(rights: Rights, paper: Paper) -> Version:
    """Publish a version of a document; it takes the place of the one before. Twice does once.

    Raises:
        RefusedError: the post may not, the time is over, or the label was used for another text.
    """
    _check(rights, paper)
    document, _ = Document.objects.select_for_update().get_or_create(
        code=paper.code, defaults={"kind": paper.kind, "title": paper.title}
    )
    digest = hashlib.sha256(f"{paper.text}\n{paper.link}".encode()).hexdigest()
    if (there := document.versions.filter(label=paper.label).first()) is not None:
        return _same(there, digest)
    document.title, document.title_en = paper.title, paper.title_en
    document.save()
    document.versions.filter(is_current=True).update(is_current=False)
    version = document.versions.create(
        label=paper.label, text=paper.text, link=paper.link, digest=digest, by=rights.person,
        until=paper.until, roles=list(paper.roles), bodies=list(paper.bodies),
    )  # fmt: skip
    _record("document.publish", version, rights, digest=digest, until=paper.until.isoformat())
    tell([news(
        "document.published", f"document:{version.pk}", version.published, by=rights.person.pk,
        version=version.pk, name=paper.title, label=paper.label,
    )])  # fmt: skip
    return version


def _check(rights: Rights, paper: Paper) -> None:
    faults = {
        Bilingual("Your post does not publish documents.", "您的岗位不能发布文件。"):
            rights.role not in PUBLISH,
        Bilingual("Give code, title and version.", "请填写编号、标题、版本。"):
            not (paper.code.strip() and paper.title.strip() and paper.label.strip()),
        Bilingual("Give a text or a link.", "请填写正文或链接。"):
            not (paper.text.strip() or paper.link.strip()),
        Bilingual("A link begins with https:// or /.", "链接须以https://或/开头。"):
            bool(paper.link) and not paper.link.startswith(("https://", "/")),
        Bilingual("There is no such kind of document.", "没有此类文件。"):
            paper.kind not in DOCUMENTS,
        Bilingual("Give a time to read that lies ahead.", "阅知时限须晚于当前时间。"):
            paper.until <= timezone.now(),
    }  # fmt: skip
    for sentence, holds in faults.items():
        if holds:
            raise RefusedError(sentence)


def _same(there: Version, digest: str) -> Version:
    if there.digest == digest:
        return there
    raise RefusedError(
        Bilingual(
            "This version was published with another text; give it another label.",
            "此版本已发布，内容不同，请使用新的版本号。",
        )
    )


@transaction.atomic
def acknowledge(rights: Rights, version: Version) -> Reading:
    """Record the word of a person that they have read a version; the first one counts."""
    now = timezone.now()
    reading, is_new = Reading.objects.get_or_create(
        version=version, person=rights.person, defaults={"at": now}
    )
    if is_new:
        _record("document.read", version, rights, digest=version.digest)
    return reading


def _record(action: str, version: Version, rights: Rights, **facts: Any) -> None:
    subject = f"document:{version.document_id}"
    facts = {"version": version.pk, **facts}
    record(action, subject, facts, actor=f"person:{rights.person.pk}")


def must_read(version: Version) -> set[int]:
    """Ids of the people who must read a version, by the posts that hold today."""
    posts = Post.objects.held().filter(person__is_active=True, body__is_closed=False)
    if version.roles:
        posts = posts.filter(role__in=version.roles)
    if version.bodies:
        posts = posts.filter(body__in=version.bodies)
    return set(posts.values_list("person_id", flat=True))


def unread_people(version: Version) -> set[int]:
    """Ids of those who must read a version and have not."""
    return must_read(version) - set(version.readings.values_list("person_id", flat=True))


def readership_of(version: Version, now: datetime) -> Readership:
    """Who has read a version, who has not, and who is late; ids of people as texts."""
    document = str(version.document_id)
    given = Reading.objects.filter(version__document=version.document_id).values_list(
        "version__label", "person_id", "at"
    )
    acknowledgements = [
        Acknowledgement(document, label, str(person), at) for label, person, at in given
    ]
    people = map(str, must_read(version))
    return readership(
        document, version.label, people, acknowledgements, until=version.until, now=now
    )


def unread_by(rights: Rights) -> list[Version]:
    """Current versions that a person must read and has not, the most urgent first."""
    versions = (
        Version.objects.filter(is_current=True)
        .exclude(readings__person=rights.person)
        .select_related("document")
        .order_by("until")
    )
    posts = list(Post.objects.held().filter(person=rights.person))
    return [each for each in versions if any(_is_for(each, post) for post in posts)]


def may_see(rights: Rights, version: Version) -> bool:
    """Whether a post may open a version: those who must read it, and those who publish."""
    if rights.role in PUBLISH:
        return True
    return any(_is_for(version, post) for post in Post.objects.held().filter(person=rights.person))


def _is_for(version: Version, post: Post) -> bool:
    is_of_role = not version.roles or post.role in version.roles
    return is_of_role and (not version.bodies or post.body_id in version.bodies)


def people_named(ids: Sequence[str]) -> list[Person]:
    """People by their ids as texts, by name."""
    return list(Person.objects.filter(pk__in=[int(each) for each in ids]).order_by("name", "pk"))
