"""The list of variables finds what people call them."""

from __future__ import annotations

import json

import pytest

from urbanwork.cli.variables import list_variables
from urbanwork.errors import UserError
from urbanwork.sources.statistics import load_variables


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_variable_is_listed_with_its_whole_id(monkeypatch, capsys, lang):
    monkeypatch.setenv("COLUMNS", "100")
    list_variables("", as_json=False, lang=lang)
    assert set(load_variables().variables) <= set(capsys.readouterr().out.split())


@pytest.mark.parametrize("word", ["城镇化率", "Urbanisation rate", "urbanization rate"])
def test_a_variable_is_found_by_any_of_its_names(capsys, word):
    list_variables(word, as_json=True, lang="en")
    found = [each["id"] for each in json.loads(capsys.readouterr().out)]
    assert "urbanisation_rate" in found


def test_a_word_of_no_variable_is_told_with_the_nearest():
    with pytest.raises(UserError, match="did you mean 'resident_population'"):
        list_variables("resident popullation", as_json=False, lang="en")
