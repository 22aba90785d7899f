"""Whoever gives a register, corrections or no districts is told what became of it."""

from __future__ import annotations

from urbanwork.reporting.yours import notes_on_inputs


def correction(where, status, note):
    return {"where": where, "status": status, "note": {"en": note, "zh": "注"}}


def register(rejected):
    rows = [{"row": n, "name": f"School {n}", "reason": {"en": "no coordinates", "zh": "无坐标"}}
            for n in range(2, 2 + rejected)]  # fmt: skip
    report = {"rows": 10, "used": 10 - rejected, "rejected_rows": rows,
              "decisions": {"added": 3, "matched": 4}}  # fmt: skip
    return {"kind": "register", "file": "schools.csv", "report": report}


def english(manifest, areas=3):
    return [note.en for note in notes_on_inputs(manifest, areas)]


def test_a_correction_that_did_nothing_is_named_with_its_line_and_why():
    done = correction("corrections.yaml:1", "applied", "added")
    idle = correction("corrections.yaml:9", "not_found", "it is gone")
    manifest = {"corrections": [done, idle]}
    assert english(manifest) == [
        "1 of 2 corrections were applied.",
        "corrections.yaml:9 did nothing: it is gone.",
    ]


def test_a_row_of_a_register_that_is_left_out_is_named_with_why():
    assert english({"sources": [register(1)]}) == [
        "schools.csv: 9 of 10 rows used; 4 are on the map already, 3 added.",
        "schools.csv, row 2 ('School 2') was left out: no coordinates.",
    ]


def test_of_many_rows_left_out_the_rest_are_counted():
    notes = english({"sources": [register(8)]})
    assert len(notes) == 1 + 5 + 1
    assert notes[-1].startswith("schools.csv: 3 more rows were left out")


def test_hexagons_in_place_of_districts_are_told_of_and_given_districts_are_not():
    assert "24 hexagons" in english({"areas_origin": "h3"}, areas=24)[0]
    assert english({"areas_origin": "given"}, areas=24) == []


def test_a_reason_that_is_a_question_gets_no_full_stop():
    source = register(1)
    source["report"]["rejected_rows"][0]["reason"]["en"] = "are they swapped?"
    assert english({"sources": [source]})[-1].endswith("are they swapped?")
