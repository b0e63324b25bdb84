"""Decides what a line of an extract of an official register says: a legal person as it stood on the extract's day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.chassis.refusals import Reason
from services.registry.catalogue.domain.period import future_faults
from services.registry.parties.domain.organization import OrganizationFacts, OrganizationStatus, organization_faults
from services.registry.parties.domain.register import RegisterEntry, register_faults
from services.registry.transfer.domain.headers import Column, fold
from services.registry.transfer.domain.importing import Batch, Cells, ImportKind, Judged, Line, Outcome
from services.registry.transfer.domain.known import Known
from services.registry.transfer.domain.normalising import choice_of, code_of, day_of, name_of, region_of
from services.registry.transfer.domain.organization_lines import COLUMNS as OF_ORGANIZATIONS

FACTS = ("uscc", "name", "region", "legal_form", "registered_on")
COLUMNS = (
    *(replace(one, required=one.field in ("uscc", "name")) for one in OF_ORGANIZATIONS if one.field in FACTS),
    Column("status", ("登记状态", "经营状态", "企业状态", "状态")),
)

_STATUSES = {
    OrganizationStatus.ACTIVE: ("存续", "在业", "开业", "在营", "正常", "登记成立"),
    OrganizationStatus.DEREGISTERED: ("注销", "吊销", "撤销"),
}
"""A licence that was taken away 吊销 counts as one that was given up: its firm may begin nothing."""
_STATUSES_KNOWN = tuple(word for words in _STATUSES.values() for word in words)
_STATUS_WORDS = {fold(word): one.value for one, words in _STATUSES.items() for word in (one.value, *words)}


def read(told: Cells, known: Known) -> tuple[str | None, dict[str, Any]]:
    """Read the cells of a line; gives its key, which is the credit code, and its facts by field."""
    told.require("uscc", "name")
    status = told.read("status", lambda cell: choice_of(cell, _STATUS_WORDS, _STATUSES_KNOWN))
    facts: dict[str, Any] = {
        "uscc": told.read("uscc", code_of),
        "name": told.read("name", name_of),
        "region": told.read("region", lambda cell: region_of(cell, known.places)),
        "legal_form": told.read("legal_form", name_of),
        "registered_on": told.read("registered_on", day_of),
        "status": None if status is None else OrganizationStatus(status),
    }
    meant = {name: value for name, value in facts.items() if value is not None}
    blank = OrganizationFacts(uscc="", name="", region="")
    plain = {name: value for name, value in meant.items() if name in FACTS}
    wrong = organization_faults(replace(blank, **plain), regions=known.regions, today=known.today)
    told.faults += [reason for reason in wrong if reason.pointer is not None and reason.pointer[1:] in meant]
    told.faults += register_faults(meant["uscc"]) if "uscc" in meant else []
    return facts["uscc"], meant


def choices(_: Known) -> dict[str, Sequence[str]]:
    """What the cells of a column may say where that is one of a few words, by field, in Chinese."""
    return {"status": _STATUSES_KNOWN}


def day_faults(kind: ImportKind, as_of: date | None, *, today: date) -> list[Reason]:
    """List what is wrong with the day of a list: an extract of a register has one, and no other list."""
    if (kind is ImportKind.REGISTER_ENTRIES) is (as_of is None):
        return [Reason("import.as_of", rule="an extract tells of one day", pointer="/as_of")]
    return future_faults(as_of, today=today, pointer="/as_of")


@dataclass(slots=True)
class RegisterWrites:
    """What the lines of a batch come to. there: what is known as of the same day, by code; fresh: makes an id."""

    batch: Batch
    as_of: date
    there: Mapping[str, RegisterEntry]
    fresh: Callable[[], UUID]
    new: list[RegisterEntry] = field(default_factory=list)

    def judge(self, line: Line) -> Judged:
        """Decide what a sound line comes to; what is known as of that day already changes nothing."""
        made = RegisterEntry(self.fresh(), self.batch.of.id, self.as_of, **line.meant)
        there = self.there.get(made.uscc)
        if there is not None and replace(there, id=made.id, import_id=made.import_id) == made:
            return Judged(line, Outcome.UNCHANGED, there.id, line.changes)
        self.new.append(made)
        return Judged(line, Outcome.CREATED, None if self.batch.of.dry_run else made.id, line.changes)
