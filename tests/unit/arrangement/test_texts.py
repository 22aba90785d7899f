from __future__ import annotations

from pathlib import Path

import pytest

from urbanwork.arrangement.texts import Document, read_document
from urbanwork.errors import UserError

CHINESE = """\
关于加强城市工作的意见
2024年3月5日
一、总体要求
坚持以人为本。节约用地！
二、重点任务
（一）新建小学；补齐养老设施。
（二）守住生态保护红线。
"""

WRAPPED = """\
The plan of the town for two thousand and twenty six

On 2026-03-01 the council met. It wants schools
near homes, and parks.

Green land
It wants No. 5 park to stay. Trees
are planted.
"""


def read(folder: Path, text: str, *, name: str = "plan.txt", encoding: str = "utf-8") -> Document:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return read_document(path)


def test_lines_of_a_text_without_empty_ones_are_paragraphs_and_short_ones_headings(
    tmp_path: Path,
) -> None:
    document = read(tmp_path, CHINESE)
    assert document.title == "关于加强城市工作的意见"
    assert document.date == "2024-03-05"
    assert document.language == "zh"
    assert [each.sentences for each in document.paragraphs] == [
        ("坚持以人为本。", "节约用地！"),
        ("新建小学；", "补齐养老设施。"),
        ("守住生态保护红线。",),
    ]
    assert [each.heading for each in document.paragraphs] == ["总体要求", "重点任务", ""]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_reads_alike_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, CHINESE, encoding=encoding).paragraphs == (
        read(tmp_path, CHINESE, name="other.txt").paragraphs
    )


def test_wrapped_lines_are_one_paragraph(tmp_path: Path) -> None:
    document = read(tmp_path, WRAPPED)
    assert document.title == "The plan of the town for two thousand and twenty six"
    assert document.date == "2026-03-01"
    assert document.paragraphs[0].sentences[1] == "It wants schools near homes, and parks."
    assert document.paragraphs[1].sentences[-1] == "Trees are planted."


def test_headings_and_lists_of_markdown_are_taken_apart(tmp_path: Path) -> None:
    text = "# Plan\n\n## Parks\n\n- More parks.\n- Better\n  parks.\n"
    document = read(tmp_path, text, name="plan.md")
    assert document.title == "Plan"
    assert [each.sentences for each in document.paragraphs] == [
        ("More parks.",), ("Better parks.",)
    ]  # fmt: skip
    assert document.paragraphs[0].heading == "Parks"


def test_a_word_document_is_read_with_its_headings(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    made = docx.Document()
    made.add_heading("城市工作意见", 0)
    made.add_paragraph("建设公园。保护文物。")
    made.save(tmp_path / "plan.docx")
    document = read_document(tmp_path / "plan.docx")
    assert document.title == "城市工作意见"
    assert document.paragraphs[0].sentences == ("建设公园。", "保护文物。")


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("plan.pdf", b"x", "texts are read from .txt, .md and .docx"),
        ("plan.txt", b"", "the text has no paragraph"),
        ("plan.txt", b"\xff\xff\xff", "neither UTF-8 nor GB18030"),
        ("plan.txt", b"a\0b", "this is not a text"),
        ("plan.docx", b"PK no", "not a .docx that can be read"),
    ],
)
def test_what_is_no_text_is_refused_with_what_to_do(
    tmp_path: Path, name: str, data: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UserError, match=sentence):
        read_document(tmp_path / name)


def test_a_missing_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no such file"):
        read_document(tmp_path / "plan.txt")
