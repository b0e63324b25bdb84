"""Whether somebody may claim an award, and what it comes to: every fault at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.chassis.refusals import Reason
from services.standards.calendar import WorkingDays, local_date
from services.standards.money import format_amount
from services.standards.spelling import compared
from services.standards.split import largest_remainder
from services.voucher.awards.domain import aiding
from services.voucher.awards.domain.answering import papers
from services.voucher.awards.domain.award_claim import limit_key, once_key, rests_key
from services.voucher.awards.domain.award_funding import Backing
from services.voucher.directory.domain.party import Party
from services.voucher.directory.domain.space import Space
from services.voucher.ledger.domain.counters import Counter, CounterKey
from services.voucher.scheme.domain import awards, eligibility
from services.voucher.scheme.domain.awards import Award, Awarded
from services.voucher.scheme.domain.rule import Known, Rule
from services.voucher.scheme.domain.scheme import Rulebook
from services.voucher.scheme.domain.settlement import Part, parts_of
from services.voucher.settlement.domain.granting import Counts, Take
from services.voucher.wallet.domain.facts import LEVELS, facts_of
from services.voucher.wallet.domain.form import Answers

SERVICES = "services"
"""The base that the house counts itself: what a provider was paid for in a year that is over."""
UPPER = "upper_award"
"""The figure that another award of ours may stand behind."""
YEAR = re.compile(r"(19|20|21)\d{2}", re.ASCII)
RECOGNITION, COMPLETION = "recognition", "completion"
"""The days that an award may name beside that of its claim: the registry's, and one that the payee has to prove."""
IN_FORCE = "recognised"
"""The state of a space whose recognitions count."""
WHOLE = Part("1", 1)
"""The one part of an award that is not split."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a payee sends. on: the day that the award's rule names, None for today; figures in fen; units: how many,
    where the award pays an amount for each; answers: to the form of the scheme.
    """

    scheme_version_id: UUID
    award: str
    facts: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, int] = field(default_factory=dict)
    units: int | None = None
    currency: str | None = None
    on: date | None = None
    space_id: UUID | None = None
    rests_on: UUID | None = None
    document_ids: tuple[UUID, ...] = ()
    answers: Answers = field(default_factory=dict)
    client_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upper:
    """The award of ours that another one matches or tops up: what stands of it (fen); nothing once it has ended."""

    id: UUID
    owed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a claim is decided upon: the rules and the one award, who asks, and the instant (UTC).

    services: what the payee was paid for by year (fen), where that is the base; upper: the award that it rests on;
    group: the payee with all that are counted with it, where the award is state aid.
    """

    scheme_id: str
    scheme: Rulebook
    award: Award
    party: Party
    space: Space | None
    now: datetime
    calendar: WorkingDays
    services: Mapping[int, int]
    upper: Upper | None = None
    group: frozenset[UUID] = frozenset()

    @property
    def today(self) -> date:
        """The local date of the instant."""
        return local_date(self.now, self.scheme.zone)

    @property
    def subject(self) -> str:
        """For whom it is counted what was given: the space, or the party with the teams that it was."""
        return f"org_{self.party.quota_root.hex}" if self.space is None else f"spc_{self.space.id.hex}"

    @property
    def region(self) -> str:
        """Whose reviewers decide: that of the space, or of the party."""
        return self.party.region if self.space is None else self.space.region


@dataclass(frozen=True, slots=True)
class Told:
    """A claim with what the house itself knows of it: the day, the facts, the figures and what is known on that day."""

    on: date
    facts: Mapping[str, str]
    figures: Mapping[str, int]
    known: Known


def told(asked: Asked, matter: Matter) -> Told:
    """What counts of a claim: the day that the award's rule names, and the services of a year as we count them."""
    facts, figures = dict(asked.facts), dict(asked.figures)
    if asked.units is not None and counted(matter.award) is not None:
        figures[matter.award.base] = asked.units
    year = year_of(facts)
    if matter.award.base == SERVICES and year is not None:
        figures[SERVICES] = matter.services.get(year, 0)
    on = _day(asked, matter, year)
    if matter.award.base != SERVICES and "year" in _once(matter.award):
        facts["year"] = str(on.year)
    return Told(on, facts, figures, _known(facts, matter, on))


