"""Fixed texts of the report for officials, English and Chinese: one wording for every format."""

from __future__ import annotations

from urbanwork.catalogue.models import Bilingual

_PAIRS: dict[str, tuple[str, str]] = {
    "title": ("City examination report", "城市体检报告"),
    "city": ("City", "城市"),
    "as_of": ("Data as of", "数据截至"),
    "id": ("Examination number", "体检编号"),
    "arrangement": ("Arrangement", "工作部署"),
    "people": ("People", "人口"),
    "land": ("Land", "陆地面积"),
    "areas": ("Areas", "片区"),
    "standards": ("Standards", "标准"),
    "made_with": ("Made with", "生成工具"),
    "contents": ("Contents", "目录"),
    "answers": ("What this report answers", "本报告回答的问题"),
    "answers_points": (
        "{n} indicators are held against the asks of “{document}”, point by point. {measured} of "
        "them could be measured.",
        "对照《{document}》逐点衡量，共{n}项指标，其中{measured}项已测得。",
    ),
    "answers_dimensions": (
        "{n} indicators are grouped by dimension, for this city names no arrangement. {measured} "
        "of them could be measured.",
        "该城市未指定工作部署，{n}项指标按维度排列，其中{measured}项已测得。",
    ),
    "answers_sources": (
        "Every figure stands with its unit, its range where it has one, the standard that it is "
        "held against with the clause, and its source. A figure that is missing says why; it is "
        "never counted as a failure or as a pass.",
        "每个数值均注明单位、区间、对照标准及条款、数据来源。缺失的数值说明原因，既不计为不足，也不计为达标。",
    ),
    "without_extract": (
        "This examination rests on areas and tables alone. A map extract would add streets, "
        "places, green land and buildings, and with them {n} indicators of access, form and "
        "safety, down to single blocks.",
        "本次体检仅依据片区边界和统计表。补充地图数据后可增加道路、设施、绿地与建筑，"
        "并可测得{n}项可达性、形态与安全指标，精确到街坊。",
    ),
    "ask_growth": ("Where is growth intensive?", "增长在哪里集约？"),
    "ask_difficulties": ("Where are people's difficulties?", "群众的困难在哪里？"),
    "ask_coordination": ("How coordinated are the areas?", "各片区协调程度如何？"),
    "ask_binding": ("What binds?", "制约因素是什么？"),
    "between_areas": (
        "{title}: highest in {high}, lowest in {low}.",
        "{title}：最高为{high}，最低为{low}。",
    ),
    "area_value": ("{area} ({value})", "{area}（{value}）"),
    "area_short": ("{area}: {n} indicators fall short.", "{area}：{n}项指标不足。"),
    "area_short_people": (
        "{area}: {n} indicators fall short, by one of them for {people}.",
        "{area}：{n}项指标不足，单项涉及人口最多{people}。",
    ),
    "people_per_land": ("People by land", "人口密度（按陆地面积）"),
    "system_told": ("{title}. {told}", "{title}：{told}"),
    "binds_in": (
        "{what}: binds most in {n} scores of areas.",
        "{what}：在{n}个片区评分中为首要障碍。",
    ),
    "no_growth_figures": (
        "No indicator of intensive development could be measured by area.",
        "尚无按片区测得的集约发展指标。",
    ),
    "no_coordination": (
        "The data given is not enough to score coordination.",
        "现有数据不足以评价协调度。",
    ),
    "coordination_lede": (
        "Coupling coordination of subsystems, from 0 to 1. Coordination does not say that all is "
        "well: areas that are weak in everything can be coupled, and the cautions say where.",
        "各子系统的耦合协调度，取值0至1。协调不等于良好：各方面同样薄弱的片区也可能“耦合”，提示中已注明。",
    ),
    "system": ("System", "系统"),
    "scores": ("Scores of subsystems", "子系统得分"),
    "cautions": ("What must be known", "须知"),
    "table_and_map": ("Table and map", "数据表与地图"),
    "findings": ("Headline findings", "主要发现"),
    "overview": ("Overview by point", "各点概览"),
    "overview_dimensions": ("Overview by dimension", "各维度概览"),
    "point": ("Point", "工作要点"),
    "dimension": ("Dimension", "维度"),
    "ask": ("Ask", "要求"),
    "measured_of": ("Measured", "已测得"),
    "lead": ("Lead: {names}", "主办：{names}"),
    "cooperating": ("Co-operating: {names}", "协办：{names}"),
    "not_bound": ("No indicator is bound to this ask yet.", "该要求尚未对应指标。"),
    "to_be_bound": (
        "Draft: nobody has confirmed what measures this ask.",
        "草稿：该要求的衡量方式尚待确认。",
    ),
    "missing_of": ("{what}: {why}", "{what}：{why}"),
    "not_given": (
        "No table of the city gives the figures that they need; the list of gaps names them.",
        "统计表未提供所需数据，逐项所需见“未测得的内容及原因”。",
    ),
    "not_given_here": (
        "No table of the city gives the figures that they need.",
        "统计表未提供所需数据。",
    ),
    "missing_above": (
        "{n} more of its indicators are not measured, see above.",
        "另有{n}项指标未测得，见上文。",
    ),
    "methods_measured": (
        "Methods of the indicators that have a value; those of all others stand in the workbook.",
        "以下为已测得指标的方法；其余指标的方法见工作簿。",
    ),
    "gap": ("Gap", "缺口"),
    "gap_of": (
        "Not measured yet: {what}; it needs: {data}",
        "尚不能测得：{what}；所需数据：{data}",
    ),
    "bottom_line": ("Bottom line", "底线"),
    "state": ("State", "状态"),
    "anchor": ("Paragraph {anchor} of the source", "原文第{anchor}段"),
    "indicator": ("Indicator", "指标"),
    "value": ("Value", "数值"),
    "unit": ("Unit", "单位"),
    "lower": ("Lowest", "下限"),
    "upper": ("Highest", "上限"),
    "range": ("Range", "区间"),
    "period": ("Period", "时期"),
    "grade": ("Grade", "评级"),
    "standard": ("Standard and clause", "标准与条款"),
    "asked": ("Asked for", "标准要求"),
    "source": ("Source", "数据来源"),
    "why_missing": ("Why it is missing", "缺失原因"),
    "worst": ("Worst area", "最差片区"),
    "worst_is": ("Worst area: {area}", "最差片区：{area}"),
    "and_more": ("{names} and {n} more", "{names}等{n}项"),
    "no_check_needs": (
        "nothing checks it yet; a check needs: {note}",
        "尚无核查；核查所需数据：{note}",
    ),
    "no_standard": ("none held against it", "未对照标准"),
    "gaps": ("What is not measured, and why", "未测得的内容及原因"),
    "no_gaps": ("Every indicator has a value for the city.", "各项指标均有全市数值。"),
    "errata": ("Errata", "勘误"),
    "errata_lede": (
        "Corrected after this examination was frozen. The tables keep what was frozen.",
        "定稿后更正的数值；各表保留定稿值。",
    ),
    "erratum_is": ("erratum: {now}", "勘误：{now}"),
    "published_on": ("Date", "日期"),
    "published_by": ("Published by", "发布机构"),
    "was": ("Was", "原为"),
    "now": ("Is", "更正为"),
    "why": ("Why", "原因"),
    "withdrawn": ("withdrawn", "撤回"),
    "problems": ("Problems", "问题清单"),
    "problems_lede": (
        "{n} problems, most people concerned first.",
        "共{n}个问题，按涉及人口由多到少排列。",
    ),
    "problems_first": (
        "{n} problems, most people concerned first; the first {m} are listed, the rest stand in "
        "the workbook.",
        "共{n}个问题，按涉及人口由多到少排列；此处列出前{m}个，其余见工作簿。",
    ),
    "no_problems": (
        "No indicator that has a standard falls short. See first what is not measured.",
        "有标准的指标均未见不足。请先查看未测得的内容。",
    ),
    "problem": ("Problem", "问题"),
    "where": ("Where", "位置"),
    "mend": ("What would mend it", "改进途径"),
    "whole": ("The whole city", "全市"),
    "sources": ("Sources", "数据来源清单"),
    "kind": ("Kind", "类别"),
    "file": ("File", "文件"),
    "licence": ("Licence", "许可"),
    "publisher": ("Publisher", "发布者"),
    "date": ("Date", "日期"),
    "hash": ("SHA-256, first digits", "SHA-256（前段）"),
    "not_stated": ("not stated", "未注明"),
    "methods": ("Methods", "方法"),
    "formula": ("Formula", "公式"),
    "limits": ("What it does not show", "局限"),
    "question": ("Question", "问题"),
    "from": ("Method from", "方法出处"),
    "glossary": ("Glossary", "词汇表"),
    "term": ("Term", "术语"),
    "english": ("English", "英文"),
    "chinese": ("Chinese", "中文"),
    "shown_before": ("Also measured by, see above:", "另由下列指标衡量（见上文）："),
    "shown_above": ("{n} indicators that stand above serve this ask too.", "另有{n}项指标见上文。"),
    "shown_above_short": (
        "{n} indicators that stand above serve this ask too; {m} of them fall short: {names}.",
        "另有{n}项指标见上文，其中{m}项不足：{names}。",
    ),
    "provisional": ("provisional", "暂定"),
    "meaning": ("Meaning", "含义"),
    "coordination": ("Coordination", "协调度"),
    "no_value": ("no value", "无数值"),
    "people_concerned": ("People concerned", "涉及人口"),
    "measured_counts": (
        "{measured} of {n} measured; good {good}, fair {fair}, poor {poor}",
        "{n}项中{measured}项已测得；良好{good}项、尚可{fair}项、不足{poor}项",
    ),
    "changed_catalogue": (
        "The catalogue has changed since this examination; texts of methods are those of today.",
        "体检之后指标目录已有变动，方法说明以当前目录为准。",
    ),
}


def words(key: str, **values: Bilingual | object) -> Bilingual:
    """A fixed text with its values put in; a bilingual value goes in by language.

    >>> words("lead", names=Bilingual("Planning", "规划")).zh, words("anchor", anchor=3).en
    ('主办：规划', 'Paragraph 3 of the source')
    """
    english, chinese = _PAIRS[key]
    if not values:
        return Bilingual(english, chinese)
    in_both = {
        name: value if isinstance(value, Bilingual) else Bilingual(str(value), str(value))
        for name, value in values.items()
    }
    return Bilingual(
        english.format(**{name: value.en for name, value in in_both.items()}),
        chinese.format(**{name: value.zh for name, value in in_both.items()}),
    )
