"""Exceptions that a plan claims: each code with its approval document and what it must show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from urbanwork.catalogue.bottomlines import Allowed, BottomLine, codes_of, matches
from urbanwork.catalogue.checking import suggestion
from urbanwork.planning.changes import Change

_NOT = ("", "false", "no", "0", "none", "否", "无")


def granted(rule: BottomLine, change: Change) -> Allowed | None:
    """The exception of the rule that the change claims, whole: code, document, properties."""
    if not change.codes:
        return None
    for allowed in rule.allow:
        if allowed.code in change.codes and not list(_lacks(allowed, change)):
            return allowed
    return None


def claim_faults(changes: Sequence[Change], rules: Sequence[BottomLine]) -> list[str]:
    """Claims that are not whole, one sentence each: a code that is not known, or its document."""
    codes = codes_of(rules)
    faults = []
    for change in changes:
        where = change.origin or f"change '{change.id}'"
        for code in change.codes:
            if code not in codes:
                faults.append(f"{where}: there is no exception '{code}'{suggestion(code, codes)}")
            else:
                lacking = list(_lacks(codes[code], change))
                faults += [f"{where}: the exception '{code}' {each}" for each in lacking]
    return faults


def _lacks(allowed: Allowed, change: Change) -> Iterator[str]:
    if len([document for document in change.approvals if document.strip()]) < len(change.codes):
        yield (
            "is claimed without its approval document; name it under 'approvals' "
            f"({allowed.needs.en}), one for each code"
        )
    for name in allowed.requires:
        if str(change.properties.get(name) or "").strip().lower() in _NOT:
            yield f"needs the property '{name}', which the change does not have; say it there"
    if allowed.changes and not matches(allowed.changes, change.kind, change.category):
        yield f"is not for {change.kind}; it is for {', '.join(allowed.changes)}"
