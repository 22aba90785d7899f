"""The closed lists of words that indicators and standards are written in, each with its meaning.

A word that is not here is a fault of the file, told with the nearest word that is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from urbanwork.catalogue.models import Bilingual

UNITS: Final = (
    "%", "1", "1/yr", "%/yr", "points", "m", "km", "m2", "ha", "km2", "min", "h", "days", "years",
    "people", "places", "people/place", "people/km2", "m2/person", "km/km2", "1/km", "1/km2",
    "1/person",
    "per 1,000 people", "per 10,000 people", "per 100,000 people", "per 10,000 vehicles",
    "per 10,000 firms", "count", "seats", "spaces", "buildings", "cases", "km/h", "ug/m3",
    "yuan", "yuan/person", "10,000 yuan/person", "100 million yuan/km2", "m3/person",
    "m3/10,000 yuan", "tce/10,000 yuan", "months", "per inspection",
)  # fmt: skip
"""Units of values and standards; `1` is a ratio of like quantities or an index."""

PARAMETER_UNITS: Final = (*UNITS, "name", "year", "m/min")
"""Units of parameters; a `name` is a word or a list of words, such as a category of place."""

SUPPORTS: Final[Mapping[str, Bilingual]] = {
    "people": Bilingual("people", "人口"),
    "land": Bilingual("land, without water", "陆地面积"),
    "built_up_land": Bilingual("built-up land", "建成区用地"),
    "residential_land": Bilingual("residential land", "居住用地"),
    "buildings": Bilingual("buildings", "建筑"),
    "streets": Bilingual("length of streets", "道路长度"),
    "junctions": Bilingual("junctions and ends of streets", "道路交叉口与端点"),
    "places": Bilingual("places", "设施数量"),
    "categories": Bilingual("categories of places", "设施类别"),
    "grid_cells": Bilingual("cells of the population grid", "人口网格单元"),
    "region": Bilingual("area within the boundary, water included", "边界内面积（含水域）"),
    "reported": Bilingual("as the table reports it", "按统计口径"),
    "residents": Bilingual("resident population", "常住人口"),
    "registered": Bilingual("registered population", "户籍人口"),
    "workers": Bilingual("workers by home and work", "就业者（按居住地与工作地）"),
    "households": Bilingual("households", "户数"),
    "products": Bilingual("gross domestic product", "地区生产总值"),
    "firms": Bilingual("firms", "企业数量"),
    "built_up_grid": Bilingual("built-up area of dated rasters", "多期建成区栅格面积"),
    "new_built_up_grid": Bilingual("newly built-up area of dated rasters", "新增建成区面积"),
    "projects": Bilingual("projects or their floor area", "项目数量或建筑面积"),
    "tasks": Bilingual("tasks, cases or inspections that were due", "应完成的任务、案件或检查"),
    "areas": Bilingual("areas of the city", "各片区"),
    "systems": Bilingual("systems that are held against each other", "相互协调的各系统"),
}
"""What the denominator of an indicator counts (STANDARDS.md 0.3: always named)."""

MISSING_POLICIES: Final[Mapping[str, Bilingual]] = {
    "bounds": Bilingual(
        "What lies beyond the edge of the data is left out of the value and widens its range: "
        "none of it reached, or all of it.",
        "数据边缘以外的部分不计入数值，只扩大其区间：全部未覆盖或全部覆盖。",
    ),
    "seen_only": Bilingual(
        "The value speaks of the part that the data shows; coverage says how large that part is.",
        "数值只代表数据可见的部分，可见比例由覆盖度说明。",
    ),
    "itself": Bilingual(
        "The indicator measures the data itself, so it holds however thin the data is.",
        "该指标衡量数据本身，无论数据多少均可计算。",
    ),
}
"""How an indicator treats what cannot be seen. A failed completeness check is no data in each."""

LAYERS: Final = (
    "streets", "buildings", "landuse", "people", "timetable", "green", "drive",
)  # fmt: skip
"""Layers that an indicator may name as `layer:<name>`; categories are `place:<category>`."""

ASKS: Final[Mapping[str, Bilingual]] = {
    "C1": Bilingual("space, scale and industry", "空间、规模、产业"),
    "C2": Bilingual("planning, construction and management", "规划、建设、管理"),
    "C3": Bilingual("reform, technology and culture", "改革、科技、文化"),
    "C4": Bilingual("production, living and ecology", "生产、生活、生态"),
    "C5": Bilingual("government, society and citizens", "政府、社会、市民"),
    "INT": Bilingual("intensive development", "集约发展"),
    "PIL": Bilingual("pilot zones", "试点示范区"),
    "INN": Bilingual("innovation and talent", "创新与人才"),
    "PLN": Bilingual("planning and construction management", "规划与建设管理"),
    "INF": Bilingual("infrastructure", "基础设施"),
    "MGR": Bilingual("reform of urban management", "城市管理改革"),
    "URB": Bilingual("new urbanization", "新型城镇化"),
    "5EL": Bilingual(
        "space, population, resources, environment and industry", "空间、人口、资源、环境、产业"
    ),
    "CIT": Bilingual("citizenization", "农业转移人口市民化"),
    "URI": Bilingual("integration of city and countryside", "城乡一体化"),
    "CUL": Bilingual("culture and character", "文化与特色"),
    "ECO": Bilingual("ecological environment", "生态环境"),
    "FOOD": Bilingual("food and drug safety", "食品药品安全"),
    "DIS": Bilingual("disaster prevention and mitigation", "防灾减灾"),
    "RES": Bilingual("responsibility, supervision and inspection", "责任与督查"),
    "LAW": Bilingual("regulations made public", "法规宣传"),
    "LIV": Bilingual("a livable city", "宜居城市"),
    "GRB": Bilingual("green building", "绿色建筑"),
    "3NET": Bilingual("convergence of telecom, broadcasting and internet", "三网融合"),
    "DIG": Bilingual(
        "information, digital, lawful and standard management", "信息化、数字化、法治化、规范化"
    ),
    "B-E": Bilingual("bottom line of ecology", "生态底线"),
    "B-S": Bilingual("bottom line of safety", "安全底线"),
    "B-L": Bilingual("bottom line of livelihood", "民生底线"),
    "M-ORG": Bilingual("organisation and leadership", "组织领导机制"),
    "M-COG": Bilingual("co-governance", "多元共治机制"),
    "M-FIN": Bilingual("investment and financing", "投融资机制"),
}
"""Asks of the arrangement that an indicator may serve (codes of STANDARDS.md)."""

STRENGTHS: Final[Mapping[str, Bilingual]] = {
    "mandatory": Bilingual("mandatory", "强制性"),
    "advisory": Bilingual("advisory", "推荐性"),
    "information": Bilingual("for reference", "参考性"),
}
"""How strongly a clause binds, strongest first."""

CONFIDENCES: Final[Mapping[str, Bilingual]] = {
    "A": Bilingual("the text of the standard was read", "已查阅标准原文"),
    "B": Bilingual("found in a secondary source only", "仅见于二手资料"),
    "C": Bilingual("from knowledge, unverified", "凭知识记录，未经核实"),
    "V": Bilingual("recomputed on real data or by algebra", "经真实数据或代数复核"),
}
"""How well a threshold is known."""
