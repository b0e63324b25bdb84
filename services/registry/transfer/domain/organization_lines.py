"""Decides what a line of a list of organisations says: their facts, and the figures of a year behind their size."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.chassis.refusals import Reason
from services.registry.parties.domain.organization import OrganizationFacts, SizeClass, organization_faults
from services.registry.parties.domain.size import (
    Industry,
    Measure,
    SizeFacts,
    SizeSource,
    SizeStandard,
    size_faults,
    size_of,
)
from services.registry.transfer.domain.headers import Column, fold
from services.registry.transfer.domain.importing import Cells
from services.registry.transfer.domain.known import Known
from services.registry.transfer.domain.normalising import (
    amount_of,
    choice_of,
    code_of,
    count_of,
    day_of,
    name_of,
    region_of,
    year_of,
)

COLUMNS = (
    Column("uscc", ("统一社会信用代码", "社会信用代码", "信用代码", "统一信用代码", "机构代码"), required=True),
    Column("name", ("名称", "单位名称", "企业名称", "机构名称", "公司名称"), required=True),
    Column(
        "region",
        ("所属区县", "所属县区", "区县", "县区", "所在区县", "所属县", "所在地", "所属地区", "地区"),
        required=True,
    ),
    Column("legal_form", ("组织形式", "企业类型", "单位类型", "机构类型", "类型")),
    Column("size_class", ("企业规模", "规模", "规模类型", "划型")),
    Column("registered_on", ("成立日期", "注册日期", "成立时间", "登记日期", "注册时间")),
    Column("year", ("年度", "年份", "数据年度", "统计年度")),
    Column("industry", ("行业", "所属行业", "行业类别", "行业名称")),
    Column("staff", ("从业人员", "从业人数", "从业人员数", "职工人数", "员工人数")),
    Column("revenue", ("营业收入", "年营业收入", "上年度营业收入", "上年营业收入", "销售收入", "营收")),
    Column("assets", ("资产总额", "总资产", "资产总计")),
)
FACTS = ("name", "region", "legal_form", "size_class", "registered_on")
SIZE = ("year", "industry", *(measure.value for measure in Measure))
NOBODY = UUID(int=0)
"""Whose figures they are while the line is only read."""

_SIZES = {
    SizeClass.MICRO: ("微型企业", "微型", "微"),
    SizeClass.SMALL: ("小型企业", "小型", "小"),
    SizeClass.MEDIUM: ("中型企业", "中型", "中"),
    SizeClass.LARGE: ("大型企业", "大型", "大"),
}
_SIZES_KNOWN = tuple(words[0] for words in _SIZES.values())
_SIZE_WORDS = {fold(word): size.value for size, words in _SIZES.items() for word in (size.value, *words)}


def read(told: Cells, known: Known) -> tuple[str | None, dict[str, Any]]:
    """Read the cells of a line; gives its key, which is the credit code, and its facts by field."""
    told.require("uscc", "name", "region")
    size = told.read("size_class", lambda cell: choice_of(cell, _SIZE_WORDS, _SIZES_KNOWN))
    facts: dict[str, Any] = {
        "uscc": told.read("uscc", code_of),
        "name": told.read("name", name_of),
        "region": told.read("region", lambda cell: region_of(cell, known.places)),
        "legal_form": told.read("legal_form", name_of),
        "size_class": None if size is None else SizeClass(size),
        "registered_on": told.read("registered_on", day_of),
        **_figures(told, known.standard),
    }
    meant = {name: value for name, value in facts.items() if value is not None}
    blank = OrganizationFacts(uscc="", name="", region="")
    plain = {name: value for name, value in meant.items() if name in ("uscc", *FACTS)}
    wrong = organization_faults(replace(blank, **plain), regions=known.regions, today=known.today)
    told.faults += [reason for reason in wrong if reason.pointer is not None and reason.pointer[1:] in meant]
    told.faults += _size_faults(told, meant, known)
    return facts["uscc"], meant


def choices(known: Known) -> dict[str, Sequence[str]]:
    """What the cells of a column may say where that is one of a few words, by field, in Chinese."""
    return {"size_class": _SIZES_KNOWN, "industry": industries_known(known.standard)}


def industries_known(standard: SizeStandard) -> tuple[str, ...]:
    """The industries of the standard as cells call them: 工业, or what is told behind it in brackets."""
    return tuple(word for one in standard.industries.values() for word in _called(one)[1:] or (one.name_zh,))


def _called(industry: Industry) -> tuple[str, ...]:
    """Its name in the table, and that of each part that the table counts there: 工业（采矿业，制造业，…）."""
    name, _, parts = industry.name_zh.removesuffix("）").partition("（")
    return (industry.name_zh, name, *parts.split("，")) if parts else (industry.name_zh,)


def size_facts(meant: dict[str, Any], organization_id: UUID, document_id: UUID | None) -> SizeFacts | None:
    """Give the figures that a line tells of an organisation, with the file as evidence; None when it tells none."""
    if "year" not in meant or "industry" not in meant:
        return None
    figures = {measure: meant.get(measure.value) for measure in Measure}
    return SizeFacts(organization_id, meant["year"], meant["industry"], figures, SizeSource.OPERATOR, document_id)


def _figures(told: Cells, standard: SizeStandard) -> dict[str, Any]:
    words = {
        fold(word): one.id for one in standard.industries.values() for word in (one.id, one.name_en, *_called(one))
    }
    known = industries_known(standard)
    return {
        "year": told.read("year", year_of),
        "industry": told.read("industry", lambda cell: choice_of(cell, words, known)),
        "staff": told.read("staff", count_of),
        "revenue": told.read("revenue", lambda cell: amount_of(cell, told.units.get("revenue", ""))),
        "assets": told.read("assets", lambda cell: amount_of(cell, told.units.get("assets", ""))),
    }


def _size_faults(told: Cells, meant: dict[str, Any], known: Known) -> list[Reason]:
    """Figures come with their year and industry; a class beside them is the one that follows from them."""
    if not any(name in told.cells for name in SIZE):
        return []
    told.require("year", "industry")
    facts = size_facts(meant, NOBODY, None)
    if facts is None:
        return []
    faults = size_faults(facts, (), standard=known.standard, by_itself=False, today=known.today)
    unread = {fault.pointer for fault in told.faults}
    if faults or "size_class" not in meant or unread & {f"/{name}" for name in SIZE}:
        return [fault for fault in faults if fault.pointer not in unread]
    if size_of(facts.figures, known.standard.industries[facts.industry]) is meant["size_class"]:
        return []
    return [Reason("organization.sized", rule="a size class computed from figures counts", pointer="/size_class")]
