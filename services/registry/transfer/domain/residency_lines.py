"""Decides what a line of a list of residencies says: which firm lives in which space from when until when."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.chassis.refusals import Reason
from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain.organization import Organization
from services.registry.spaces.domain.residency import Residency, residency_faults
from services.registry.spaces.domain.space import Space
from services.registry.transfer.domain.headers import Column
from services.registry.transfer.domain.importing import Batch, Cells, Judged, Line, Outcome
from services.registry.transfer.domain.known import Known
from services.registry.transfer.domain.normalising import code_of, day_of, name_of

COLUMNS = (
    Column("operator", ("运营单位统一社会信用代码", "运营单位代码", "运营机构代码"), required=True),
    Column("space", ("众创空间名称", "空间名称", "众创空间"), required=True),
    Column("resident", ("入驻企业统一社会信用代码", "统一社会信用代码", "企业代码", "信用代码"), required=True),
    Column("from", ("入驻日期", "入驻时间", "起始日期"), required=True),
    Column("until", ("退出日期", "迁出日期", "截止日期")),
)


def read(told: Cells, _: Known) -> tuple[str | None, dict[str, Any]]:
    """Read the cells of a line; gives its key, the space with the firm and its first day, and its facts by field."""
    told.require(*(column.field for column in COLUMNS if column.required))
    facts: dict[str, Any] = {
        "operator": told.read("operator", code_of),
        "space": told.read("space", name_of),
        "resident": told.read("resident", code_of),
        "from": told.read("from", day_of),
        "until": told.read("until", day_of),
    }
    meant = {name: value for name, value in facts.items() if value is not None}
    keys = [facts[name] for name in ("operator", "space", "resident", "from")]
    return None if None in keys else " ".join(str(key) for key in keys), meant


@dataclass(slots=True)
class ResidencyWrites:
    """What the lines of a batch come to, beside spaces and firms that are locked, and who lives where."""

    batch: Batch
    firms: Mapping[str, Organization]
    spaces: Mapping[tuple[UUID, str], Space]
    stays: Sequence[Residency]
    fresh: Callable[[], UUID]
    new: list[Residency] = field(default_factory=list)

    def judge(self, line: Line) -> Judged:
        """Decide what a sound line comes to; a stay that is there already with the same days changes nothing."""
        operator, resident = (self.firms.get(line.meant[name]) for name in ("operator", "resident"))
        space = None if operator is None else self.spaces.get((operator.id, line.meant["space"]))
        if space is None or resident is None:
            missing = [("/space", "space", space), ("/resident", "organization", resident)]
            rule = "what is referred to exists"
            faults = [
                Reason("reference.unknown", rule, pointer, {"kind": kind})
                for pointer, kind, one in missing
                if one is None
            ]
            return Judged.rejected(line, faults)
        return self._judge(line, space, resident.id)

    def _judge(self, line: Line, space: Space, resident: UUID) -> Judged:
        period = Period(line.meant["from"], line.meant.get("until"))
        own = [one for one in (*self.stays, *self.new) if one.organization_id == resident]
        for one in own:
            if (one.space_id, one.period) == (space.id, period):
                return Judged(line, Outcome.UNCHANGED, one.id, line.changes)
        stay = Residency(self.fresh(), space.id, None, resident, period)
        faults = residency_faults(stay, space, own)
        if faults:
            return Judged.rejected(line, faults)
        self.new.append(stay)
        return Judged(line, Outcome.CREATED, None if self.batch.of.dry_run else stay.id, line.changes)
