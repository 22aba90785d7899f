"""`urbanwork backup` and `restore`: the office of a city in one file, and back to it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from urbanwork.cli.options import DEFAULT_LANG, AsJson, CityFolder, Language
from urbanwork.cli.streams import print_json


def backup(
    city: CityFolder,
    to: Annotated[
        Path, typer.Argument(help="File to write, or a folder for it. 备份文件或文件夹")
    ] = Path(),
    as_json: AsJson = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Back the office up into one file, while it runs. 备份。"""
    from urbanwork.office.opening import open_office

    place = open_office(city, is_made=True)
    from urbanwork.office.operation.backup import back_up

    made = back_up(place, to, datetime.now().astimezone())
    if as_json:
        print_json({"file": str(made.path), "files": made.files, "bytes": made.size})
    elif lang == "zh":
        print(f"已备份：{made.path}（{made.files}个文件，{made.size / 1e6:.1f} MB）")
    else:
        print(f"Backed up: {made.path} ({made.files} files, {made.size / 1e6:.1f} MB)")


def restore(
    city: CityFolder,
    file: Annotated[Path, typer.Argument(help="A backup that `urbanwork backup` made. 备份文件")],
    lang: Language = DEFAULT_LANG,
) -> None:
    """Go back to a backup; what is there now is backed up first. 恢复。"""
    from urbanwork.office.opening import open_office

    place = open_office(city)
    from urbanwork.office.operation.restoring import restore as went_back

    went_back(place, file, datetime.now().astimezone())
    if lang == "zh":
        print(f"已恢复到 {file}；恢复前的状态存于 {place.folder / 'backups'}")
    else:
        print(f"Restored {file}; what was there before is in {place.folder / 'backups'}")


def erase(
    city: CityFolder,
    username: Annotated[str, typer.Argument(help="Who has left. 已离任人员的用户名")],
    lang: Language = DEFAULT_LANG,
) -> None:
    """Erase the personal data of somebody who has left; what they did stays. 删除个人信息。"""
    from urbanwork.office.opening import open_office

    open_office(city, is_made=True)
    from urbanwork.office.operation.retention import erase as erased

    done = erased(username)
    if lang == "zh":
        print(
            f"已删除“{username}”的个人信息（审计链中{done.values}项）；"
            "办理记录保留，以编号代替姓名。"
        )
    else:
        print(f"Erased '{username}' ({done.values} values of the chain); what they did stays.")
    if done.places:
        said = (
            f"姓名仍见于{len(done.places)}处，请用 office redact 逐处核对后隐去："
            if lang == "zh"
            else f"The name still stands in {len(done.places)} places; look at each, then take it "
            "out with office redact:"
        )
        print(said, *done.places, sep="\n  ")


def redact(
    city: CityFolder,
    name: Annotated[str, typer.Argument(help="A name as it was written. 要隐去的姓名")],
    place: Annotated[
        list[str] | None,
        typer.Option(help="A place as it is listed; may be given again. 要隐去的位置（可多次）"),
    ] = None,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="All places that are listed. 全部位置")
    ] = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """List where a name stands in texts; with --place or --everywhere take it out. 隐去姓名。

    Each text is kept in the chain as it reads afterwards. Files of papers that hold the name go.
    """
    from urbanwork.office.opening import open_office

    open_office(city, is_made=True)
    from urbanwork.office.operation import mentions

    places = mentions.places_of(name)
    chosen = [each.key for each in places] if everywhere else place or []
    done = mentions.redact(name, chosen)
    shown = done if chosen else places
    if lang == "zh":
        print(f"{'已隐去' if chosen else '见于'}{len(shown)}处", *shown, sep="\n  ")
    else:
        print(f"{'Redacted' if chosen else 'Places'}: {len(shown)}", *shown, sep="\n  ")


def retain(
    city: CityFolder,
    years: Annotated[
        float, typer.Option(min=1, max=200, help="Personal values stay so long. 保留年限")
    ] = 10,
    as_json: AsJson = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Delete personal data older than it may be; run it every month. 清理到期的个人信息。"""
    from urbanwork.office.opening import open_office

    open_office(city, is_made=True)
    from urbanwork.office.operation.retention import retain as retained

    done = retained(datetime.now().astimezone(), years=years)
    if as_json:
        print_json({"values": done.values, "links": done.links, "sessions": done.sessions})
    elif lang == "zh":
        print(
            f"已清理：审计链个人信息{done.values}项，登录链接{done.links}个，会话{done.sessions}个。"
        )
    else:
        print(f"Deleted: {done.values} values, {done.links} login links, {done.sessions} sessions.")


def export(
    city: CityFolder,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day of the year that is counted. 统计截止日"),
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Write how tasks were handled for the next examination (tasks.parquet). 导出任务数据。"""
    from urbanwork.office.opening import open_office

    place = open_office(city, is_made=True)
    from urbanwork.office.supervising.tasks_table import export as exported
    from urbanwork.office.supervising.tasks_table import named_in_settings

    end = (until or datetime.now().astimezone()).date()
    path, count = exported(place, end)
    is_added = named_in_settings(place)
    if as_json:
        print_json({"file": str(path), "tasks": count, "named_in_city_yaml": is_added})
        return
    print(f"{path}: {count} {'项任务' if lang == 'zh' else 'tasks'}")
    if is_added:
        print("已写入 city.yaml。" if lang == "zh" else "city.yaml names it now.")
    if lang == "zh":
        print(f"下次体检将计入：urbanwork examine {city}")
    else:
        print(f"The next examination counts it: urbanwork examine {city}")
