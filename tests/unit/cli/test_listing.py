"""Ids that are typed elsewhere are never cut, and every document has its date."""

from __future__ import annotations

import pytest

from urbanwork.catalogue.loading import load_catalogue
from urbanwork.cli.listing import list_indicators, list_standards


@pytest.fixture
def narrow(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_indicator_is_listed_with_its_whole_id(narrow, capsys, lang):
    list_indicators("urbanwork", as_json=False, lang=lang)
    words = set(capsys.readouterr().out.split())
    assert set(load_catalogue().indicators) <= words


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_threshold_is_listed_below_a_document_with_its_date(narrow, capsys, lang):
    list_standards(as_json=False, lang=lang)
    words = set(capsys.readouterr().out.split())
    for standard in load_catalogue().standards:
        assert {standard.key, standard.valid_from} <= words
