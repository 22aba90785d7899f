"""The schema of adapters agrees with their reader."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

from urbanwork.errors import UserError
from urbanwork.sources.statistics.adapter import read_adapter
from urbanwork.sources.statistics.schema import adapter_schema
from urbanwork.sources.statistics.variables import load_variables

FULL = """
header: [1, 2]
skip: 3
last: 20
sheet: 年鉴
area: 地区
code: 代码
year: {column: 年份}
source: 年鉴
city: [滨城, 210200]
only: {市: 滨城}
columns:
  - variable: households
    column: [a, b]
    minus: c
    times: 0.01
    divided_by: d
    unit: 户
    year: 2020
    source: 普查
    blank: 0
breaks:
  - {year: 2016, why: 区划调整, variables: [households], areas: [中山区]}
totals:
  - {variable: households, year: 2020, why: 四舍五入}
"""


@pytest.mark.parametrize("text", [FULL, "year: 2020\n", "{}\n"])
def test_a_good_adapter_is_good_for_both(tmp_path: Path, text: str) -> None:
    path = tmp_path / "adapter.yaml"
    path.write_text(text, encoding="utf-8")
    read_adapter(path, load_variables())
    jsonschema.validate(yaml.safe_load(text), adapter_schema())


@pytest.mark.parametrize(
    "text",
    [
        "yaer: 2020\n",
        "year: 20\n",
        "header: 0\n",
        "columns:\n  - {variable: people_there, column: a}\n",
        "columns:\n  - {variable: households}\n",
        "columns:\n  - {variable: households, column: a, blank: 1}\n",
        "breaks:\n  - {year: 2016}\n",
        "totals:\n  - {variable: households, year: 2016}\n",
    ],
)
def test_a_bad_adapter_is_bad_for_both(tmp_path: Path, text: str) -> None:
    path = tmp_path / "adapter.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError):
        read_adapter(path, load_variables())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(text), adapter_schema())
