"""Who may open what, address by address: `test_every_url.py` tries all of it.

To add an address, add a row under the name that it has in `urls.py`:

    "task": Row(EVERYONE, "GET POST", lambda office: {"number": office.assigned().number}),

- who       roles, EVERYONE (any post), PERSON (signed in, a post or none), ANYONE, NOBODY (closed)
- methods   those that it answers; HEAD goes with GET; every other one must be refused
- given     what stands in the address, made from the `office` fixture; it must be visible to
            every role in `who`, else name those who get 404 in `hidden_from`
- found     statuses that are right for GET, where 200 and 302 are not (such as 404 or 410)

A test that fails because a row is missing prints the row that the view asks for: paste it, and
look whether it is what you mean.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from urbanwork.office.access import EVERYONE, PERSON
from urbanwork.office.access import PUBLIC as ANYONE
from urbanwork.office.evidence.storing import store
from urbanwork.office.meetings.holding import Calling, call, put_in
from urbanwork.office.papers.making import assignment_order
from urbanwork.office.papers.models import PaperFile
from urbanwork.office.people.models import Qualification
from urbanwork.office.supervising.models import Chief
from urbanwork.office.supervising.reading import Paper, publish

NOBODY = ()
LEADING = ("leader", "supervisor", "dispatcher")
ADMINISTRATOR = ("administrator",)
WORKING = (*LEADING, "handler", "inspector")


def nothing_given(office: Any) -> dict[str, Any]:
    """An address without anything in it."""
    return {}


@dataclass(frozen=True)
class Row:
    """What one address must do."""

    who: str | tuple[str, ...]
    methods: str
    given: Callable[[Any], dict[str, Any]] = nothing_given
    found: tuple[int, ...] = (200, 302)
    hidden_from: tuple[str, ...] = ()

    @property
    def roles(self) -> frozenset[str]:
        """Who may, as a set."""
        return frozenset([self.who] if isinstance(self.who, str) else self.who)


def a_task(office: Any) -> dict[str, Any]:
    return {"number": office.assigned().number}


def a_paper_file(office: Any) -> dict[str, Any]:
    assignment_order(office.rights["leader"], office.assigned(), "zh")
    return {"pk": PaperFile.objects.latest("pk").pk}


def a_person(office: Any) -> dict[str, Any]:
    return {"pk": office.rights["handler"].person.pk}


def a_post(office: Any) -> dict[str, Any]:
    return {"pk": office.rights["leader"].post.pk}


def a_body(office: Any) -> dict[str, Any]:
    return {"pk": office.bodies["education"].pk}


def a_qualification(office: Any) -> dict[str, Any]:
    person = office.rights["handler"].person
    row = Qualification(person=person, code="lift", name="lift", obtained=date(2020, 1, 1))
    row.save()
    return {"pk": row.pk}


def a_ledger_file(office: Any) -> dict[str, Any]:
    """That of another person, which nobody else finds."""
    return {"pk": str(uuid.UUID(int=1))}


def an_upload(office: Any) -> dict[str, Any]:
    """That of another person, which nobody else finds."""
    return {"pk": uuid.UUID(int=1)}


def some_evidence(office: Any) -> dict[str, Any]:
    rights, task = office.rights["handler"], office.assigned()
    row = store(rights, task, io.BytesIO(b"text"), "a.txt")
    return {"pk": row.pk}


def a_document(office: Any) -> dict[str, Any]:
    until = timezone.now() + timedelta(days=5)
    paper = Paper(uuid.uuid4().hex, "other", "文件", "1", "正文", until)
    return {"pk": publish(office.rights["leader"], paper).pk}


def a_chief(office: Any) -> dict[str, Any]:
    since = date(2020, 1, 1)
    row = Chief.objects.create(
        kind="grid", area="1", body=office.bodies["education"], since=since, until=since
    )
    return {"pk": row.pk}


def a_meeting(office: Any) -> dict[str, Any]:
    bodies = list(office.bodies.values())
    calling = Calling("调度会", timezone.now(), bodies=bodies)
    return {"pk": call(office.rights["leader"], calling).pk}


def an_item(office: Any) -> dict[str, Any]:
    meeting = a_meeting(office)["pk"]
    return {"pk": put_in(office.rights["leader"], meeting, "议题").pk}


NO_EXAMINATION = (200, 404)  # the city of the tests has none
CLOSED = Row(NOBODY, "")
A_TEMPLATE = Row(  # what is sent is read before it is known who may
    EVERYONE, "GET POST DELETE", lambda office: {"kind": "order", "lang": "zh"}, found=(200, 403)
)
FORM = "GET POST"

TABLE: dict[str, Row] = {
    # signing in
    "login_link": Row(ANYONE, "GET POST", lambda office: {"token": "unknown"}, found=(410,)),
    "account_login": Row(ANYONE, FORM),
    "account_logout": Row(ANYONE, "GET POST"),
    "account_inactive": Row(ANYONE, "GET"),
    "openid_connect_login": Row(ANYONE, "", lambda office: {"provider_id": "none"}),
    "openid_connect_callback": Row(ANYONE, "", lambda office: {"provider_id": "none"}),
    "socialaccount_login_cancelled": Row(ANYONE, "GET"),
    "socialaccount_login_error": Row(ANYONE, "GET", found=(401,)),
    "mfa_authenticate": Row(ANYONE, FORM),
    "set_language": Row(ANYONE, "POST"),
    # closed pages of the library of sign-in
    "account_signup": CLOSED,
    "account_email": CLOSED,
    "account_email_verification_sent": CLOSED,
    "account_reset_password": CLOSED,
    "socialaccount_signup": CLOSED,
    "socialaccount_connections": CLOSED,
    "mfa_edit_webauthn": CLOSED,
    # one's own account
    "own_page": Row(PERSON, "GET"),
    "choose_post": Row(PERSON, "POST"),
    "account_reauthenticate": Row(PERSON, FORM),
    "account_change_password": Row(PERSON, FORM),
    "account_set_password": Row(PERSON, FORM),
    "mfa_index": Row(PERSON, "GET"),
    "mfa_reauthenticate": Row(PERSON, FORM),
    "mfa_activate_totp": Row(PERSON, FORM),
    "mfa_deactivate_totp": Row(PERSON, FORM, found=(404,)),
    "mfa_view_recovery_codes": Row(PERSON, "GET", found=(404, 302)),
    "mfa_generate_recovery_codes": Row(PERSON, FORM),
    "mfa_download_recovery_codes": Row(PERSON, "GET", found=(404, 302)),
    "mfa_list_webauthn": Row(PERSON, "GET"),
    "mfa_add_webauthn": Row(PERSON, FORM),
    "mfa_reauthenticate_webauthn": Row(PERSON, FORM),
    "mfa_remove_webauthn": Row(PERSON, "GET POST", lambda office: {"pk": 1}, found=(404, 302)),
    # frame
    "first_page": Row(EVERYONE, "GET"),
    "health": Row(ANYONE, "GET"),
    "health_details": Row(("administrator",), "GET"),
    # programs
    "openapi": Row(PERSON, "GET"),
    "api_keys": Row(EVERYONE, "GET POST"),
    "api:api-root": CLOSED,
    "api:health": Row(("administrator",), "GET"),
    "api:who_acts": Row(EVERYONE, "GET"),
    # map
    "map": Row(EVERYONE, "GET"),
    "map_piece": Row(
        EVERYONE, "GET", lambda office: {"key": "none", "name": "none"}, found=(404,)
    ),
    "map_tasks": Row(EVERYONE, "GET", found=NO_EXAMINATION),
    "map_zones": Row(EVERYONE, "GET", found=NO_EXAMINATION),
    "map_table": Row(EVERYONE, "GET", found=NO_EXAMINATION),
    "explain": Row(EVERYONE, "GET", found=(200, 400, 404)),
    "what_if": Row(EVERYONE, "GET POST"),
    "scenarios": Row(EVERYONE, "GET POST"),
    "scenario": Row(EVERYONE, "GET", lambda office: {"file": "none.yaml"}, found=(404,)),
    "scenario_task": Row(LEADING, "POST", lambda office: {"file": "none.yaml"}, found=(404,)),
    "correction_new": Row((*LEADING, "oversight"), FORM),
    "corrections": Row(LEADING, FORM),
    "api:map_overview": Row(EVERYONE, "GET", found=NO_EXAMINATION),
    "api:map_areas": Row(EVERYONE, "GET", found=(404, 422)),
    "api:map_cells": Row(EVERYONE, "GET", found=(404, 422)),
    "api:map_file": Row(
        EVERYONE, "GET", lambda office: {"layer": "areas", "kind": "csv"}, found=(404, 422)
    ),
    "api:map_explanation": Row(EVERYONE, "GET", found=(404, 422)),
    "api:map_zones": Row(EVERYONE, "GET", found=(409,)),
    "api:what_if_state": Row(EVERYONE, "GET POST"),
    "api:what_if": Row(EVERYONE, "GET POST"),
    "api:list_scenarios": Row(EVERYONE, "GET POST"),
    "api:save_scenario": Row(EVERYONE, "GET POST"),
    "api:one_scenario": Row(EVERYONE, "GET", lambda office: {"file": "none.yaml"}, found=(404,)),
    "api:scenario_task": Row(EVERYONE, "POST", lambda office: {"file": "none.yaml"}),
    "api:list_corrections": Row(EVERYONE, "GET POST", found=(200, 403)),
    "api:report_correction": Row(EVERYONE, "GET POST", found=(200, 403)),
    "api:write_correction": Row(LEADING, "POST", a_task),
    # ledger
    "ledger": Row(EVERYONE, "GET"),
    "ledger_export": Row(EVERYONE, "GET", lambda office: {"kind": "csv"}),
    "filter_keep": Row(EVERYONE, "POST"),
    "filter_forget": Row(EVERYONE, "POST", lambda office: {"pk": 1}),
    "task_new": Row((*LEADING, "oversight"), "GET POST"),
    "task_origins": Row(LEADING, "GET", lambda office: {"kind": "problem"}),
    "task": Row(EVERYONE, "GET POST", a_task),
    "task_edit": Row(
        EVERYONE, "GET POST", a_task,
        hidden_from=("inspector", "oversight", "administrator"),
    ),
    # evidence
    "evidence": Row(EVERYONE, "GET", some_evidence),
    "evidence_file": Row(
        EVERYONE, "GET", lambda office: {**some_evidence(office), "variant": "full", "token": "x"},
        found=(404,),
    ),
    "evidence_report": Row(WORKING, "GET POST", a_task),
    "evidence_uploads": Row(WORKING, "POST"),
    "evidence_upload": Row(WORKING, "GET PATCH", an_upload, found=(404,)),
    # supervision
    "supervision": Row((*LEADING, "inspector", "oversight", "administrator"), "GET"),
    "rates": Row(EVERYONE, "GET"),
    "chiefs": Row(EVERYONE, FORM),
    "chief_end": Row(("supervisor", "administrator"), "POST", lambda office: {"pk": 1}),
    "order": Row(EVERYONE, "POST", a_task),
    "documents": Row(EVERYONE, "GET"),
    "document_new": Row((*LEADING, "administrator"), FORM),
    "document": Row(EVERYONE, "GET", a_document),
    "document_read": Row(EVERYONE, "POST", a_document),
    "api:advice": Row((*LEADING, "inspector", "oversight", "administrator"), "GET"),
    "api:standing_orders": Row(EVERYONE, "GET"),
    "api:decide_on_order": Row(EVERYONE, "POST", a_task),
    "api:rates": Row(EVERYONE, "GET"),
    "api:chief_coverage": Row(EVERYONE, "GET POST"),
    "api:appoint_chief": Row(EVERYONE, "GET POST"),
    "api:end_chief": Row(("supervisor", "administrator"), "POST", a_chief),
    "api:documents_to_read": Row(EVERYONE, "GET POST"),
    "api:publish_document": Row(EVERYONE, "GET POST"),
    "api:document_was_read": Row(EVERYONE, "POST", a_document),
    # notices
    "api:what_waits": Row(EVERYONE, "GET"),
    "api:what_was_told": Row(EVERYONE, "GET"),
    "api:notices_seen": Row(EVERYONE, "POST"),
    "api:deliver_again": Row(ADMINISTRATOR, "POST", lambda office: {"pk": 1}),
    "to_do": Row(EVERYONE, "GET"),
    "to_do_count": Row(EVERYONE, "GET"),
    "told": Row(EVERYONE, "GET"),
    "notices_seen": Row(EVERYONE, "POST"),
    "wishes": Row(EVERYONE, FORM),
    "deliveries": Row(("administrator",), "GET"),
    "delivery_again": Row(("administrator",), "POST", lambda office: {"pk": 1}),
    "api:list_evidence": Row(EVERYONE, "GET POST", a_task),
    "api:give_evidence": Row(EVERYONE, "GET POST", a_task),
    "api:report_with_files": Row(WORKING, "POST", a_task),
    "api:begin_upload": Row(EVERYONE, "POST"),
    "api:look_at_upload": Row(EVERYONE, "GET PATCH", an_upload, found=(404,)),
    "api:continue_upload": Row(EVERYONE, "GET PATCH", an_upload, found=(404,)),
    "api:one_evidence": Row(EVERYONE, "GET", some_evidence),
    "api:evidence_content": Row(EVERYONE, "GET", some_evidence),
    "unsent": Row(ANYONE, "GET"),
    "worker": Row(ANYONE, "GET"),
    # bodies and people
    "people": Row(EVERYONE, "GET"),
    "person": Row(EVERYONE, "GET", a_person),
    "body": Row(EVERYONE, "GET", a_body),
    "person_new": Row(ADMINISTRATOR, FORM),
    "person_edit": Row(ADMINISTRATOR, FORM, a_person),
    "person_close": Row(ADMINISTRATOR, "POST", a_person),
    "person_link": Row(ADMINISTRATOR, "POST", a_person),
    "person_factor": Row(ADMINISTRATOR, "POST", a_person),
    "post_new": Row(ADMINISTRATOR, FORM, a_person),
    "post_edit": Row(ADMINISTRATOR, FORM, a_post),
    "post_end": Row(ADMINISTRATOR, "POST", a_post),
    "qualification_new": Row(ADMINISTRATOR, FORM, a_person),
    "qualification_edit": Row(ADMINISTRATOR, FORM, a_qualification),
    "body_new": Row(ADMINISTRATOR, FORM),
    "body_edit": Row(ADMINISTRATOR, FORM, a_body),
    "body_close": Row(ADMINISTRATOR, "POST", a_body),
    "people_import": Row(ADMINISTRATOR, FORM),
    "people_import_look": Row(ADMINISTRATOR, FORM, lambda office: {"key": "x"}, found=(404,)),
    "people_file": Row(ADMINISTRATOR, "GET", lambda office: {"kind": "csv"}),
    "api:find_bodies": Row(EVERYONE, "GET POST"),
    "api:enter_body": Row(EVERYONE, "GET POST"),
    "api:one_body": Row(EVERYONE, "GET PATCH", a_body),
    "api:change_body": Row(EVERYONE, "GET PATCH", a_body),
    "api:close_body": Row(EVERYONE, "PUT", a_body),
    "api:find_people": Row(EVERYONE, "GET POST"),
    "api:enter_person": Row(EVERYONE, "GET POST"),
    "api:one_person": Row(EVERYONE, "GET PATCH", a_person),
    "api:change_person": Row(EVERYONE, "GET PATCH", a_person),
    "api:let_person_go": Row(EVERYONE, "PUT", a_person),
    "api:give_post": Row(EVERYONE, "POST", a_person),
    "api:change_post": Row(EVERYONE, "PATCH", a_post),
    "api:end_post": Row(ADMINISTRATOR, "POST", a_post),
    "api:enter_qualification": Row(EVERYONE, "POST", a_person),
    "api:change_qualification": Row(EVERYONE, "PATCH", a_qualification),
    "api:give_people": Row(EVERYONE, "POST"),
    "api:look_at_people": Row(ADMINISTRATOR, "GET POST", lambda office: {"key": "x"}, found=(404,)),
    "api:enter_people": Row(ADMINISTRATOR, "GET POST", lambda office: {"key": "x"}, found=(404,)),
    # ledgers that are read in
    "ledger_read_in": Row(LEADING, FORM),
    "ledger_reading": Row(LEADING, FORM, lambda office: {"pk": uuid.UUID(int=1)}, found=(404,)),
    "ledger_rejected": Row(LEADING, "GET", lambda office: {"pk": uuid.UUID(int=1)}, found=(404,)),
    # paper
    "papers": Row((*LEADING, "oversight", "administrator"), "GET"),
    "paper_bulletin": Row(LEADING, "POST"),
    "paper_assignment": Row(EVERYONE, "POST", a_task),
    "paper_order": Row(EVERYONE, "POST", lambda office: {"pk": 1}),
    "paper_file": Row((*LEADING, "oversight", "administrator"), "POST", a_paper_file),
    "paper_templates": Row(("supervisor", "administrator"), "GET"),
    "paper_template": Row(
        ("supervisor", "administrator"), "GET POST",
        lambda office: {"kind": "assignment", "lang": "zh"},
    ),
    # meetings
    "meetings": Row(EVERYONE, "GET"),
    "meeting_new": Row(LEADING, FORM),
    "meeting": Row(EVERYONE, "GET", a_meeting),
    "meeting_edit": Row(LEADING, FORM, a_meeting),
    "meeting_agenda": Row(LEADING, FORM, a_meeting),
    "meeting_close": Row(LEADING, "POST", a_meeting),
    "meeting_minutes": Row(EVERYONE, "POST", a_meeting),
    "meeting_item": Row(LEADING, FORM, an_item),
    "meeting_item_change": Row(LEADING, "POST", an_item),
    "decision_done": Row(LEADING, "POST", lambda office: {"pk": 1}),
    # programs: papers and meetings
    "api:list_papers": Row((*LEADING, "oversight", "administrator"), "GET"),
    "api:take_assignment_order": Row(EVERYONE, "POST", a_task),
    "api:take_order": Row(EVERYONE, "POST", lambda office: {"pk": 1}),
    "api:take_bulletin": Row(EVERYONE, "POST"),
    "api:open_paper": Row((*LEADING, "oversight", "administrator"), "POST", a_paper_file),
    "api:list_templates": Row(("supervisor", "administrator"), "GET"),
    "api:take_template": A_TEMPLATE,
    "api:change_template": A_TEMPLATE,
    "api:default_template": A_TEMPLATE,
    # what is sent is read first: who may not is told 409 or 422, and nothing is done
    "api:list_meetings": Row(EVERYONE, "GET POST"),
    "api:call_meeting": Row(EVERYONE, "GET POST"),
    "api:one_meeting": Row(EVERYONE, "GET PATCH", a_meeting),
    "api:change_meeting": Row(EVERYONE, "GET PATCH", a_meeting),
    "api:meeting_proposals": Row(LEADING, "GET", a_meeting),
    "api:add_items": Row(EVERYONE, "POST", a_meeting),
    "api:change_item": Row(EVERYONE, "PATCH DELETE", an_item),
    "api:drop_item": Row(EVERYONE, "PATCH DELETE", an_item),
    "api:decide_item": Row(EVERYONE, "POST", an_item),
    "api:decision_is_done": Row(EVERYONE, "PATCH", lambda office: {"pk": 1}),
    "api:close_meeting": Row(EVERYONE, "POST", a_meeting),
    "api:take_minutes": Row(EVERYONE, "POST", a_meeting),
    # demonstration: closed elsewhere
    "demo": Row(ANYONE, "", found=(404,)),
    # programs: the ledger
    "list_file": Row(EVERYONE, "GET", lambda office: {"name": "to-do", "kind": "csv"}),
    "api:take_list_out": Row(EVERYONE, "GET", lambda office: {"name": "to-do", "kind": "csv"}),
    "api:list_tasks": Row(EVERYONE, "GET POST"),
    "api:register": Row(EVERYONE, "GET POST"),
    "api:take_out": Row(EVERYONE, "GET", lambda office: {"kind": "csv"}),
    "api:one_task": Row(EVERYONE, "GET PATCH", a_task),
    "api:change_task": Row(EVERYONE, "GET PATCH", a_task),
    "api:events": Row(EVERYONE, "GET POST", a_task),
    "api:do": Row(EVERYONE, "GET POST", a_task),
    "milestone": Row(EVERYONE, "POST", lambda office: {**a_task(office), "pk": 1}),
    "api:tick_milestone": Row(EVERYONE, "PATCH", lambda office: {**a_task(office), "pk": 1}),
    # programs: ledgers that are read in
    "api:give_ledger": Row(LEADING, "POST"),
    "api:one_ledger_file": Row(LEADING, "GET", a_ledger_file, found=(404, 422)),
    "api:map_columns": Row(LEADING, "PUT", a_ledger_file),
    "api:choose_ledger_sheet": Row(LEADING, "PUT", a_ledger_file),
    "api:name_ledger_bodies": Row(LEADING, "PUT", a_ledger_file),
    "api:look_at_rows": Row(LEADING, "GET", a_ledger_file, found=(404, 422)),
    "api:enter_ledger": Row(LEADING, "POST", a_ledger_file),
}  # fmt: skip