def year_of(facts: Mapping[str, str]) -> int | None:
    """The year that a claim names, in four digits; None where it names none that we count in."""
    said = facts.get("year", "")
    return int(said) if YEAR.fullmatch(said) else None


def _day(asked: Asked, matter: Matter, year: int | None) -> date:
    """The last day of a year of services, the registry's of a recognition, the payee's of a completion, else today."""
    award = matter.award
    if award.base == SERVICES:
        return matter.today if year is None else date(year, 12, 31)
    if award.as_of == RECOGNITION:
        return _levels(matter).get(asked.facts.get("level", ""), matter.today)
    return asked.on or matter.today if award.as_of == COMPLETION else matter.today


def counted(award: Award) -> str | None:
    """The figure that counts units, where the award pays an amount for each of them."""
    return award.base if award.amount is not None and award.base != awards.FIXED else None


def _known(facts: Mapping[str, str], matter: Matter, on: date) -> Known:
    own = "provider" if _of_provider(matter) else matter.party.kind.value
    holder = "space" if matter.space is not None else own
    party = replace(facts_of(matter.party, on), holder=holder, region=matter.region)
    told_words = {word: frozenset({facts[word]}) for word in ("level", "grade", "item") if word in facts}
    return {**party.known(), **told_words}


def _levels(matter: Matter) -> Mapping[str, date]:
    """The levels at which the space is recognised today, as scheme files call them."""
    found = {} if matter.space is None else matter.space.recognised(matter.today)
    return {LEVELS[level]: since for level, since in found.items()}


def _of_provider(matter: Matter) -> bool:
    return matter.award.payee.value == "provider"


def faults(asked: Asked, said: Told, matter: Matter) -> Iterator[Reason]:
    """Everything that speaks against a claim but caps and budget, pointers as in the request.

    Codes of `eligibility.reasons` and `awards.reasons`; ``award.payee``, ``.space_state``, ``.level_unproven``,
    ``.fact_missing``, ``.year``, ``.year_not_over``, ``.window``, ``.not_yet``, ``.day_missing``, ``.other_day``,
    ``.unproven``, ``.rests_on_nothing``, ``.rests_on_less``, ``.currency``.
    """
    award = matter.award
    yield from _of_payee(matter)
    yield from _of_time(said, matter)
    yield from _of_day(asked, said, matter)
    yield from _of_upper(said, matter)
    if asked.currency not in (None, matter.scheme.currency):
        yield _against("award.currency", award.source, "/figures", currency=matter.scheme.currency)
    for fact in _needed(award):
        if not compared(said.facts.get(fact, "")):
            yield _against("award.fact_missing", _once_source(award), f"/facts/{fact}", fact=fact)
    level = said.facts.get("level")
    if level is not None and level not in _levels(matter):
        yield _against("award.level_unproven", award.source, "/facts/level", level=level)
    if _tells(asked, matter) and not papers(matter.scheme, asked.answers, asked.document_ids):
        yield _against("award.unproven", award.source, "/document_ids")
    yield from awards.reasons(award, said.known, said.on, said.figures)


def _needed(award: Award) -> tuple[str, ...]:
    """The facts that a claim cannot do without: those it is given once for, and the level whose day counts."""
    once = _once(award)
    return (*once, "level") if award.as_of == RECOGNITION and "level" not in once else once


def _tells(asked: Asked, matter: Matter) -> bool:
    """Whether a claim says something that nobody but the payee knows: a figure, how many, a day or a fact."""
    others = set(asked.facts) - ({"year"} if matter.award.base == SERVICES else {"level"})
    return bool(asked.figures or others or asked.units is not None or asked.on is not None)


