"""Decides what a sound line of a list of organisations comes to beside what is recorded of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from services.chassis.refusals import Refusal
from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain.naming import Name, first_name, rename
from services.registry.parties.domain.organization import Organization, OrganizationFacts, amend
from services.registry.parties.domain.size import Measure, SizeDeclaration, SizeFacts, latest, size_of
from services.registry.transfer.domain.importing import RECORDED, Batch, Change, Judged, Line, Outcome
from services.registry.transfer.domain.organization_lines import FACTS, size_facts


@dataclass(frozen=True, slots=True)
class Recorded:
    """An organisation as it stands, locked: its names and its figures, oldest first."""

    organization: Organization
    names: Sequence[Name] = ()
    sizes: Sequence[SizeDeclaration] = ()


@dataclass(slots=True)
class Writes:
    """What the lines of a batch come to. kept: names that gave up days or were mistyped; fresh: makes an id."""

    batch: Batch
    there: Mapping[str, Recorded]
    fresh: Callable[[], UUID]
    new: list[Organization] = field(default_factory=list)
    changed: list[Organization] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    kept: list[Name] = field(default_factory=list)
    sizes: list[SizeDeclaration] = field(default_factory=list)

    def judge(self, line: Line) -> Judged:
        """Decide what a sound line comes to. Empty cells say nothing, so what is recorded stays."""
        there = self.there.get(line.meant["uscc"])
        if there is None:
            return self._create(line)
        try:
            return self._change(line, there)
        except Refusal as refusal:
            return Judged.rejected(line, refusal.reasons)

    def _create(self, line: Line) -> Judged:
        told = {name: value for name, value in line.meant.items() if name in ("uscc", *FACTS)}
        made = Organization(self.fresh(), OrganizationFacts(**told).written())
        declared = self._declared(line, Recorded(made))
        if declared is not None:
            made = made.of_size(declared.size_class)
            self.sizes.append(declared)
        self.new.append(made)
        self.names.append(first_name(made, self.fresh(), otherwise=self.batch.known.today))
        return Judged(line, Outcome.CREATED, None if self.batch.of.dry_run else made.id, line.changes)

    def _change(self, line: Line, there: Recorded) -> Judged:
        """All of it, or nothing: what is refused raises before anything is noted."""
        before, known = there.organization, self.batch.known
        declared = self._declared(line, there)
        told = {name: line.meant[name] for name in FACTS[1:] if name in line.meant}
        if declared is not None:
            told.pop("size_class", None)
        sized = bool(there.sizes)
        after = amend(before, told, by_itself=False, regions=known.regions, today=known.today, is_sized=sized)
        if declared is not None:
            counts = latest([*there.sizes, declared]) or declared
            after = after.of_size(counts.size_class)
        after, names, kept = self._called(line, after, there)
        differences = (*_differences(before.facts, after.facts), *_figures(there.sizes, declared))
        if not differences:
            return Judged(line, Outcome.UNCHANGED, before.id, line.changes)
        self.changed.append(after)
        self.names += names
        self.kept += kept
        self.sizes += [] if declared is None else [declared]
        return Judged(line, Outcome.CHANGED, before.id, (*line.changes, *differences))

    def _called(self, line: Line, one: Organization, there: Recorded) -> tuple[Organization, list[Name], list[Name]]:
        """Its name from the import's day on, with the file as evidence; a name that began that day was mistyped."""
        text, today = line.meant["name"], self.batch.known.today
        if text == one.facts.name:
            return one, [], []
        corrected = replace(one, facts=replace(one.facts, name=text))
        if not there.names:
            return corrected, [first_name(corrected, self.fresh(), otherwise=today)], []
        current = there.names[-1]
        if current.period.start >= today:
            return corrected, [], [replace(current, text=text)]
        new = Name(self.fresh(), one.id, text, Period(today), self._file(line))
        renamed = rename(one, there.names, new, today=today)
        return renamed.organization, [renamed.added], [renamed.shortened]

    def _declared(self, line: Line, there: Recorded) -> SizeDeclaration | None:
        """The figures that a line tells, unless they are the newest of their year already."""
        facts = size_facts(dict(line.meant), there.organization.id, self._file(line))
        if facts is None or _same(facts, _newest(there.sizes, facts.year)):
            return None
        standard = self.batch.known.standard
        size = size_of(facts.figures, standard.industries[facts.industry])
        return SizeDeclaration(self.fresh(), facts, size, standard.number)

    def _file(self, line: Line) -> UUID:
        return self.batch.of.documents[line.document - 1]


def _newest(sizes: Sequence[SizeDeclaration], year: int) -> SizeFacts | None:
    return next((one.facts for one in reversed(sizes) if one.facts.year == year), None)


def _same(facts: SizeFacts, known: SizeFacts | None) -> bool:
    return known is not None and (facts.industry, dict(facts.figures)) == (known.industry, dict(known.figures))


def _figures(sizes: Sequence[SizeDeclaration], declared: SizeDeclaration | None) -> list[Change]:
    if declared is None:
        return []
    before = _newest(sizes, declared.facts.year)
    was = {} if before is None else before.figures
    told = [(measure.value, was.get(measure), declared.facts.figures.get(measure)) for measure in Measure]
    industry = ("industry", None if before is None else before.industry, declared.facts.industry)
    return [Change(name, _shown(old), _shown(new), RECORDED) for name, old, new in (industry, *told) if old != new]


def _differences(before: OrganizationFacts, after: OrganizationFacts) -> list[Change]:
    told = [(name, getattr(before, name), getattr(after, name)) for name in FACTS]
    return [Change(name, _shown(old), _shown(new), RECORDED) for name, old, new in told if old != new]


def _shown(value: Any) -> str | None:
    return None if value is None else str(value)
