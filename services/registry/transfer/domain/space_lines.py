"""Decides what a line of a list of spaces says, and what it comes to beside what is recorded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from services.chassis.refusals import Reason
from services.registry.parties.domain.organization import Organization, standing_faults
from services.registry.spaces.domain.recognition import state_faults
from services.registry.spaces.domain.space import (
    Premises,
    Space,
    SpaceFacts,
    SpaceForm,
    SpaceKind,
    SpaceState,
    Sponsor,
    space_faults,
)
from services.registry.transfer.domain.headers import Column, fold
from services.registry.transfer.domain.importing import RECORDED, Batch, Cells, Change, Judged, Line, Outcome
from services.registry.transfer.domain.known import Known
from services.registry.transfer.domain.normalising import choice_of, code_of, count_of, name_of, region_of

COLUMNS = (
    Column(
        "operator",
        ("运营单位统一社会信用代码", "运营单位代码", "运营机构代码", "统一社会信用代码", "信用代码"),
        required=True,
    ),
    Column("name", ("众创空间名称", "空间名称", "名称"), required=True),
    Column("region", ("所属区县", "所属县区", "区县", "县区", "所在区县", "所属地区", "地区"), required=True),
    Column("kind", ("类别", "空间类别", "空间类型", "类型"), required=True),
    Column("form", ("形式", "空间形式", "孵化模式"), required=True),
    Column("sponsor", ("建设主体", "主办单位类别", "依托主体")),
    Column("field", ("产业领域", "领域", "专业领域")),
    Column("area_square_metres", ("面积", "建筑面积", "场地面积")),
    Column("seats", ("工位", "工位数", "工位数量")),
    Column("address", ("地址", "场所地址", "详细地址")),
)
PREMISES = ("area_square_metres", "seats", "address")

_KINDS = {
    SpaceKind.DEMONSTRATION_LEADING: ("示范推进型", "示范引领型", "示范推进"),
    SpaceKind.INVESTMENT_PROMOTING: ("投资促进型", "投资促进"),
    SpaceKind.PROFESSIONAL_SERVICE: ("专业服务型", "专业服务", "专业型"),
    SpaceKind.MAKER_INCUBATING: ("创客孵化型", "创客孵化类", "创客孵化"),
}
_FORMS = {
    SpaceForm.MAKER_SPACE: ("创客空间",),
    SpaceForm.CAFE: ("创业咖啡", "创客咖啡"),
    SpaceForm.INNOVATION_WORKSHOP: ("创新工场",),
}
_SPONSORS = {
    Sponsor.LEADING_ENTERPRISE: ("龙头企业", "骨干企业", "龙头骨干企业"),
    Sponsor.RESEARCH_OR_UNIVERSITY: ("高校院所", "科研院所", "高等院校", "新型研发机构"),
    Sponsor.INDUSTRIAL_CLUSTER: ("产业集群", "产业园区", "专业镇"),
    Sponsor.INNOVATION_ZONE: ("自创区", "国家自主创新示范区", "高新区"),
    Sponsor.OVERSEAS: ("海外", "境外", "海外孵化"),
}


def read(told: Cells, known: Known) -> tuple[str | None, dict[str, Any]]:
    """Read the cells of a line; gives its key, the operator's code with the space's name, and its facts by field."""
    told.require(*(column.field for column in COLUMNS if column.required))
    facts: dict[str, Any] = {
        "operator": told.read("operator", code_of),
        "name": told.read("name", name_of),
        "region": told.read("region", lambda cell: region_of(cell, known.places)),
        "kind": _chosen(told, "kind", _KINDS, SpaceKind),
        "form": _chosen(told, "form", _FORMS, SpaceForm),
        "sponsor": _chosen(told, "sponsor", _SPONSORS, Sponsor),
        "field": told.read("field", lambda cell: choice_of(cell, _fields(known), choices(known)["field"])),
        "area_square_metres": told.read("area_square_metres", count_of),
        "seats": told.read("seats", count_of),
        "address": told.read("address", name_of),
    }
    meant = {name: value for name, value in facts.items() if value is not None}
    operator, name = facts["operator"], facts["name"]
    return None if operator is None or name is None else f"{operator} {name}", meant


def choices(known: Known) -> dict[str, Sequence[str]]:
    """What the cells of a column may say where that is one of a few words, by field, in Chinese."""
    few: Mapping[str, Mapping[Any, tuple[str, ...]]] = {"kind": _KINDS, "form": _FORMS, "sponsor": _SPONSORS}
    told = {name: tuple(told_as[0] for told_as in words.values()) for name, words in few.items()}
    return {**told, "field": tuple(row["name_zh"] for row in known.fields.values())}


def _chosen(told: Cells, name: str, words: Mapping[Any, tuple[str, ...]], kind: Callable[[str], Any]) -> Any:
    known = {fold(word): one.value for one, told_as in words.items() for word in (one.value, *told_as)}
    meant = told.read(name, lambda cell: choice_of(cell, known, [told_as[0] for told_as in words.values()]))
    return None if meant is None else kind(meant)


def _fields(known: Known) -> dict[str, str]:
    return {fold(word): code for code, row in known.fields.items() for word in (code, row["name_zh"], row["name_en"])}


@dataclass(slots=True)
class SpaceWrites:
    """What the lines of a batch come to: spaces by operator's code and name, locked; fresh: makes an id."""

    batch: Batch
    operators: Mapping[str, Organization]
    there: Mapping[tuple[UUID, str], Space]
    fresh: Callable[[], UUID]
    new: list[Space] = field(default_factory=list)
    changed: list[Space] = field(default_factory=list)

    def judge(self, line: Line) -> Judged:
        """Decide what a sound line comes to. Empty cells say nothing, so what is recorded stays."""
        operator = self.operators.get(line.meant["operator"])
        if operator is None:
            rule, numbers = "what is referred to exists", {"kind": "organization"}
            return Judged.rejected(line, [Reason("reference.unknown", rule, "/operator", numbers)])
        before = self.there.get((operator.id, line.meant["name"]))
        facts = _told(line, operator.id, None if before is None else before.facts)
        known = self.batch.known
        faults = _by_column(space_faults(facts, regions=known.regions, fields=known.fields))
        faults += standing_faults(operator, "/operator") if before is None else _move_faults(before, facts.region)
        if faults:
            return Judged.rejected(line, faults)
        if before is None:
            made = Space(self.fresh(), facts)
            self.new.append(made)
            return Judged(line, Outcome.CREATED, None if self.batch.of.dry_run else made.id, line.changes)
        differences = _differences(before.facts, facts)
        if not differences:
            return Judged(line, Outcome.UNCHANGED, before.id, line.changes)
        self.changed.append(replace(before, facts=facts))
        return Judged(line, Outcome.CHANGED, before.id, (*line.changes, *differences))