def _of_day(asked: Asked, said: Told, matter: Matter) -> Iterator[Reason]:
    """A day is told where the award's rule leaves it to the payee, and nowhere else."""
    award = matter.award
    if award.base == SERVICES and "year" in said.facts and year_of(said.facts) is None:
        yield _against("award.year", award.source, "/facts/year")
    if award.base != SERVICES and award.as_of == COMPLETION and asked.on is None:
        yield _against("award.day_missing", award.source, "/on")
    if asked.on not in (None, said.on):
        yield _against("award.other_day", award.source, "/on", on=said.on.isoformat(), as_of=award.as_of)
    if "year" in asked.facts and asked.facts["year"] != said.facts["year"]:
        yield _against("award.other_day", award.source, "/facts/year", on=said.on.isoformat(), as_of=award.as_of)


def _of_upper(said: Told, matter: Matter) -> Iterator[Reason]:
    """The award that this one names as its ground is one that it may rest on, stands, and is as much as it says."""
    award, upper = matter.award, matter.upper
    if upper is None:
        return
    if UPPER not in awards.asked_of(award):
        yield _against("award.rests_on_nothing", award.source, "/rests_on")
    elif upper.owed < said.figures.get(UPPER, 0):
        owed = format_amount(upper.owed, matter.scheme.currency)
        yield _against("award.rests_on_less", award.source, f"/figures/{UPPER}", owed=owed)


def _of_payee(matter: Matter) -> Iterator[Reason]:
    """Whether it is one of those whom the award pays, and whom the scheme means; a provider only has to be in order."""
    award, space, party = matter.award, matter.space, matter.party
    payee, who = award.payee, matter.scheme.who
    facts = facts_of(party, matter.today)
    if _of_provider(matter):
        if party.provider is None or party.provider.state != "admitted":
            yield _against("award.payee", payee.source, "/award", payee="provider")
        in_order = eligibility.Who(Rule(("provider",), payee.source), None, None, who.good_standing)
        yield from eligibility.reasons(in_order, replace(facts, holder="provider"))
        return
    if (payee.value == "space") != (space is not None) or (space is not None and space.operator != party.id):
        yield _against("award.payee", payee.source, "/space_id", payee=payee.value)
    if space is not None and space.state != IN_FORCE:
        yield _against("award.space_state", payee.source, "/space_id", state=space.state)
    holder = facts.holder if space is None else "space"
    yield from eligibility.reasons(who, replace(facts, holder=holder, region=matter.region))


def _of_time(said: Told, matter: Matter) -> Iterator[Reason]:
    claims, award = matter.scheme.settlement.claims, matter.award
    if claims is not None and not claims.value.opens <= matter.now < claims.value.closes:
        window = {"opens": claims.value.opens.isoformat(), "closes": claims.value.closes.isoformat()}
        yield Reason("award.window", "settlement.claims", "", window, claims.source)
    if award.base == SERVICES and year_of(said.facts) is not None and said.on >= matter.today:
        yield _against("award.year_not_over", award.source, "/facts/year", year=said.on.year)
    elif said.on > matter.today:
        yield _against("award.not_yet", award.source, "/on", on=said.on.isoformat())


def _once(award: Award) -> tuple[str, ...]:
    """The facts for which it is given once; a reward for the services of a year is one for each year."""
    said = () if award.once_per is None else award.once_per.value
    named = tuple("level" if one == RECOGNITION else one for one in said)
    return (*named, "year") if award.base == SERVICES and "year" not in named else named


def _once_source(award: Award) -> str:
    return award.source if award.once_per is None else award.once_per.source


def _against(code: str, clause: str, pointer: str, **numbers: Any) -> Reason:
    return Reason(code, f"award.{code.partition('.')[2]}", pointer, numbers, clause)


