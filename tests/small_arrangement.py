"""A small arrangement as text, and a small catalogue, for tests of arrangements."""

from __future__ import annotations

from pathlib import Path

from urbanwork.catalogue.loading import load_catalogue
from urbanwork.catalogue.models import Catalogue

TEXT = """\
id: town-2026
title: {en: Plan of the town, zh: 本镇工作部署}
date: 2026-01-02
level: city
body: government
source:
  title: {en: Plan, zh: 部署}
  language: en
  paragraphs:
    - {id: p1, begins: We will, about: {en: schools and parks}}
bodies:
  - {id: government, title: {en: Government}, kind: government}
  - {id: schools, title: {en: School board}, kind: department, named_in: [p1]}
rules:
  - id: red_line
    title: {en: Nothing is built on the red line}
    data: {en: polygons of the red line}
sections:
  - id: points
    title: {en: Points}
    points:
      - id: point_1
        title: {en: Schools and parks}
        anchor: p1
        asks:
          - id: schools_near
            codes: [B-L]
            text: {en: Every child walks to school}
            anchor: p1
            indicators: [life.primary_school_500m, life.kindergarten_300m]
            lead: schools
            cooperating: [government]
            answers: [land-2015:people_first]
          - id: parks_near
            codes: [ECO, B-E]
            text: {en: Parks are near}
            anchor: p1
            indicators: [green.park_*]
            bottom_lines: [cn.gb55014_2021.park_area_per_person, "rule:red_line"]
            lead: government
          - id: feeling
            text: {en: Everybody is glad}
            anchor: p1
            lead: government
            gap:
              what: {en: gladness}
              data: {en: a survey of residents}
"""


def written(folder: Path, text: str = TEXT, name: str = "town.yaml") -> Path:
    """The text as a file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def catalogue() -> Catalogue:
    """Our own catalogue."""
    return load_catalogue()
