"""Decides what a line of a list of organisations says, and what it comes to beside what is recorded."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from services.chassis.refusals import Refusal
from services.registry.parties.domain.organization import (
    Organization,
    OrganizationFacts,
    SizeClass,
    amend,
    organization_faults,
)
from services.registry.transfer.domain.headers import Column, fold
from services.registry.transfer.domain.importing import RECORDED, Cells, Change, Judged, Line, Outcome
from services.registry.transfer.domain.known import Known
from services.registry.transfer.domain.normalising import choice_of, code_of, day_of, name_of, region_of

COLUMNS = (
    Column("uscc", ("统一社会信用代码", "社会信用代码", "信用代码", "统一信用代码", "机构代码"), required=True),
    Column("name", ("名称", "单位名称", "企业名称", "机构名称", "公司名称"), required=True),
    Column(
        "region", ("所属区县", "所属县区", "区县", "县区", "县(市、区)", "所在地", "所属地区", "地区"), required=True
    ),
    Column("legal_form", ("组织形式", "企业类型", "单位类型", "机构类型", "类型")),
    Column("size_class", ("企业规模", "规模", "规模类型", "划型")),
    Column("registered_on", ("成立日期", "注册日期", "成立时间", "登记日期", "注册时间")),
)

_SIZES = {
    SizeClass.MICRO: ("微型企业", "微型", "微"),
    SizeClass.SMALL: ("小型企业", "小型", "小"),
    SizeClass.MEDIUM: ("中型企业", "中型", "中"),
    SizeClass.LARGE: ("大型企业", "大型", "大"),
}
_SIZE_WORDS = {fold(word): size.value for size, words in _SIZES.items() for word in (size.value, *words)}


def read(told: Cells, known: Known) -> tuple[str | None, dict[str, Any]]:
    """Read the cells of a line; gives its key, which is the credit code, and its facts by field."""
    told.require("uscc", "name", "region")
    size = told.read("size_class", lambda cell: choice_of(cell, _SIZE_WORDS))
    facts: dict[str, Any] = {
        "uscc": told.read("uscc", code_of),
        "name": told.read("name", name_of),
        "region": told.read("region", lambda cell: region_of(cell, known.places)),
        "legal_form": told.read("legal_form", name_of),
        "size_class": None if size is None else SizeClass(size),
        "registered_on": told.read("registered_on", day_of),
    }
    meant = {name: value for name, value in facts.items() if value is not None}
    blank = OrganizationFacts(uscc="", name="", region="")
    wrong = organization_faults(replace(blank, **meant), regions=known.regions, today=known.today)
    told.faults += [reason for reason in wrong if reason.pointer is not None and reason.pointer[1:] in meant]
    return facts["uscc"], meant


@dataclass(slots=True)
class Recording:
    """What the lines of a batch come to: organisations to be recorded anew, and those to be written down as changed."""

    known: Known
    there: dict[str, Organization]
    fresh: Callable[[], UUID]
    dry_run: bool
    new: list[Organization] = field(default_factory=list)
    changed: list[Organization] = field(default_factory=list)

    def judge(self, line: Line) -> Judged:
        """Decide what a sound line comes to. Empty cells say nothing, so what is recorded stays."""
        there = self.there.get(line.meant["uscc"])
        if there is None:
            made = Organization(self.fresh(), OrganizationFacts(**line.meant).written())
            self.new.append(made)
            return Judged(line, Outcome.CREATED, None if self.dry_run else made.id, line.changes)
        told = {name: value for name, value in line.meant.items() if name != "uscc"}
        try:
            amended = amend(there, told, by_itself=False, regions=self.known.regions, today=self.known.today)
        except Refusal as refusal:
            return Judged.rejected(line, refusal.reasons)
        differences = _differences(there.facts, amended.facts)
        if not differences:
            return Judged(line, Outcome.UNCHANGED, there.id, line.changes)
        self.changed.append(amended)
        return Judged(line, Outcome.CHANGED, there.id, (*line.changes, *differences))


def _differences(before: OrganizationFacts, after: OrganizationFacts) -> tuple[Change, ...]:
    named = [(name, getattr(before, name), getattr(after, name)) for name in OrganizationFacts.__dataclass_fields__]
    return tuple(Change(name, _shown(was), _shown(is_), RECORDED) for name, was, is_ in named if was != is_)


def _shown(value: Any) -> str | None:
    return None if value is None else str(value)