def takes_of(said: Told, matter: Matter) -> tuple[Take, ...]:
    """What a claim uses of caps as long as it lives; KeyError where a fact is missing."""
    award, lineage = matter.award, matter.scheme.lineage
    found = []
    if award.limit is not None:
        found.append(Take(_limit_key(award, said, matter), Counts.FEN))
    if once := _once(award):
        facts = {fact: said.facts[fact] for fact in once}
        found.append(Take(once_key(lineage, award, subject=matter.subject, facts=facts), Counts.TIMES))
    if matter.upper is not None:
        found.append(Take(rests_key(lineage, award, upper_id=matter.upper.id), Counts.TIMES))
    aid = aiding.take_of(award, matter.party.id, matter.today)
    return tuple(found) if aid is None else (*found, aid)


def counters_of(said: Told, matter: Matter) -> list[CounterKey]:
    """The counters that have to be known of a claim; KeyError where a fact is missing."""
    own = [take.key for take in takes_of(said, matter)]
    return [*own, *aiding.keys(matter.award, matter.group, matter.today)]


def _limit_key(award: Award, said: Told, matter: Matter) -> CounterKey:
    return limit_key(matter.scheme.lineage, award, subject=matter.subject, day=said.on)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What a claim without faults comes to: the award with its parts, what it uses, and the budget that bears it."""

    awarded: Awarded
    takes: tuple[Take, ...]
    backing: tuple[Backing, ...]
    given: int

    @property
    def amounts(self) -> list[int]:
        """What each of the backing bears, adding up (fen)."""
        return largest_remainder(self.awarded.amount, [one.weight for one in self.backing])


def reckon(
    said: Told, matter: Matter, *, counters: Mapping[CounterKey, Counter], backing: Sequence[Backing]
) -> tuple[Reckoned, list[Reason]]:
    """What the award comes to, its counters locked, and what then speaks against it.

    ``award.given``, ``award.nothing_left`` and ``award.not_funded`` for each part without a budget line. backing: the
    budget lines there are for the award, one for each part at the most.
    """
    award, takes = matter.award, takes_of(said, matter)
    given = 0 if award.limit is None else counters[_limit_key(award, said, matter)].used
    aided = aiding.aided(award, counters)
    awarded = awards.award_of(award, said.known, said.on, said.figures, given=given, aided=aided)
    by_part = {one.part: one for one in backing}
    parts, source = parts_named(award, said)
    faults = [
        _against("award.not_funded", source, "/award", part=part.name) for part in parts if part.name not in by_part
    ]
    faults += _given(takes, matter, counters)
    if awarded.amount < 1:
        left = {one.rule: format_amount(one.left, matter.scheme.currency) for one in awarded.limits}
        faults.append(Reason("award.nothing_left", f"award.{award.id}", "/figures", left, awarded.source))
    borne = tuple(replace(by_part[part.name], weight=part.weight) for part in parts if part.name in by_part)
    return Reckoned(awarded, takes, borne, given), faults


def _given(takes: Sequence[Take], matter: Matter, counters: Mapping[CounterKey, Counter]) -> Iterator[Reason]:
    """What was given, or is claimed, already for the same facts or on the same ground."""
    upper = None if matter.upper is None else rests_key(matter.scheme.lineage, matter.award, upper_id=matter.upper.id)
    for take in takes:
        if take.counts is Counts.TIMES and counters[take.key].used:
            if take.key == upper:
                yield _against("award.rests_on_taken", matter.award.source, "/rests_on")
            else:
                source = _once_source(matter.award)
                yield _against("award.given", source, "/facts", given_for=take.key.period)


def parts_named(award: Award, said: Told) -> tuple[tuple[Part, ...], str]:
    """Who bears an award, in the file's order and by weight, and where that is written."""
    if award.split is None:
        return (WHOLE,), award.source
    return parts_of(award.split, said.known, said.on)
