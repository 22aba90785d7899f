"""`urbanwork audit`: a plan against the six qualities asked of it, or the chain of an office."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from urbanwork.cli.options import DEFAULT_LANG, AsJson, CityFolder, Language
from urbanwork.cli.streams import print_json


class PlanOrVerify(TyperGroup):
    """`audit <folder>` is the audit of a plan; `audit verify <city>` that of an office."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["plan", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=PlanOrVerify,
    no_args_is_help=True,
    help="Audit a plan (`audit <folder>`), or verify the chain of an office (`audit verify`). "
    "规划六性审查；审计链校验。",
)


@app.command("verify")
def verify(
    city: CityFolder,
    as_json: AsJson = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Verify that nothing in the ledger of an office was changed behind it. 校验审计链。

    Exit code 0 where the chain holds, 4 where it does not.
    """
    from urbanwork.office.opening import open_office

    open_office(city, is_made=True)
    from urbanwork.office.audit.telling import plain, printed
    from urbanwork.office.audit.verify import verify as verified

    found = verified()
    print_json(plain(found)) if as_json else print(printed(found, lang))
    if not found.holds:
        raise typer.Exit(4)


@app.command("plan")
def audit(
    folder: Annotated[
        Path, typer.Argument(help="Folder with plan.yaml. 规划文件夹", show_default=False)
    ],
    city: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the city that its figures are held against. 对照城市",
            show_default=False,
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(help="Write the checklist as a page too. 网页文件", show_default=False),
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Hold a plan against the six qualities asked of planning, item by item. 规划六性审查。"""
    from urbanwork.planning.audit.run import audit as held

    told = held(folder, _prepared(city))
    if html is not None:
        from urbanwork.city.store import write_file
        from urbanwork.reporting.html.audit import build_audit

        write_file(html, build_audit(told, lang=lang))
    if as_json:
        from urbanwork.reporting.audited import plain_audit

        print_json(plain_audit(told))
        return
    from urbanwork.reporting.audited import print_audit

    print_audit(told, lang=lang)
    if html is not None:
        print(html)


def _prepared(folder: Path | None) -> Any:
    """The city to hold the plan against, ready to be measured."""
    if folder is None:
        return None
    from urbanwork.city.prepare import prepared
    from urbanwork.city.reading import read_settings

    return prepared(read_settings(folder), lambda en, zh: None)
