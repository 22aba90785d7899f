"""What files of zones call their columns, the kinds of zone and who may see them."""

from __future__ import annotations

from collections.abc import Mapping

from urbanwork.sources.statistics.words import folded

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "code", "zone_id", "编号", "编码", "代码", "标识码", "BSM"),
    "kind": ("kind", "zone_kind", "zone_type", "type", "category", "类型", "类别", "控制线类型",
             "控制线名称", "分区类型", "红线类型", "GKXLX", "Layer"),
    "name": ("name", "zone_name", "名称", "区块名称", "红线名称", "MC", "XMMC"),
    "authority": ("authority", "body", "agency", "主管部门", "主管单位", "批准机关", "划定机关",
                  "管理部门"),
    "date": ("date", "approved", "valid_from", "批准日期", "划定日期", "批准时间", "划定时间",
             "日期"),
    "document": ("document", "source_document", "批准文号", "批复文号", "文号", "依据", "依据文件"),
    "visibility": ("visibility", "access", "confidentiality", "可见范围", "公开属性", "公开范围",
                   "密级"),
    "error_m": ("error_m", "accuracy_m", "mapping_error", "制图误差", "精度", "位置精度"),
    "quality": ("quality", "grade", "质量等别", "耕地质量等别", "质量等级", "耕地质量等级",
                "国家利用等", "GJLYD", "PJZLD"),
}  # fmt: skip
"""What the columns may be called; a Shapefile keeps the first ten bytes of a name."""

_KINDS: Mapping[str, tuple[str, ...]] = {
    "ecological_red_line_core": (
        "生态保护红线核心区", "自然保护地核心保护区", "核心保护区", "自然保护区核心区",
        "生态红线核心区", "core reserve", "ecological core", "red line core",
    ),
    "ecological_red_line": (
        "生态保护红线", "生态红线", "生态保护红线一般控制区", "一般控制区", "其他生态保护红线",
        "ecological redline", "ecological protection red line", "ecological conservation red line",
        "erl",
    ),
    "permanent_farmland": (
        "永久基本农田", "基本农田", "永久基本农田保护区", "永久基本农田保护红线",
        "permanent basic farmland", "basic farmland", "prime farmland", "pbf",
    ),
    "development_boundary": (
        "城镇开发边界", "城市开发边界", "城镇集中建设区", "开发边界", "urban development boundary",
        "urban growth boundary", "growth boundary", "udb",
    ),
    "road_red_line": ("道路红线", "道路控制线", "road line", "road reserve", "right of way"),
    "green_line": ("绿线", "城市绿线", "green space line"),
    "blue_line": ("蓝线", "城市蓝线", "河道蓝线", "water line", "river line"),
    "purple_line": ("紫线", "城市紫线", "历史文化街区", "历史文化保护线", "conservation area"),
    "yellow_line": ("黄线", "城市黄线", "基础设施控制线", "infrastructure line"),
    "flood_risk": (
        "洪涝风险控制线", "洪涝风险区", "蓄滞洪区", "行洪区", "洪水风险区", "flood zone",
        "flood plain", "floodplain", "flood risk zone", "flood storage",
    ),
    "geohazard": (
        "地质灾害高风险区", "地质灾害易发区", "地质灾害风险区", "地质灾害", "活动断层避让区",
        "活断层避让带", "landslide", "active fault", "fault setback", "geological hazard",
    ),
    "heritage": ("文物保护范围", "文物保护单位", "文物建设控制地带", "遗产区", "heritage site",
                 "monument", "world heritage"),
    "pilot_zone": ("先导区", "试点区", "示范区", "试点片区", "更新试点", "pilot", "pilot area"),
    "industrial_line": ("工业红线", "工业用地控制线", "工业控制线", "工业线", "industrial red line",
                        "industrial land line"),
    "coast_line": ("海岸线", "海岸建筑退缩线", "海岸线保护", "岸线", "coastline", "coastal setback",
                   "coast setback"),
    "park": ("公园", "公园绿地", "parks", "public park"),
    "water_source": ("饮用水水源保护区", "水源保护区", "饮用水源地", "水源地",
                     "drinking water protection", "water protection area"),
    "hazardous_site": (
        "危险品场所", "危险化学品企业", "油气安全防护区", "危化品", "安全防护距离",
        "hazardous goods", "hazardous materials", "dangerous goods", "hazmat",
    ),
}  # fmt: skip

_VISIBILITY = {
    "public": ("public", "open", "公开", "对外公开", "主动公开"),
    "internal": ("internal", "内部", "工作秘密", "依申请公开", "内部使用"),
    "restricted": ("restricted", "confidential", "secret", "涉密", "受限", "不公开", "秘密",
                   "不予公开", "机密"),
}  # fmt: skip

KINDS: Mapping[str, str] = {
    folded(word): kind for kind, words in _KINDS.items() for word in (kind, *words)
}
"""Words of files, folded -> kind of zone."""
VISIBILITIES: Mapping[str, str] = {
    folded(word): level for level, words in _VISIBILITY.items() for word in words
}
"""Words of files, folded -> who may see it."""

WORD_OF_KIND: Mapping[str, tuple[str, str]] = {
    "ecological_red_line_core": ("ecological red line (core)", "生态保护红线核心区"),
    "ecological_red_line": ("ecological red line", "生态保护红线"),
    "permanent_farmland": ("permanent basic farmland", "永久基本农田"),
    "development_boundary": ("urban development boundary", "城镇开发边界"),
    "road_red_line": ("road red line", "道路红线"),
    "green_line": ("green line", "绿线"),
    "blue_line": ("blue line", "蓝线"),
    "purple_line": ("purple line", "紫线"),
    "yellow_line": ("yellow line", "黄线"),
    "flood_risk": ("flood risk control line", "洪涝风险控制线"),
    "geohazard": ("geohazard zone", "地质灾害风险区"),
    "heritage": ("heritage protection zone", "文物保护范围"),
    "pilot_zone": ("pilot zone", "先导区"),
    "industrial_line": ("industrial line", "工业用地控制线"),
    "coast_line": ("coast line", "海岸线控制范围"),
    "park": ("park", "公园"),
    "water_source": ("water source protection zone", "饮用水水源保护区"),
    "hazardous_site": ("hazardous site", "危险品场所"),
}


def kind_title(kind: str, lang: str) -> str:
    """A kind of zone in words; one of the city's own stays as the city writes it.

    >>> kind_title("green_line", "zh"), kind_title("bird_reserve", "en")
    ('绿线', 'bird reserve')
    """
    if kind in WORD_OF_KIND:
        return WORD_OF_KIND[kind][lang == "zh"]
    return kind if lang == "zh" else kind.replace("_", " ")
