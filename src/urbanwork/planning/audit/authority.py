"""Authoritative: one approved version, signed, shown to the public, kept to."""

from __future__ import annotations

from datetime import date

from urbanwork.city.store import hash_file
from urbanwork.planning.audit.checklist import Check, Found, count, met, not_met, unknown
from urbanwork.planning.audit.plan import Plan, words


def version(plan: Plan) -> Found:
    """Whether version and date of this edition are stated."""
    said, dated = plan.data.get("version"), plan.data.get("date")
    if said and dated:
        return met(f"Version {said} of {dated}.", f"版本{said}，{dated}。", plan.where("version"))
    if said:
        return not_met(
            f"Version {said} has no date.", f"版本{said}未注明日期。", plan.where("version")
        )
    return unknown("The plan states no version.", "规划未注明版本。", plan.where("version"))


def approval(plan: Plan) -> Found:
    """Whether the approval is stated with body and day, and its document lies in the folder."""
    said, place = plan.table("approval"), plan.where("approval")
    if not said:
        return unknown("The plan states no approval.", "规划未注明批准情况。", place)
    lacking = [name for name in ("body", "date", "file") if not said.get(name)]
    if lacking:
        zh = {"body": "批准机关", "date": "日期", "file": "文件"}
        return not_met(
            f"The approval {said['document']} is stated without {', '.join(lacking)}.",
            f"批准文件{said['document']}缺{'、'.join(zh[each] for each in lacking)}。",
            place,
        )
    if not plan.has(said["file"]):
        return not_met(
            f"{said['file']} is named as the approval, but missing or empty.",
            f"批准文件{said['file']}不存在或为空。",
            plan.where("approval", "file"),
        )
    if plan.data.get("date") and str(said["date"]) < str(plan.data["date"]):
        return not_met(
            f"This version is of {plan.data['date']}, later than its approval of {said['date']}.",
            f"本版日期{plan.data['date']}晚于批准日期{said['date']}。",
            plan.where("approval", "date"),
        )
    return met(
        f"{said['document']}, {said['body']}, {said['date']}.",
        f"{said['document']}，{said['body']}，{said['date']}。",
        place,
        said["file"],
    )


def signatures(plan: Plan) -> Found:
    """Whether somebody signed, each with post, body and day."""
    signed = plan.listed("signatures")
    if not signed:
        return unknown(
            "The plan lists no signatures.", "规划未列出签署人。", plan.where("signatures")
        )
    bare, lost = [], []
    for number, each in enumerate(signed):
        place = plan.where("signatures", number)
        if not all(each.get(name) for name in ("post", "body", "date")):
            bare.append(place)
        elif each.get("file") and not plan.has(each["file"]):
            lost.append(place)
    if bare:
        return not_met(
            f"{count(len(bare), 'signature')} of {len(signed)} without post, body or date.",
            f"{len(signed)}项签署中{len(bare)}项缺职务、机关或日期。",
            *bare,
        )
    if lost:
        return not_met(
            f"{count(len(lost), 'file')} of signatures missing or empty.",
            f"{len(lost)}个签署文件不存在或为空。",
            *lost,
        )
    days = [str(each["date"]) for each in signed]
    return met(
        f"{count(len(signed), 'signature')}, the last of {max(days)}.",
        f"{len(signed)}项签署，最近一项为{max(days)}。",
        *[plan.where("signatures", n) for n in range(len(signed))],
    )


def publicity(plan: Plan, check: Check) -> Found:
    """Whether the draft was shown long enough, and before the approval."""
    said, place = plan.table("publicity"), plan.where("publicity")
    if not said:
        return unknown(
            "The plan does not say when its draft was shown.", "规划未注明草案公示情况。", place
        )
    days = (date.fromisoformat(str(said["to"])) - date.fromisoformat(str(said["from"]))).days
    least = check.parameters["least_days"]
    en = f"The draft was shown from {said['from']} to {said['to']}, {count(days, 'day')}"
    zh = f"草案公示自{said['from']}至{said['to']}，共{days}日"
    if days < least:
        return not_met(f"{en}; {least} are the least.", f"{zh}；不得少于{least}日。", place)
    approved = plan.table("approval").get("date")
    if approved and str(approved) < str(said["to"]):
        return not_met(
            f"{en}, and approved on {approved}, before it ended.",
            f"{zh}；批准于{approved}，早于公示结束。",
            place,
        )
    where = said.get("where")
    told = (f": {where}", f"：{where}") if where else ("", "")
    return met(f"{en}{told[0]}.", f"{zh}{told[1]}。", place)


def unchanged(plan: Plan) -> Found:
    """Whether the files of geometry are those of the approval, by their hash."""
    layers = plan.listed("layers")
    hashed = [(n, each) for n, each in enumerate(layers) if each.get("sha256")]
    if not hashed:
        return unknown(
            "No hash of a file of geometry is stated.",
            "未注明图形文件的哈希。",
            plan.where("layers"),
        )
    other, lost = [], []
    for number, layer in hashed:
        path = plan.folder / layer["file"]
        place = plan.where("layers", number, "sha256")
        if not path.is_file():
            lost.append(place)
        elif hash_file(path) != layer["sha256"]:
            other.append(place)
    if other or lost:
        return not_met(
            f"{count(len(other) + len(lost), 'file')} of {len(hashed)} changed or "
            "missing since the hash was taken.",
            f"{len(hashed)}个文件中{len(other) + len(lost)}个已更改或缺失。",
            *other,
            *lost,
        )
    if len(hashed) < len(layers):
        return unknown(
            f"{len(hashed)} of {count(len(layers), 'file')} unchanged; the others state no hash.",
            f"{len(layers)}个文件中{len(hashed)}个未更改；其余未注明哈希。",
            plan.where("layers"),
        )
    return met(
        f"{count(len(hashed), 'file')}, unchanged.",
        f"{len(hashed)}个文件均未更改。",
        *[plan.where("layers", n, "sha256") for n, _ in hashed],
    )


def deviations(plan: Plan) -> Found:
    """Whether each deviation since the approval has a decision that allows it."""
    said, place = plan.table("deviations"), plan.where("deviations")
    if not said:
        return unknown(
            "No list says whether the plan was deviated from.", "没有偏离记录，情况未知。", place
        )
    listed = said["list"]
    if not listed:
        return met(f"None until {said['until']}.", f"截至{said['until']}没有偏离。", place)
    bare = [n for n, each in enumerate(listed) if not each.get("document")]
    if bare:
        first = words(listed[bare[0]]["what"])
        return not_met(
            f"{len(bare)} of {count(len(listed), 'deviation')} until {said['until']} "
            f"without a decision that allows it; the first: {first.en}.",
            f"截至{said['until']}的{len(listed)}项偏离中{len(bare)}项没有批准决定；首项：{first.zh}。",
            *[plan.where("deviations", "list", n) for n in bare],
        )
    return met(
        f"{count(len(listed), 'deviation')} until {said['until']}, each with its decision.",
        f"截至{said['until']}共{len(listed)}项偏离，均有批准决定。",
        *[plan.where("deviations", "list", n) for n in range(len(listed))],
    )
