"""`urbanwork serve`, `urbanwork office`: the office of a city, opened and looked after."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from urbanwork.cli.options import DEFAULT_LANG, CityFolder, Lang, Language
from urbanwork.errors import UserError

if TYPE_CHECKING:
    from urbanwork.office.operation.serving import Address, Served

app = typer.Typer(
    name="office",
    no_args_is_help=True,
    help="Look after the office of a city: links to sign in, people. 办公系统运维。",
)


def serve(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="Folder of the city (it holds city.yaml). 城市文件夹", show_default=False
        ),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on. 监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port. 端口")] = 8765,
    demo: Annotated[
        bool, typer.Option("--demo", help="A demonstration, for this machine only. 演示系统")
    ] = False,
    opens: Annotated[
        bool, typer.Option("--open", help="Open it in the browser. 打开浏览器")
    ] = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Open the office: tasks, deadlines, evidence, on the map. 打开办公系统。

    It keeps its things in <city>/office, or where URBANWORK_OFFICE says, in SQLite, or in the
    PostgreSQL that DATABASE_URL names. Ctrl-C stops it.
    """
    from urbanwork.office.operation.serving import Address, serve

    def tell(served: Served) -> None:
        print(_opened(served, lang), flush=True)
        if opens:
            _open(served.link or served.url)

    address = Address(host, port)
    serve(_city(folder, address, is_demo=demo), address, is_demo=demo, lang=lang, tell=tell)


def _city(folder: Path | None, address: Address, *, is_demo: bool) -> Path:
    """The city to serve; a demonstration makes the sample city and examines it."""
    if not is_demo and folder is None:
        raise UserError("serve: name the folder of a city, or try it: urbanwork serve --demo")
    if folder is not None and not is_demo:
        return folder
    from urbanwork.office.operation.sample import FOLDER, sample
    from urbanwork.office.operation.serving import check

    check(address, is_demo=True)
    return sample(folder or Path(FOLDER), lambda en, zh: print(en, file=sys.stderr))


def _opened(served: Served, lang: Lang) -> str:
    zh = lang == "zh"
    lines = [f"{'系统已启动' if zh else 'The office is open'}: {served.url}"]
    if served.link is None:
        lines.append(
            "没有可登录的管理员。" if zh else "Nobody who could sign in is an administrator."
        )
    else:
        who = f"“{served.username}”" if zh else f"'{served.username}'"
        text = f"{who}登录（仅一次，15分钟内）" if zh else f"Sign in as {who} (once, 15 minutes)"
        lines.append(f"{text}: {served.link}")
    lines.append("按 Ctrl-C 停止。" if zh else "Ctrl-C stops it.")
    return "\n".join(lines)


def _open(url: str) -> None:
    import webbrowser

    if not webbrowser.open(url):
        print("--open: no browser was found; open the address yourself.", file=sys.stderr)


@app.command()
def link(
    folder: CityFolder,
    username: Annotated[str, typer.Argument(help="Who is to sign in. 用户名")],
    url: Annotated[
        str, typer.Option(help="Address of the office, as people open it. 系统地址")
    ] = "",
) -> None:
    """Make a link that signs a person in once, within 15 minutes. 生成一次性登录链接。"""
    from urbanwork.office.opening import open_office
    from urbanwork.office.operation.serving import Address

    open_office(folder, is_made=True)
    from urbanwork.office.people.links import link_path, make_link
    from urbanwork.office.people.models import Person

    person = Person.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise UserError(
            f"{username}: nobody signs in by this name; the page 'Bodies and people' lists them"
        )
    print((url.rstrip("/") + "/" if url else Address().url) + link_path(make_link(person)))


@app.command()
def person(
    folder: CityFolder,
    username: Annotated[str, typer.Argument(help="User name. 用户名")],
    name: Annotated[str, typer.Option(help="Name. 姓名")] = "",
    role: Annotated[str, typer.Option(help="Give a post with this role. 角色")] = "",
    body: Annotated[str, typer.Option(help="Code of its body; else the first. 机构代码")] = "",
    without_factors: Annotated[
        bool, typer.Option("--without-factors", help="Take second factors away. 移除第二重验证")
    ] = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Enter a person, such as an administrator where there is none left. 登记人员。"""
    from urbanwork.office.access import ROLES
    from urbanwork.office.opening import open_office

    if role and role not in ROLES:
        raise UserError(f"--role {role}: no such role; there are {', '.join(ROLES)}")
    open_office(folder, is_made=True)
    from urbanwork.office.people.entering import enter

    entered = enter(username, name, role, body, without_factors=without_factors)
    zh = lang == "zh"
    print(f"已登记 {entered.username}。" if zh else f"{entered.username} is entered.")
    print(f"{'登录链接' if zh else 'A link to sign in'}: urbanwork office link {folder} {username}")
