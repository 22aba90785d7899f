"""Fixed texts of the page of a growth simulation, in English and Chinese."""

from __future__ import annotations

from urbanwork.catalogue.models import Bilingual

TEXTS: dict[str, Bilingual] = {
    "title_forecast": Bilingual("Growth simulated", "城镇扩展模拟"),
    "title_validation": Bilingual("Growth validated", "城镇扩展模拟检验"),
    "map_forecast": Bilingual(
        "Where it may grow: share of runs in which a cell is built",
        "可能扩展的位置：各次模拟中转为建设用地的次数占比",
    ),
    "map_validation": Bilingual("Where it grew, and where we said so", "实际扩展与模拟扩展对比"),
    "always": Bilingual("in every run", "每次模拟"),
    "half": Bilingual("in half", "半数"),
    "seldom": Bilingual("in a tenth; fewer are not shown", "十分之一（更少者不显示）"),
    "built": Bilingual("built at the start", "起始年已建"),
    "masked": Bilingual("masked: may not be built", "禁止建设"),
    "hit": Bilingual("grew, as simulated", "命中"),
    "miss": Bilingual("grew, not simulated", "漏报"),
    "false_alarm": Bilingual("simulated, did not grow", "误报"),
    "demand_head": Bilingual("Demand", "用地需求"),
    "demand": Bilingual("demand", "需求总量"),
    "placed": Bilingual("placed in each run", "每次模拟落实"),
    "shortfall": Bilingual("without a place", "无法落实"),
    "candidates": Bilingual("cells that may be built", "可建设单元"),
    "cells": Bilingual("number of cells", "单元数"),
    "area": Bilingual("square kilometres", "平方公里"),
    "masks_head": Bilingual("Hard masks", "刚性管控"),
    "masks_none": Bilingual(
        "No mask was given: nothing but built land and no data was kept free.",
        "未提供管控范围：除已建用地与无数据外均可转换。",
    ),
    "mask": Bilingual("mask", "管控范围"),
    "converted": Bilingual("converted, in all runs", "被转换单元（全部模拟）"),
    "scores_head": Bilingual("Scores beside maps that know nothing", "精度与基准对照"),
    "method": Bilingual("map", "结果"),
    "ranked": Bilingual("simulation, largest weights first", "模拟（按权重取大）"),
    "random": Bilingual("random, on average", "随机分配（期望）"),
    "distance": Bilingual("nearest to built land", "邻近已建优先"),
    "no_change": Bilingual("no change", "无变化"),
    "merit": Bilingual("figure of merit", "FoM"),
    "hits": Bilingual("hits", "命中"),
    "misses": Bilingual("misses", "漏报"),
    "false_alarms": Bilingual("false alarms", "误报"),
    "quantity": Bilingual("quantity disagreement", "数量差异"),
    "allocation": Bilingual("allocation disagreement", "位置差异"),
    "runs_merit": Bilingual(
        "Single runs with chance: figure of merit, mean and standard deviation of runs",
        "含随机性的单次模拟：FoM 均值与标准差",
    ),
    "note": Bilingual(
        "A figure of merit depends on how much grows and is not comparable from place to place; "
        "read it against the baselines. Kappa is high even where nothing is known, so it is not "
        "shown here.",
        "FoM 取决于扩展量，不同地区不可直接比较，应与基准对照阅读。"
        "Kappa 在毫无信息时也很高，故此处不列。",
    ),
    "limits": Bilingual(
        "A simulation carries on what two maps taught. It knows no prices, no decisions and no new "
        "roads but those given as drivers.",
        "模拟仅延续两期地图所反映的规律，不含价格、决策及未作为驱动因子提供的新建道路。",
    ),
    "seen_by_internal": Bilingual(
        "Internal: rests on layers that are not public.", "内部资料：依据未公开图层。"
    ),
    "seen_by_restricted": Bilingual(
        "Restricted: rests on layers that only few may see.", "限制知悉：依据涉密或受限图层。"
    ),
    "rests_on": Bilingual("Rests on", "依据"),
}
