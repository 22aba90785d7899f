from __future__ import annotations

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from urbanwork.quantities.arrow import from_numpy, from_text, to_numpy


@pytest.mark.parametrize(
    "dtype", ["int8", "int16", "int32", "int64", "uint8", "uint64", "float32", "float64", "bool"]
)
def test_numbers_and_flags_come_back_as_they_went(dtype: str) -> None:
    values = np.array([0, 1, 1, 0, 1, 1, 1, 0, 1], dtype=dtype)
    back = to_numpy(from_numpy(values))
    assert back.dtype == values.dtype
    assert back.tolist() == values.tolist()
    assert from_numpy(values).equals(pa.array(values))


def test_a_slice_and_chunks_come_back_whole() -> None:
    flags = pa.array([True, False, True, True])
    assert to_numpy(flags[1:3]).tolist() == [False, True]
    chunked = pa.chunked_array([pa.array([1, 2, 3])[1:], pa.array([4])])
    assert to_numpy(chunked).tolist() == [2, 3, 4]
    assert to_numpy(pa.chunked_array([], type=pa.float32())).dtype == np.float32


def test_missing_values_are_nulls_and_are_not_turned_into_numbers() -> None:
    missing = np.array([False, True, False])
    array = from_numpy(np.array([1, 2, 3]), is_missing=missing)
    assert array.to_pylist() == [1, None, 3]
    with pytest.raises(ValueError, match="1 nulls"):
        to_numpy(array)


def test_texts_keep_blanks_nulls_and_characters() -> None:
    words = ["大连", "", None, "a" * 300, "😀"]
    assert from_text(words).equals(pa.array(words, type=pa.string()))
    assert from_text([]).type == pa.string()
    assert len(from_text(np.empty(0, dtype=object))) == 0


def test_no_conversion_imports_pandas() -> None:
    code = (
        "import sys, numpy as np\n"
        "from urbanwork.quantities.arrow import from_numpy, from_text, to_numpy\n"
        "to_numpy(from_numpy(np.arange(3))); to_numpy(from_numpy(np.array([True])))\n"
        "from_text(['a'])\n"
        "assert 'pandas' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
