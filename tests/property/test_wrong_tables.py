"""Whatever a table or an adapter holds, it is read or refused in words; nothing else is raised."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from statistics_tables import HEADER, read
from urbanwork.errors import UserError

CELL = st.one_of(
    st.sampled_from([
        "", "中山区", "210202", "合计", "2020", "2010年", "常住人口", "城镇化率", "人", "万人", "%",
        "0.5", "83", "-1", "1e400", "nan", "inf", "—", "１２", "12%", "1,234", "a\nb", '"', "=1+1",
    ]),
    st.text(max_size=6),
)  # fmt: skip
NUMBER = st.one_of(
    st.sampled_from(
        ["0", "0.5", "83", "-1", "1e400", "1e-320", "—", "１２", "12%", "1,234", "5万"]
    ),
    st.floats(allow_nan=False).map(repr),
    st.integers(-3, 10**12).map(str),
)
LIKELY = st.tuples(
    st.sampled_from(["中山区", "西岗", "210281", "合计", "南山区"]),
    st.sampled_from(["2010", "2020年", "2021-12-31", "x"]),
    st.sampled_from(["常住人口", "城镇化率", "平均受教育年限", "户数（万户）", "没有"]),
    NUMBER,
    st.sampled_from(["", "人", "万人", "%", "1", "年", "户"]),
).map(list)
ROWS = st.lists(st.one_of(LIKELY, st.lists(CELL, max_size=7)), max_size=8)
ADAPTER = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.builds(
        (
            "area: {}\nyear: {}\nheader: {}\n"
            "columns:\n  - {{variable: {}, column: {}, times: {}}}\n"
        ).format,
        st.sampled_from(["地区", "x", "[a]", "3"]),
        st.sampled_from(["2020", "{column: 年份}", "abc", "{column: [1]}"]),
        st.sampled_from(["1", "[1, 2]", "99", "-1", "a"]),
        st.sampled_from(["households", "resident_population", "x", "[a]"]),
        st.sampled_from(["数值", "[数值, 单位]", "column C", "column ZZZ", "{}"]),
        st.sampled_from(["2", "年份", "0", "[1]"]),
    ),
)


def outcome(data: bytes, adapter: str | None = None, name: str = "table.csv") -> None:
    """Read it, or be told why not."""
    with tempfile.TemporaryDirectory() as folder, suppress(UserError):
        statistics, _ = read(Path(folder), data, adapter=adapter, name=name)
        assert np.isfinite(statistics.value).all()


@settings(max_examples=150, deadline=None)
@given(rows=ROWS, adapter=ADAPTER, has_header=st.booleans())
def test_any_table_is_read_or_refused(
    rows: list[list[str]], adapter: str | None, has_header: bool
) -> None:
    text = (HEADER if has_header else "") + "\n".join(",".join(row) for row in rows)
    outcome(text.encode("utf-8", "surrogatepass"), adapter)


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=200), name=st.sampled_from(["t.csv", "t.xlsx", "t.xls", "t.ods"]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    outcome(data, name=name)
