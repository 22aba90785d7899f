"""The page on supervision shows what the tables say."""

from __future__ import annotations

import re

import pytest

from texts_of_the_product import ROOT
from urbanwork.supervision.ladder_table import read_ladder
from urbanwork.supervision.lifecycle_table import mermaid, read_lifecycle
from urbanwork.supervision.lights_table import FILE as LIGHTS
from urbanwork.supervision.lights_table import Variants, read_declared

PAGE = (ROOT / "docs" / "supervision.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_diagram_on_the_page_is_drawn_from_the_table(language: str):
    assert f"```mermaid\n{mermaid(read_lifecycle(), language)}\n```" in PAGE


def test_the_page_names_every_step_of_the_ladder_in_order():
    section = PAGE.partition("## Ladder")[2]
    places = [section.index(step.title.zh) for step in read_ladder().steps.values()]
    assert places == sorted(places)


def test_the_page_names_every_variant_of_the_lights():
    for name in read_declared(LIGHTS, Variants).variants:
        assert f"| `{name}`" in PAGE


def test_the_examples_on_the_page_say_what_they_print(capsys: pytest.CaptureFixture[str]):
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(block, {})
        printed = capsys.readouterr().out.splitlines()
        wanted = re.findall(r"^print\(.*?\)  # ([^:\n]+?\S*)(?:: .*)?$", block, re.MULTILINE)
        assert printed == [each.partition(": ")[0] for each in wanted]