def _told(line: Line, operator_id: UUID, before: SpaceFacts | None) -> SpaceFacts:
    """The facts that a line tells, over those that are recorded."""
    premises = {name: line.meant[name] for name in PREMISES if name in line.meant}
    told = {name: value for name, value in line.meant.items() if name not in ("operator", *PREMISES)}
    if before is None:
        return SpaceFacts(operator_id=operator_id, premises=Premises(**premises), **told)
    return replace(before, premises=replace(before.premises, **premises), **told)


def _move_faults(before: Space, region: str) -> list[Reason]:
    """A list moves no space whose filing waits, or against whom a case may run: whoever has it would not see it."""
    if region == before.facts.region:
        return []
    still = frozenset(SpaceState) - {SpaceState.FILED, SpaceState.RECOGNISED}
    return [replace(one, pointer="/region") for one in state_faults(before, still, "move")]


def _by_column(faults: list[Reason]) -> list[Reason]:
    """The same, each at its column."""
    return [replace(one, pointer=(one.pointer or "").replace("/premises", "")) for one in faults]


def _differences(before: SpaceFacts, after: SpaceFacts) -> list[Change]:
    names = [column.field for column in COLUMNS if column.field != "operator"]
    pairs = [(name, _fact(before, name), _fact(after, name)) for name in names]
    return [Change(name, old, new, RECORDED) for name, old, new in pairs if old != new]


def _fact(facts: SpaceFacts, name: str) -> str | None:
    value = getattr(facts.premises if name in PREMISES else facts, name)
    return None if value is None else str(value)
