"""Labels of the site in English and Chinese, official terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from urbanwork.catalogue.models import Bilingual

B = Bilingual

WORDS: Final[Mapping[str, Bilingual]] = {
    # parts of the site
    "site": B("urbanwork handbook", "urbanwork 手册"),
    "home": B("Start", "首页"),
    "indicators": B("Indicators", "指标"),
    "all_indicators": B("All indicators", "全部指标"),
    "ways": B("Other ways in", "其他查找方式"),
    "by_examination": B("By city health examination", "按城市体检维度"),
    "by_sdg": B("By SDG 11", "按可持续发展目标11"),
    "by_iso": B("By ISO 37120", "按 ISO 37120 主题"),
    "by_row": B("By row of methods and rules", "按方法与条文条目"),
    "by_kind": B("By kind", "按指标类型"),
    "by_code": B("By code of the arrangement", "按部署代码"),
    "arrangement": B("Arrangement", "工作部署"),
    "standards": B("Standards", "标准"),
    "systems": B("Coordination", "协调度"),
    "vocabulary": B("Words", "词汇"),
    "glossary": B("Glossary", "术语表"),
    "variables": B("Variables of statistics", "统计变量"),
    "places": B("Categories of places", "设施类别"),
    "inputs": B("Layers, rasters and tables", "图层、栅格与表格"),
    "closed_words": B("Closed lists", "固定词表"),
    "guides": B("Guides", "指南"),
    "office": B("The office", "办公系统"),
    "decisions": B("Decisions", "决策记录"),
    "project": B("The project", "项目"),
    # an indicator
    "id": B("Id", "编号"),
    "title": B("Title", "名称"),
    "unit": B("Unit", "单位"),
    "dimension": B("Dimension", "维度"),
    "version": B("Version", "版本"),
    "kind": B("Kind", "指标类型"),
    "declared_in": B("Declared in", "声明文件"),
    "definition": B("Definition", "定义"),
    "formula": B("Formula", "计算公式"),
    "quantity": B("What is measured", "测度内容"),
    "support": B("The denominator counts", "统计对象"),
    "better": B("Better when", "优劣方向"),
    "higher": B("higher", "越高越好"),
    "lower": B("lower", "越低越好"),
    "band": B("within a band", "处于区间内"),
    "neither": B("neither direction", "不分优劣"),
    "smallest": B("Fewest people", "最少人口"),
    "smallest_why": B(
        "areas with fewer people have no value of their own", "人口更少的片区不单独给出数值"
    ),
    "missing": B("What cannot be seen", "缺失处理"),
    "measure": B("Measure", "测度"),
    "measure_in_code": B("The measure in the code", "测度的代码说明（英文）"),
    "parameters": B("Parameters", "参数"),
    "name": B("Name", "名称"),
    "value": B("Value", "数值"),
    "why": B("Why", "取值依据"),
    "needs": B("What it needs", "所需数据"),
    "needs_nothing": B("It needs nothing beyond the boundary.", "除边界外无需其他数据。"),
    "no_standard": B(
        "No standard known to us sets a threshold for it; it has a value and no grade.",
        "目前未见对其设定阈值的标准；只给出数值，不评级。",
    ),
    "worked": B("Worked example", "算例"),
    "serves": B("Asks that it serves", "对应的部署要求"),
    "serves_none": B("No ask is bound to it by name.", "没有要求直接绑定该指标。"),
    "codes": B("Codes", "代码"),
    "tags": B("Where else it stands", "其他归类"),
    "examination": B("City health examination", "城市体检"),
    "iso": B("ISO 37120", "ISO 37120"),
    "sdg": B("SDG", "可持续发展目标"),
    "rows": B("Rows", "条目"),
    "variants": B("Variants of the method", "方法变体"),
    "variant_of": B("A variant of", "所属方法"),
    "other_variants": B("Other versions of the same method", "同一方法的其他版本"),
    "used_by": B("Used by", "被以下指标或系统使用"),
    "sources": B("Where the method comes from", "方法来源"),
    "limits": B("Limits", "局限"),
    "mend": B("What would mend it", "改进途径"),
    # a standard
    "document": B("Document", "文件"),
    "edition": B("Edition", "版本"),
    "clause": B("Clause", "条款"),
    "threshold": B("Threshold", "阈值"),
    "fair": B("Fair", "尚可"),
    "strength": B("Strength", "效力"),
    "confidence": B("Confidence", "可信度"),
    "valid": B("Valid", "有效期"),
    "since": B("since", "自"),
    "until": B("until", "至"),
    "set": B("Set", "标准集"),
    "jurisdiction": B("Jurisdiction", "适用地区"),
    "anywhere": B("any", "不限"),
    "source": B("Source", "出处"),
    "note": B("Note", "说明"),
    "grades": B("Grades", "评级的指标"),
    "grades_nothing": B("Grades no indicator", "未用于评级"),
    # a worked example
    "value_of": B("Value", "数值"),
    "period": B("Figures of", "数据年份"),
    "coverage": B("Part that the data shows", "数据覆盖度"),
    "numbers": B("With numbers", "代入数值"),
    "numerator": B("Numerator and denominator", "分子与分母"),
    "grade": B("Grade", "评级"),
    "figures": B("Figures", "所用数据"),
    "scores": B("Scores", "得分"),
    "obstacles": B("What holds back", "障碍因素"),
    "method": B("Method", "方法"),
    "cautions": B("Caution", "注意"),
    "by_area": B("By area", "分片区"),
    "area": B("Area", "片区"),
    "state": B("as of", "数据日期"),
    "estimated": B("people are estimated", "人口为估算值"),
    "not_measured": B("Not measured in the examples", "示例城市未测算"),
    "not_measured_text": B(
        "Neither example city has the data for it. What it needs:",
        "两个示例城市均无所需数据。所需数据：",
    ),
    "vector_text": B(
        "Not a city: the round figures that the test suite checks the method with. They show the "
        "arithmetic and nothing else.",
        "并非真实城市，而是测试中用于验算方法的整数数据，仅用于说明计算过程。",
    ),
    "no_examples": B(
        "This build of the site was made without examining the example cities.",
        "本次生成未对示例城市进行体检。",
    ),
    "of_our_own": B(
        "Numbers of the centre of Helsinki come from the extract that `make sample` examines, "
        "those of Dalian from the tables in `examples/dalian`; both were computed when this page "
        "was built.",
        "赫尔辛基市中心的数值来自 `make sample` 所用的地图数据，"
        "大连的数值来自 `examples/dalian` 中的统计表；均在生成本页时计算。",
    ),
    # an arrangement
    "issued_by": B("Issued by", "发布机构"),
    "date": B("Date", "日期"),
    "level": B("Level", "层级"),
    "read_from": B("Read from", "文本来源"),
    "paragraph": B("Paragraph", "段落"),
    "begins": B("Begins with", "开头为"),
    "points": B("Points and asks", "要点与要求"),
    "point": B("Point", "要点"),
    "ask": B("Ask", "要求"),
    "asks": B("Asks", "要求"),
    "bottom_lines": B("Bottom lines", "底线"),
    "no_check": B("no check holds it yet; it needs", "尚无核查；所需数据"),
    "bodies": B("Bodies", "机构"),
    "lead": B("Lead", "主办"),
    "with": B("Co-operates", "协办"),
    "nobody": B("No body is named to lead.", "未明确主办机构。"),
    "named_in": B("Named in", "见于"),
    "not_named": B("our assignment: the document names none", "文件未点名，由我们按职能列出"),
    "leads": B("Leads", "主办的要求"),
    "cooperates": B("Co-operates in", "协办的要求"),
    "gap": B("What cannot be measured yet", "尚不能测算的内容"),
    "gap_needs": B("It needs", "所需数据"),
    "answers": B("Answers in the higher document", "对应的上级要求"),
    "answered_by": B("Answered in lower documents by", "下级文件中的落实要求"),
    "indicators_of_ask": B("Indicators", "指标"),
    # lists
    "all": B("all", "全部"),
    "declared": B("Declared: nothing can compute it yet", "待数据条目：目前无法计算"),
    "meaning": B("Meaning", "含义"),
    "not_used": B("Not used", "不用"),
    "also": B("Also", "亦作"),
    "aggregation": B("Of a city", "全市数值"),
    "sum": B("the sum of its areas", "各片区之和"),
    "mean": B("the mean of its areas, weighted by", "各片区加权平均，权数为"),
    "none": B("must be stated, it does not follow from its areas", "须单独给出，不能由各片区推算"),
    "plausible": B("Plausible", "合理范围"),
    "headers": B("Names in tables", "表头名称"),
    "read_by": B("Read by", "使用该项的指标"),
    "read_by_none": B("No indicator reads it yet.", "暂无指标使用。"),
    "items": B("Items", "指标项"),
    "per": B("divided by", "除以"),
    "scale_from": B("Scale", "标度"),
    "of_sample": B("least to largest of the sample", "样本最小值至最大值"),
    "form": B("Form of the coupling", "耦合度形式"),
    "weights": B("Weights", "权重"),
    "scored_by": B("Scored by", "计算该系统的指标"),
    "english_only": B("", "本页目前只有英文。"),
    "stock": B("Stocks, at a date", "存量（时点）"),
    "flow": B("Flows, in a year", "流量（年度）"),
    "ratio": B("Ratios", "比率"),
    "index": B("Indices", "指数"),
    "supports": B("What a denominator counts", "统计对象"),
    "missing_policies": B("What cannot be seen", "缺失处理方式"),
    "strengths": B("How strongly a clause binds", "条款效力"),
    "confidences": B("How well a threshold is known", "阈值的可信度"),
    "kinds": B("Kinds of indicators", "指标类型"),
    "units": B("Units", "单位"),
}  # fmt: skip
"""Every label by its key."""

VARIABLE_KINDS: Final[Mapping[str, Bilingual]] = {
    "stock": WORDS["stock"],
    "flow": WORDS["flow"],
    "ratio": WORDS["ratio"],
    "mean": B("Means", "平均值"),
    "index": WORDS["index"],
}
"""Kinds of variables, in the order of the pages."""

HOME: Final[Mapping[str, Bilingual]] = {
    "lead": B(
        "Every indicator, ask, standard and word that urbanwork measures a city with: how it is "
        "defined, where it comes from, what it does not show, and what it gives on real data.",
        "urbanwork 体检城市所用的全部指标、部署要求、标准与词汇："
        "如何定义、出自何处、有何局限，以及在真实数据上的结果。",
    ),
    "made": B(
        "These pages are written from the catalogue itself each time the site is built; nothing "
        "here can differ from what the program computes. They need no internet: open them from a "
        "folder, search included.",
        "本手册在每次生成时直接由指标目录写出，与程序实际计算的内容一致。无需联网，从文件夹打开即可使用，包括搜索。",
    ),
    "find": B("Find", "查找"),
    "count": B("Count", "数量"),
}
"""Texts of the first page."""
