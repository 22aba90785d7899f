"""The lifecycle of a task as a table: states, actions, roles; read, checked and drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from urbanwork.quantities.bilingual import Bilingual
from urbanwork.quantities.declared import Declared, read_declared

FILE: Final = Path(__file__).parent / "rules" / "lifecycle.yaml"
NEW: Final = "new"
"""The state of a task that is not there yet."""

Need = Literal["lead", "deadline", "later_deadline", "reason", "evidence", "approval"]
Shared = Literal["person", "body"]


class Status(Declared):
    """A state of a task; open while somebody still has to act."""

    title: Bilingual
    is_open: bool


class Action(Declared):
    """What may be done: from which states, by whom, with what."""

    title: Bilingual
    origins: Annotated[tuple[str, ...], Field(alias="from", min_length=1)]
    to: str | None
    roles: Annotated[tuple[str, ...], Field(min_length=1)]
    bodies: Literal["lead", "member", "outside", "any"] = "any"
    needs: tuple[Need, ...] = ()
    apart: Mapping[str, tuple[Shared, ...]] = {}

    def target(self, state: str) -> str:
        """The state after the action."""
        return state if self.to is None else self.to


class Lifecycle(Declared):
    """The whole table. A city may keep one of its own, under the same checks."""

    roles: dict[str, Bilingual]
    states: dict[str, Status]
    actions: dict[str, Action]

    def state_title(self, name: str) -> Bilingual:
        """What a state is called; its code where the table has it no more, as in old histories."""
        return self.states[name].title if name in self.states else Bilingual(name, name)

    def action_title(self, name: str) -> Bilingual:
        """What an action is called; its code where the table has it no more."""
        return self.actions[name].title if name in self.actions else Bilingual(name, name)

    def role_title(self, name: str) -> Bilingual:
        """What a role is called; its code where the table has it no more."""
        return self.roles.get(name) or Bilingual(name, name)

    @model_validator(mode="after")
    def _is_whole(self) -> Lifecycle:
        faults = list(_faults(self))
        if faults:
            raise ValueError("; ".join(faults))
        return self


def read_lifecycle(path: Path = FILE) -> Lifecycle:
    """The table of a file.

    Raises:
        UserError: the file is missing or no YAML.
        ManyFaultsError: names that do not fit each other, states without a way there, or a way to
            close what nobody of another body has verified.
    """
    return read_declared(path, Lifecycle)


def _faults(table: Lifecycle) -> Iterator[str]:
    states = {*table.states, NEW}
    for name, action in table.actions.items():
        yield from (f"{name}: unknown state '{s}'" for s in action.origins if s not in states)
        yield from (f"{name}: unknown role '{r}'" for r in action.roles if r not in table.roles)
        yield from (f"{name}: unknown action '{a}'" for a in action.apart if a not in table.actions)
        if action.to is not None and action.to not in table.states:
            yield f"{name}: unknown state '{action.to}'"
    for missing in sorted(set(table.states) - _reached(table)):
        yield f"no action leads to the state '{missing}'"
    yield from _ways_around_verifying(table)


def _reached(table: Lifecycle, without: str = "") -> set[str]:
    """States that some sequence of actions leads to, leaving one action out."""
    reached, size = {NEW}, 0
    while size != len(reached):
        size = len(reached)
        for name, action in table.actions.items():
            if name != without and reached.intersection(action.origins):
                reached |= set() if action.to is None else {action.to}
    return reached - {NEW}


def _ways_around_verifying(table: Lifecycle) -> Iterator[str]:
    """A task is closed only after another person of another body has verified it."""
    verify = table.actions.get("verify")
    if verify is None or set(verify.apart.get("submit", ())) != {"person", "body"}:
        yield "verify: must be apart from submit by person and body"
    if "closed" in _reached(table, without="verify"):
        yield "a task could be closed without being verified; let 'verify' be the only way"


def mermaid(table: Lifecycle, language: Literal["en", "zh"]) -> str:
    """The diagram of the table as Mermaid text, in the order of the table.

    >>> mermaid(read_lifecycle(), "zh").splitlines()[1].strip()
    'registered: 已登记'
    """
    lines = ["stateDiagram-v2"]
    lines += [f"    {s}: {getattr(status.title, language)}" for s, status in table.states.items()]
    for action in table.actions.values():
        for origin in action.origins:
            start = "[*]" if origin == NEW else origin
            title = getattr(action.title, language)
            lines.append(f"    {start} --> {action.target(origin)}: {title}")
    lines += [f"    {state} --> [*]" for state in table.states if _is_end(table, state)]
    return "\n".join(lines)


def _is_end(table: Lifecycle, state: str) -> bool:
    """Whether nothing leads on, but for opening it again."""
    leads_on = (
        action.to is not None and not table.states[action.to].is_open
        for action in table.actions.values()
        if state in action.origins
    )
    return not table.states[state].is_open and not any(leads_on)
