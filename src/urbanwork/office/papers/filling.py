"""Filling a template: the same bytes for the same template and values."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any, Final

from docx.exceptions import PythonDocxError
from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import TemplateError
from lxml import etree  # type: ignore[import-untyped]

from urbanwork.office.papers.checking import PaperEnvironment, RefusedTemplateError, check
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.reporting.document import with_fixed_dates

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LONGEST: Final = 20_000
_FAULTS: Final = (
    etree.XMLSyntaxError, zipfile.BadZipFile, PythonDocxError, OpcError, KeyError, ValueError,
    TypeError, AttributeError, IndexError,
)  # fmt: skip
"""What the libraries say of a file that is none of Word, or is damaged."""
_UNWANTED: Final = re.compile(
    "[^\t\n\u0020-\u007e\u00a0-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
"""What XML cannot hold, controls, and marks that turn the direction of what follows."""


class _Template(DocxTemplate):  # type: ignore[misc]
    """A template whose expressions are looked at before they run, and whose parts must be XML."""

    def __init__(self, data: bytes, sample: Mapping[str, Any]) -> None:
        super().__init__(io.BytesIO(data))
        self.sample = sample

    def render_xml_part(
        self, src_xml: str, part: Any, context: dict[str, Any], jinja_env: Any = None
    ) -> str:
        """One part, with its values."""
        check(jinja_env.parse(src_xml), self.sample)
        filled: str = super().render_xml_part(src_xml, part, context, jinja_env)
        etree.fromstring(filled.encode(), etree.XMLParser(resolve_entities=False))
        return filled

    def render_properties(self, context: dict[str, Any], jinja_env: Any = None) -> None:
        """Properties of the file say what they say."""


def fill(template: bytes, values: Mapping[str, Any], sample: Mapping[str, Any]) -> bytes:
    """The paper.

    Raises:
        RefusedTemplateError: the template does not hold what can be filled, in one sentence.
    """
    made = _Template(template, sample)
    try:
        made.render(cleaned(values), PaperEnvironment(), autoescape=True)
    except TemplateError as fault:
        raise _broken(str(fault.message or fault)) from fault
    except _FAULTS as fault:
        raise _broken("") from fault
    out = io.BytesIO()
    made.save(out)
    return with_fixed_dates(out.getvalue())


def cleaned(value: Any) -> Any:
    r"""A value as text that a paper can hold, lists and mappings through and through.

    >>> cleaned({"title": "a\x00\x1bb\u202ec", "rows": ["=1+1", 3]})
    {'title': 'abc', 'rows': ['=1+1', 3]}
    """
    if isinstance(value, str):
        return _UNWANTED.sub("", value.replace("\r\n", "\n"))[:LONGEST]
    if isinstance(value, Mapping):
        return {name: cleaned(each) for name, each in value.items()}
    if isinstance(value, list):
        return [cleaned(each) for each in value]
    return value


def _broken(said: str) -> RefusedTemplateError:
    short = " ".join(said.split())[:160]
    return RefusedTemplateError(
        Bilingual(
            f"The template is broken{': ' + short if short else ''}; look at the marks "
            "{{ … }} and {% … %} in it.",
            f"模板有误{'：' + short if short else ''}，请检查其中的{{{{ … }}}}与{{% … %}}标记。",
        )
    )
