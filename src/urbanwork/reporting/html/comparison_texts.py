"""Every fixed text of the page of a comparison, English and Chinese."""

from __future__ import annotations

from urbanwork.catalogue.models import Bilingual

_PAIRS: dict[str, tuple[str, str]] = {
    "kicker_years": ("Comparison of examinations of one city", "同一城市历次体检对比"),
    "kicker_cities": ("Comparison of cities", "城市对比"),
    "skip": ("Skip to the changes", "跳到变化"),
    "contents": ("Contents", "目录"),
    "language": ("Language", "语言"),
    "print": ("Print", "打印"),
    "examinations": ("Examinations", "体检"),
    "nav_changes": ("Changes", "变化"),
    "nav_differences": ("Differences", "差异"),
    "nav_evidence": ("What else differs", "其他差异"),
    "nav_charts": ("Charts", "图表"),
    "nav_method": ("Method", "方法"),
    "indicators_of_city": ("indicators of the whole city", "全市指标（项）"),
    "indicators_of_cities": ("indicators", "指标（项）"),
    "evidence": ("What differs besides the values", "数值以外的差异"),
    "evidence_note": (
        "Read from the records of the examinations: files, definitions, ground, and how much of "
        "the city the data shows.",
        "依据体检记录：数据文件、指标口径、体检范围以及数据完整程度。",
    ),
    "no_evidence": ("Nothing: the same files, definitions and ground.",
                    "无：数据文件、口径与范围均相同。"),
    "changes_years": ("What changed", "变化情况"),
    "changes_cities": ("Where they differ", "差异情况"),
    "changes_note_years": (
        "The whole city, by indicator. A verdict says whether the city changed or what is known "
        "of it.",
        "按指标列出全市数值。判定说明变化来自城市本身还是来自数据。",
    ),
    "changes_note_cities": (
        "Each city against the first, by indicator.", "各城市与首个城市逐项对比。",
    ),
    "nothing": ("No indicator changed.", "没有指标变化。"),
    "quiet": ("Unchanged or not comparable", "无变化或不可比"),
    "blind": ("No value in either", "均无数值"),
    "indicator": ("Indicator", "指标"),
    "area": ("Area", "片区"),
    "before": ("Before", "前次"),
    "after": ("After", "本次"),
    "first": ("First", "首个城市"),
    "other": ("This city", "该城市"),
    "difference": ("Change", "变化"),
    "difference_cities": ("Difference", "差值"),
    "people": ("People falling short", "不足涉及人口"),
    "verdict": ("Verdict", "判定"),
    "charts_years": ("Course and ranks", "走势与排名"),
    "charts_cities": ("Values and ranks", "数值与排名"),
    "charts_note_years": (
        "The strong line is the whole city, thin lines are its areas (at most 100, those with most "
        "people); a bar is the range that the unseen part allows.",
        "粗线为全市，细线为各片区（至多100个，取人口最多者）；竖线为未见部分所允许的区间。",
    ),
    "charts_note_cities": (
        "A dot is the value, a bar the range that the unseen part allows; before it stands the "
        "place, or the places that the ranges leave open.",
        "圆点为数值，横线为未见部分所允许的区间；其前为排名或可能的排名区间。",
    ),
    "line_city": ("the city changed, or nothing did", "城市变化或无变化"),
    "line_data": ("the data changed", "数据变化"),
    "line_unknown": ("cannot be told apart", "无法区分"),
    "line_none": ("no line: not comparable", "无连线：不可比"),
    "rank_now": ("place of the area now", "片区本次排名"),
    "rank_before": ("place before", "前次排名"),
    "rank_open": ("places that the ranges leave open", "区间允许的排名"),
    "ranks": ("Ranks of areas, 1 is best, = is tied", "片区排名（1为最好，=为并列）"),
    "unranked": ("Not ranked:", "未排名："),
    "by_area": ("By area", "分片区"),
    "left_out": ("more areas are in the CSV.", "个片区见 CSV。"),
    "errata": ("Errata", "勘误"),
    "errata_note": (
        "These figures were corrected after freezing; they are compared as corrected.",
        "下列数值定稿后经勘误更正，对比采用更正值。",
    ),
    "was": ("Was", "原为"),
    "now": ("Is", "更正为"),
    "why": ("Why", "原因"),
    "by": ("By", "发布机构"),
    "method": ("How the verdicts are made", "判定方法"),
    "method_1": (
        "A change is split over the cells that both examinations saw: other ground, other people "
        "in the same cells, other answers for the same people. Other ground is always data.",
        "将变化按两次均可见的单元分解：范围不同、同一单元人口不同、相同人口的结果不同。范围不同一律归于数据。",
    ),
    "method_2": (
        "Where newer files show more of what an indicator needs than a city can plausibly gain "
        "(5 % a year, one place at least; our assumption, confidence C), the excess is data that "
        "was missing before, not change.",
        "若新数据中指标所需要素的增减超出城市的合理变化（每年5%，至少1处；本平台假设，可信度 C），"
        "超出部分视为此前数据缺漏，而非城市变化。",
    ),
    "method_3": (
        "When data explains 80 % or more, the data changed; when 20 % or less, the city; between, "
        "it cannot be told. A change within the uncertainty of both values is never called a "
        "change of the city.",
        "数据可解释80%及以上的，判为数据变化；20%及以下的，判为城市变化；介于其间的，无法区分。"
        "变化在两值不确定范围内的，不判为城市变化。",
    ),
    "method_cities": (
        "Cities differ where their ranges do not overlap. A place is open as far as ranges allow. "
        "What is measured in one city only, or defined otherwise, is not compared.",
        "区间不重叠的，判为城市有差异；排名区间由数值区间决定。仅一市可测或口径不同的，不作比较。",
    ),
}  # fmt: skip

TEXTS: dict[str, Bilingual] = {key: Bilingual(en, zh) for key, (en, zh) in _PAIRS.items()}
