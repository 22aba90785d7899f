"""The description of the interface, with what the builder of it leaves out."""

from __future__ import annotations

from functools import cache
from typing import Any

from urbanwork.office.api.build import api

FAULT = {
    "type": "object",
    "required": ["en", "zh"],
    "properties": {"en": {"type": "string"}, "zh": {"type": "string"}},
}
FAULTS = {
    "400": "What was sent cannot be read. 无法解析。",
    "401": "Not signed in, and no key that holds. 未登录。",
    "403": "Not open to this post, or no CSRF token. 无权操作。",
    "404": "Not there, or not to be seen by this post. 不存在。",
    "409": "The rules do not allow it now. 规则不允许。",
    "422": "What was sent does not fit. 内容有误。",
}


@cache
def description() -> dict[str, Any]:
    """The whole interface as OpenAPI 3.1."""
    told: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="/api/"))
    told["openapi"] = "3.1.0"
    told.setdefault("components", {}).setdefault("schemas", {})["Fault"] = FAULT
    for operations in told["paths"].values():
        for operation in operations.values():
            _with_faults(operation)
    return told


def _with_faults(operation: dict[str, Any]) -> None:
    answers = {str(status): answer for status, answer in operation["responses"].items()}
    for status, words in FAULTS.items():
        answers.setdefault(status, {
            "description": words,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Fault"}}},
        })  # fmt: skip
    operation["responses"] = answers
