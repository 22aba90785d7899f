"""What a template may say: show values, go through lists, ask whether. Nothing else.

A template is a file that somebody sends. So its expressions are looked at one by one before they
run: only kinds of expression that are listed here, only names that the paper has, lists inside of
lists to a depth of two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jinja2 import StrictUndefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

FILTERS: Final = frozenset({
    "default", "upper", "lower", "trim", "join", "length", "first", "last", "round", "int",
})  # fmt: skip
TESTS: Final = frozenset({"defined", "none"})
ALLOWED: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr,
    nodes.Getitem, nodes.For, nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And,
    nodes.Or, nodes.Not, nodes.Filter, nodes.Test,
)  # fmt: skip
LOOP: Final = {"index": 1, "first": True, "last": True, "length": 1}
DEEPEST: Final = 2
"""Lists inside of lists: rows of a table and the cells of a row."""


class RefusedTemplateError(RefusedError):
    """A template that no paper is made from; `sentence` says why."""


class PaperEnvironment(ImmutableSandboxedEnvironment):
    """An environment of templates in which values are plain and nothing can be called."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.tests = {name: self.tests[name] for name in TESTS}

    def is_safe_callable(self, obj: Any) -> bool:
        """Nothing is called."""
        return False

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A name after a dot is a key of a mapping, or one of the words about a loop."""
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if attribute in LOOP:
            return super().getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)


def check(tree: nodes.Template, sample: Mapping[str, Any]) -> None:
    """Look at all that a template says, in every branch.

    `sample` has every name that the paper knows, each list with one entry at least.

    Raises:
        RefusedTemplateError: a name that the paper does not know, or an expression not allowed.
    """
    for node in tree.body:
        _check(node, dict(sample), 0)


def _check(node: nodes.Node, scope: dict[str, Any], depth: int) -> None:
    if not isinstance(node, ALLOWED):
        raise _not_allowed(type(node).__name__, node.lineno)
    if isinstance(node, nodes.For):
        _check_loop(node, scope, depth)
        return
    if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
        _value(node, scope)
    for child in node.iter_child_nodes():
        _check(child, scope, depth)


def _check_loop(node: nodes.For, scope: dict[str, Any], depth: int) -> None:
    if depth >= DEEPEST or node.recursive or not isinstance(node.target, nodes.Name):
        raise _not_allowed("for", node.lineno)
    rows = _value(node.iter, scope)
    if not isinstance(rows, list):
        raise RefusedTemplateError(
            Bilingual(
                f"The template goes through '{_path(node.iter)}', which is no list.",
                f"模板循环所用的“{_path(node.iter)}”不是列表。",
            )
        )
    inner = {**scope, node.target.name: rows[0], "loop": LOOP}
    for child in (*node.body, *([node.test] if node.test else [])):
        _check(child, inner, depth + 1)
    for child in node.else_:
        _check(child, scope, depth)


def _value(node: nodes.Node, scope: Mapping[str, Any]) -> Any:
    """What an expression is in the sample; None where it is no plain path to a value."""
    if isinstance(node, nodes.Name):
        if node.name not in scope:
            raise _unknown(node.name)
        return scope[node.name]
    if not isinstance(node, nodes.Getattr | nodes.Getitem):
        return None
    held = _value(node.node, scope)
    if isinstance(node, nodes.Getitem):
        return _item(node, held)
    if not isinstance(held, Mapping) or node.attr not in held:
        raise _unknown(_path(node))
    return held[node.attr]


def _item(node: nodes.Getitem, held: Any) -> Any:
    key = node.arg.value if isinstance(node.arg, nodes.Const) else None
    if isinstance(held, Mapping) and isinstance(key, str) and key in held:
        return held[key]
    if isinstance(held, list) and isinstance(key, int):
        return held[0]
    raise _unknown(_path(node))


def _path(node: nodes.Node) -> str:
    """An expression as somebody wrote it, as far as it is a path."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_path(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem):
        return f"{_path(node.node)}[…]"
    return "…"


def _unknown(path: str) -> RefusedTemplateError:
    short = path[:80]
    return RefusedTemplateError(
        Bilingual(
            f"The template names '{short}', which this paper does not know; the table of values "
            "says what it knows.",
            f"模板引用了“{short}”，此文书没有该数值，可用数值见下表。",
        )
    )


def _not_allowed(what: str, line: int | None) -> RefusedTemplateError:
    del line  # a line of XML, which nobody sees in Word
    return RefusedTemplateError(
        Bilingual(
            f"The template uses '{what}'; it may show values, go through lists (two deep) and ask "
            "with if, nothing else.",
            f"模板使用了“{what}”，模板只能显示数值、循环列表（最多两层）和用if判断。",
        )
    )
