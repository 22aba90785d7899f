"""What the pages do, programs do too: each page has its operations, or a reason why it has none.

A new page fails here until it stands in one of the two tables.
"""

from office.url_table import TABLE

OPERATIONS = {
    "first_page": ("list_tasks", "map_overview", "what_waits"),
    "health": ("health",), "health_details": ("health",), "list_file": ("take_list_out",),
    # map
    "map": ("map_overview", "map_cells"), "map_piece": ("map_cells",), "map_tasks": ("list_tasks",),
    "map_zones": ("map_zones",), "map_table": ("map_areas",), "explain": ("map_explanation",),
    "what_if": ("what_if",), "scenarios": ("list_scenarios", "save_scenario"),
    "scenario": ("one_scenario",), "scenario_task": ("scenario_task",),
    "correction_new": ("report_correction",),
    "corrections": ("list_corrections", "write_correction"),
    # ledger and evidence
    "ledger": ("list_tasks",), "ledger_export": ("take_out",), "task_new": ("register",),
    "task": ("one_task", "events", "do"), "task_edit": ("change_task",),
    "milestone": ("tick_milestone",),
    "evidence": ("one_evidence",), "evidence_file": ("evidence_content",),
    "evidence_report": ("report_with_files", "give_evidence"),
    "evidence_uploads": ("begin_upload",), "evidence_upload": ("continue_upload",),
    "ledger_read_in": ("give_ledger",), "ledger_reading": (
        "map_columns", "choose_ledger_sheet", "name_ledger_bodies", "enter_ledger",
    ),
    "ledger_rejected": ("look_at_rows",),
    # supervision and notices
    "supervision": ("advice", "standing_orders"), "order": ("decide_on_order",),
    "rates": ("rates",), "chiefs": ("chief_coverage", "appoint_chief"),
    "chief_end": ("end_chief",), "document_new": ("publish_document",),
    "documents": ("documents_to_read",), "document": ("documents_to_read",),
    "document_read": ("document_was_read",),
    "to_do": ("what_waits",), "to_do_count": ("what_waits",), "told": ("what_was_told",),
    "notices_seen": ("notices_seen",), "deliveries": ("take_list_out",),
    "delivery_again": ("deliver_again",),
    # papers and meetings
    "papers": ("list_papers",), "paper_bulletin": ("take_bulletin",),
    "paper_assignment": ("take_assignment_order",), "paper_order": ("take_order",),
    "paper_file": ("open_paper",), "paper_templates": ("list_templates",),
    "paper_template": ("take_template", "change_template", "default_template"),
    "meetings": ("list_meetings",), "meeting_new": ("call_meeting",), "meeting": ("one_meeting",),
    "meeting_edit": ("change_meeting",), "meeting_agenda": ("meeting_proposals", "add_items"),
    "meeting_close": ("close_meeting",), "meeting_minutes": ("take_minutes",),
    "meeting_item": ("decide_item",), "meeting_item_change": ("change_item", "drop_item"),
    "decision_done": ("decision_is_done",),
    # bodies and people
    "people": ("find_bodies", "find_people", "take_list_out"), "people_file": ("take_list_out",),
    "body": ("one_body", "take_list_out"), "person": ("one_person",), "own_page": ("who_acts",),
    "body_new": ("enter_body",), "body_edit": ("change_body",), "body_close": ("close_body",),
    "person_new": ("enter_person",), "person_edit": ("change_person",),
    "person_close": ("let_person_go",),
    "post_new": ("give_post",), "post_edit": ("change_post",), "post_end": ("end_post",),
    "qualification_new": ("enter_qualification",), "qualification_edit": ("change_qualification",),
    "people_import": ("give_people",), "people_import_look": ("look_at_people", "enter_people"),
}  # fmt: skip
OF_A_BROWSER = {
    "signs a person in; a program has a key": (
        "login_link", "account_login", "account_logout", "account_inactive",
        "socialaccount_login_cancelled", "socialaccount_login_error", "mfa_authenticate",
        "openid_connect_login", "openid_connect_callback",
        "account_reauthenticate", "account_change_password", "account_set_password", "mfa_index",
        "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp",
        "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
        "mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate_webauthn",
        "mfa_remove_webauthn", "demo",
    ),
    "a key has one post, and its answers have both languages": ("choose_post", "set_language"),
    "a key that makes keys, links or takes factors away would outlive its withdrawal": (
        "api_keys", "person_link", "person_factor",
    ),
    "is the description itself": ("openapi",),
    "what a device keeps, and the script that does": ("unsent", "worker"),
    "a program keeps its own filters": ("filter_keep", "filter_forget"),
    "offers what is then entered by `register`": ("task_origins",),
    "what one person wants to be told": ("wishes",),
}  # fmt: skip
PAGES = {
    name for name, row in TABLE.items()
    if row.roles and not name.startswith("api:")
}  # fmt: skip


def test_every_page_has_its_operations_or_a_reason_why_not():
    told = [*OPERATIONS, *(name for names in OF_A_BROWSER.values() for name in names)]
    assert sorted(set(told)) == sorted(told)
    assert set(told) == PAGES


def test_the_operations_that_pages_name_are_there():
    named = {f"api:{each}" for names in OPERATIONS.values() for each in names}
    assert named <= set(TABLE)


def test_every_operation_belongs_to_a_page():
    named = {each for names in OPERATIONS.values() for each in names}
    beside = {"api-root", "who_acts", "list_evidence", "look_at_upload", "one_ledger_file",
              "map_file", "what_if_state", "health"}  # fmt: skip
    assert {
        name.removeprefix("api:") for name in TABLE if name.startswith("api:")
    } <= named | beside
