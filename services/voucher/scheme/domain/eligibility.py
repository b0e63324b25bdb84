"""Who may hold a voucher or receive an award of a scheme, and everything that speaks against a party, all at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from services.chassis.refusals import Reason, Scalar
from services.standards.money import format_amount
from services.standards.region import contains
from services.voucher.scheme.domain.facts import Figures, PartyFacts
from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.validity import After

NOT_YET_FIRMS = frozenset({"team", "person"})
"""Holders that are in no register of firms, and so are not asked what only that register says."""


@dataclass(frozen=True, slots=True)
class Ceilings:
    """What a firm may have at most, in each of the last `years` before the date: heads, and sales and assets in fen."""

    years: int
    staff: int | None = None
    sales: int | None = None
    assets: int | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """What a team needs that is no firm yet: core members, and a residence in a space of one of these kinds."""

    members: int
    spaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Who:
    """Who may hold a voucher; a rule that is None is not asked. The code of a region covers those inside it.

    off_site: a list whose places count as local; listed: lists of which a holder must stand on one; trading: for how
    many whole months it must have been registered. Form, size, ceilings, trading and lists are asked of firms only,
    `team` of teams only: either a firm of this kind, or a team of that.
    """

    holders: Rule[tuple[str, ...]]
    registered_in: Rule[tuple[str, ...]] | None
    size_class: Rule[tuple[str, ...]] | None
    good_standing: Rule[bool]
    off_site: Rule[str] | None = None
    legal_form: Rule[tuple[str, ...]] | None = None
    ceilings: Rule[Ceilings] | None = None
    trading: Rule[int] | None = None
    listed: Rule[tuple[str, ...]] | None = None
    team: Rule[Team] | None = None


UnderUse = Rule[Fraction | None]
"""The rule by which a party may be suspended: which share of what was issued to it must have been used."""

_NOTHING: Mapping[str, Scalar] = MappingProxyType({})


def reasons(
    who: Who, facts: PartyFacts, *, issue: PartyFacts | None = None, under_use: UnderUse | None = None
) -> list[Reason]:
    """Everything that speaks against a party; an empty list when nothing does. What is not known keeps no rule.

    facts: as of submission; issue: as of the day of issue, for the rules that name it, where that is another day.
    under_use: the rule that a suspension rests on.
    """
    asked = _Asked(facts, issue or facts)
    found = [*_holder(who, facts), *_registration(who, facts), *_standing(who, asked), *_use(facts, under_use)]
    if facts.holder == "team":
        return [*found, *_team(who, asked)]
    return found if facts.holder in NOT_YET_FIRMS else [*found, *_firm(who, asked)]


@dataclass(frozen=True, slots=True)
class _Asked:
    """The facts as of the two days that a rule may name."""

    submission: PartyFacts
    issue: PartyFacts

    def of(self, as_of: str | None) -> PartyFacts:
        return self.issue if as_of == "issue" else self.submission


def _holder(who: Who, facts: PartyFacts) -> Iterator[Reason]:
    if facts.holder not in who.holders.value:
        numbers = {"holder": facts.holder, "holders": ", ".join(who.holders.value)}
        yield Reason("application.holder_kind", *_at("holders", who.holders, numbers))


def _registration(who: Who, facts: PartyFacts) -> Iterator[Reason]:
    rule = who.registered_in
    if rule is None or (who.off_site is not None and _is_on(facts, (who.off_site.value,))):
        return
    regions = {"regions": ", ".join(rule.value)}
    if facts.region is None:
        yield Reason("application.region_unknown", *_at("registered_in", rule, regions))
    elif not any(contains(bound, facts.region) for bound in rule.value):
        yield Reason("application.not_local", *_at("registered_in", rule, {"region": facts.region, **regions}))


def _standing(who: Who, asked: _Asked) -> Iterator[Reason]:
    rule = who.good_standing
    if not rule.value:
        return
    facts = asked.of(rule.as_of)
    if not facts.active:
        yield Reason("application.not_active", *_at("good_standing", rule, {"status": "deregistered"}))
    for ban in facts.bans:
        until = None if ban.until is None else ban.until.isoformat()
        yield Reason("application.sanctioned", *_at("good_standing", rule, {"kind": ban.kind, "until": until}))


def _use(facts: PartyFacts, rule: UnderUse | None) -> Iterator[Reason]:
    if facts.suspended_for_under_use:
        clause = None if rule is None else rule.source
        yield Reason("application.suspended_for_under_use", rule="under_use", pointer="/holder", clause=clause)


def _firm(who: Who, asked: _Asked) -> Iterator[Reason]:
    facts = asked.submission
    yield from _one_of("application.legal_form", "legal_form", who.legal_form, facts.legal_form)
    yield from _one_of("application.size_class", "size_class", who.size_class, facts.size_class)
    yield from _ceilings(who.ceilings, facts)
    yield from _trading(who, asked)
    if who.listed is not None and not _is_on(facts, who.listed.value):
        yield Reason("application.not_listed", *_at("listed", who.listed, {"lists": ", ".join(who.listed.value)}))


def _one_of(code: str, name: str, rule: Rule[tuple[str, ...]] | None, found: str | None) -> Iterator[Reason]:
    if rule is None or found in rule.value:
        return
    allowed = ", ".join(rule.value)
    if found is None:
        yield Reason(_UNKNOWN[code], *_at(name, rule, {_PLURAL[name]: allowed}))
    else:
        yield Reason(code, *_at(name, rule, {name: found, _PLURAL[name]: allowed}))


_PLURAL = {"legal_form": "legal_forms", "size_class": "size_classes"}
_UNKNOWN = {
    "application.legal_form": "application.legal_form_unknown",
    "application.size_class": "application.size_class_unknown",
}


def _ceilings(rule: Rule[Ceilings] | None, facts: PartyFacts) -> Iterator[Reason]:
    """Each of the last years before the date, and each figure in it: over its ceiling, or not declared."""
    if rule is None:
        return
    declared = {figures.year: figures for figures in facts.figures}
    for year in range(facts.as_of.year - 1, facts.as_of.year - 1 - rule.value.years, -1):
        figures = declared.get(year, Figures(year))
        for name in ("staff", "sales", "assets"):
            ceiling, found = getattr(rule.value, name), getattr(figures, name)
            if ceiling is not None:
                yield from _under(rule, ceiling, found, {"year": year, "figure": name})


def _under(rule: Rule[Ceilings], ceiling: int, found: int | None, numbers: Mapping[str, Scalar]) -> Iterator[Reason]:
    """What was found against the ceiling; both are heads, or fen."""
    if found is None:
        yield Reason("application.figures_unknown", *_at("ceilings", rule, numbers))
    elif found > ceiling:
        heads = numbers["figure"] == "staff"
        shown: dict[str, Scalar] = {
            name: amount if heads else format_amount(amount)
            for name, amount in (("ceiling", ceiling), ("found", found))
        }
        yield Reason("application.ceiling", *_at("ceilings", rule, {**numbers, **shown}))


def _trading(who: Who, asked: _Asked) -> Iterator[Reason]:
    rule = who.trading
    if rule is None:
        return
    facts = asked.of(rule.as_of)
    months: dict[str, Scalar] = {"months": rule.value}
    if facts.registered_on is None:
        yield Reason("application.registered_on_unknown", *_at("trading", rule, months))
    elif After(months=rule.value).on(facts.registered_on) > facts.as_of:
        numbers = {**months, "registered_on": facts.registered_on.isoformat(), "on": facts.as_of.isoformat()}
        yield Reason("application.too_young", *_at("trading", rule, numbers))


def _team(who: Who, asked: _Asked) -> Iterator[Reason]:
    rule = who.team
    if rule is None:
        return
    facts, team = asked.of(rule.as_of), rule.value
    if facts.members is None:
        yield Reason("application.team_members_unknown", *_at("team", rule, {"least": team.members}))
    elif facts.members < team.members:
        numbers = {"members": facts.members, "least": team.members}
        yield Reason("application.team_members", *_at("team", rule, numbers))
    # a space that is recognised at no level that day has lost its status, or never had one
    if not any(one.kind in team.spaces and one.levels for one in facts.residences):
        where = {"spaces": ", ".join(team.spaces), "on": facts.as_of.isoformat()}
        yield Reason("application.not_resident", *_at("team", rule, where))


def _is_on(facts: PartyFacts, lists: tuple[str, ...]) -> bool:
    return any(one.list in lists for one in facts.listings)


def _at(
    name: str, rule: Rule[Any], numbers: Mapping[str, Scalar] = _NOTHING
) -> tuple[str, str, Mapping[str, Scalar], str]:
    return f"who.{name}", "/holder", numbers, rule.source
