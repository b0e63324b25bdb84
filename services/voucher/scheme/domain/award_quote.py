"""Answers a worked case on awards: what each award that it asks for pays, level by level, or why it pays nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from services.chassis.refusals import Reason, Refusal
from services.voucher.scheme.domain import awards, holder_quote
from services.voucher.scheme.domain.awards import FIXED, Award, Awarded
from services.voucher.scheme.domain.case import Case
from services.voucher.scheme.domain.rule import When
from services.voucher.scheme.domain.scheme import AwardScheme, Scheme
from services.voucher.scheme.domain.telling import Decided, Teller, refused, share

FIGURES = {
    "deal": ("deal", "fee", "price", "contract"),
    "upper_award": ("provincial", "upper_award"),
    "interest_due": ("interest_due",),
    "interest_repaid": ("interest_repaid",),
    "services": ("provider_services",),
    "services_opened": ("services_opened",),
    "event_cost": ("event_cost",),
    "added_area": ("added_area",),
    "operating_result": ("operating_result",),
    "running_costs": ("running_costs", "items"),
}
"""By figure of an award: the words of a case that tell it."""

LEVELS = ("level", "recognition")
"""What `once_per` may call the level of a recognition."""

Extra = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that is asked for: what more is known of it, such as its level, and its figures in fen or units."""

    known: Extra
    figures: Mapping[str, int]
    level: str | None = None


@dataclass(slots=True)
class Paid:
    """What the awards of a case come to: each as awarded, the decisions, and what is refused."""

    tell: Teller
    awarded: list[tuple[Award, Awarded]] = field(default_factory=list)
    decided: list[Decided] = field(default_factory=list)
    refused: list[Reason] = field(default_factory=list)

    @property
    def total(self) -> int:
        """The sum, in fen."""
        return sum(one.amount for _, one in self.awarded)

    def given(self, award: Award) -> int:
        """What this case gave of one award so far, in fen."""
        return sum(one.amount for other, one in self.awarded if other.id == award.id)

    def aided(self, award: Award, counted: Mapping[str, int]) -> int:
        """What counts already under the award's regime of state aid, in fen: as told by its name, and of this case."""
        if award.regime is None:
            return 0
        name = award.regime.value.name
        same = [one.amount for other, one in self.awarded if other.regime and other.regime.value.name == name]
        return counted.get(name, 0) + sum(same)


def answer(scheme: Scheme | AwardScheme, case: Case) -> dict[str, Any]:
    """What the awards that the case asks for pay; nothing where it asks for none. Refusal ``case.award_unknown``."""
    asked = _asked(scheme, case)
    if not asked:
        return {}
    paid = Paid(Teller(scheme.currency))
    if isinstance(scheme, AwardScheme):
        paid.refused += holder_quote.reasons(scheme.who, case)
    by_item = [award for award in asked if award.base == "running_costs" and "items" in case]
    whole = [award for award in asked if award not in by_item]
    if not paid.refused:
        _serve(whole, by_item, case, paid)
    return _base(asked, case, paid) | _amounts(asked, paid) | _disallowed(whole, case, paid) | _why(paid)


def _serve(whole: list[Award], by_item: list[Award], case: Case, paid: Paid) -> None:
    """Each award for each thing that is asked for; those on running costs, for each item of them."""
    before = case.get("recognised_before", ())
    taken = {(award.id, level) for award in (*whole, *by_item) for level in before}
    for turn in _turns(case) if whole else ():
        _turn(whole, case, turn, paid, taken)
    for item in _items(case) if by_item else ():
        _turn(by_item, case, item, paid, taken)


def _asked(scheme: Scheme | AwardScheme, case: Case) -> list[Award]:
    if "award" in case:
        found = [award for award in scheme.awards if award.id == case.get("award")]
        if not found:
            known = ", ".join(award.id for award in scheme.awards) or "–"
            numbers = {"award": str(case.get("award")), "known": known}
            raise Refusal("case.award_unknown", pointer="/award", numbers=numbers)
    else:
        found = [award for award in scheme.awards if _asks(award, case)]
    return [_at_decided_rate(award, case) for award in found]


def _asks(award: Award, case: Case) -> bool:
    """Whether a case tells what an award is about: its figure or, of a fixed one, a word that it depends on."""
    if award.base != FIXED:
        return any(word in case for word in FIGURES[award.base])
    whens: tuple[When, ...] = (award.when, *(one.when for one in award.cases))
    words = {word for when in whens for word, _ in when.words}
    return any(word in case for word in words) or ("level" in words and "recognised" in case)


def _at_decided_rate(award: Award, case: Case) -> Award:
    if "reward_rate" not in case or award.payee.value != "provider":
        return award
    return replace(award, share=case.get("reward_rate"), amount=None, cases=())


def _turns(case: Case) -> Iterator[Turn]:
    figures = _figures(case)
    if "recognised" in case:
        for level in case.get("recognised", ()):
            yield Turn({"level": frozenset({level})}, figures, level)
    else:
        yield Turn({}, figures)


def _items(case: Case) -> Iterator[Turn]:
    """Each item of running costs by itself, for an award that is paid on them."""
    for item, amount in case.get("items", {}).items():
        yield Turn({"item": frozenset({item})}, {**_figures(case), "running_costs": amount})


def _figures(case: Case) -> dict[str, int]:
    told = {figure: [case.get(word) for word in words if word in case] for figure, words in FIGURES.items()}
    return {figure: found[0] for figure, found in told.items() if found and isinstance(found[0], int)}


def _turn(asked: list[Award], case: Case, turn: Turn, paid: Paid, taken: set[tuple[str, str]]) -> None:
    """Every award that is meant for a turn; where none is, why each of them is not."""
    against: list[Reason] = []
    served = False
    for award in asked:
        known, day = case.known(award.as_of, **turn.known), case.day(award.as_of)
        given_before = _once(award, case, turn, taken)
        found = [*awards.reasons(award, known, day, turn.figures), *_spending(award, turn), *given_before]
        meant = all(one.code != "award.not_for_this" for one in found)
        served |= meant
        against += found
        if not found:
            given = case.get("given_this_year", 0) + paid.given(award)
            aided = paid.aided(award, case.get("counted", {}))
            _award(award, awards.award_of(award, known, day, turn.figures, given=given, aided=aided), paid)
        if meant and turn.level is not None:
            taken.add((award.id, turn.level))
    paid.refused += [one for one in against if not served or one.code != "award.not_for_this"]


def _spending(award: Award, turn: Turn) -> Iterator[Reason]:
    """That an item is none of those that the award may be spent on."""
    items = turn.known.get("item", frozenset())
    if items and award.spend_on is not None and items.isdisjoint(award.spend_on.value):
        numbers = {"award": award.id, "item": ", ".join(items), "items": ", ".join(award.spend_on.value)}
        yield Reason("award.item_excluded", f"award.{award.id}", "/items", numbers, award.spend_on.source)


def _disallowed(asked: list[Award], case: Case, paid: Paid) -> dict[str, str]:
    """What was spent of awards on items that they may not be spent on, and what is so to be paid back."""
    against = [
        (amount, reason)
        for award, awarded in paid.awarded
        for item, amount in (case.get("items", {}).items() if award in asked else ())
        for reason in _spending(award, Turn({"item": frozenset({item})}, {}))
    ]
    paid.refused += [reason for _, reason in against]
    return {"disallowed": paid.tell.amount(sum(amount for amount, _ in against))} if against else {}


def _once(award: Award, case: Case, turn: Turn, taken: set[tuple[str, str]]) -> Iterator[Reason]:
    rule = award.once_per
    if rule is None:
        return
    this_year = "year" in rule.value and case.get("given_this_year", 0) > 0
    if this_year or case.get("given_before", False):
        numbers = {"award": award.id, "once_per": ", ".join(rule.value)}
        yield Reason("award.given_before", f"award.{award.id}", "/award", numbers, rule.source)
    elif turn.level is not None and set(LEVELS) & set(rule.value) and (award.id, turn.level) in taken:
        numbers = {"award": award.id, "level": turn.level}
        yield Reason("award.given_before", f"award.{award.id}", "/recognised", numbers, rule.source)


def _award(award: Award, awarded: Awarded, paid: Paid) -> None:
    tell, above, name = paid.tell, paid.total, f"award.{award.id}"
    paid.awarded.append((award, awarded))
    if isinstance(awarded.paid, int):
        numbers: dict[str, Any] = {"units": awarded.base, "each": tell.amount(awarded.paid)}
    else:
        numbers = {"base": tell.amount(awarded.base), "share": share(awarded.paid)}
    paid.decided.append(Decided(name, awarded.source, numbers))
    amount = awarded.full
    for limit in awarded.limits:
        if limit.left < amount:
            amount = limit.left
            told = {key: tell.amount(one) if isinstance(one, int) else one for key, one in limit.numbers.items()}
            told |= {"left": tell.amount(amount), "leaves": tell.amount(above + amount)}
            paid.decided.append(Decided(limit.rule, limit.clause, told))
    if awarded.split_source is not None:
        parts = {part: tell.amount(fen) for part, fen in awarded.parts}
        paid.decided.append(Decided("award.split", awarded.split_source, parts))


def _base(asked: list[Award], case: Case, paid: Paid) -> dict[str, str]:
    """What one award was, or will be, reckoned on; where several are asked their decisions tell it."""
    if len(asked) != 1 or asked[0].base == FIXED:
        return {}
    base = awards.base_of(asked[0], _figures(case))
    if base is None or asked[0].base == "added_area":
        return {}
    return {"base": paid.tell.amount(base)}


def _amounts(asked: list[Award], paid: Paid) -> dict[str, Any]:
    """`reward` of providers, `awards` one by one where they are fixed, `subsidy` with its `split` of all others."""
    tell, found = paid.tell, dict[str, Any]()
    rewards = [one.amount for award, one in paid.awarded if award.payee.value == "provider"]
    fixed = [one.amount for award, one in paid.awarded if award.base == FIXED]
    others = [one for award, one in paid.awarded if award.base != FIXED and award.payee.value != "provider"]
    if rewards:
        found["reward"] = tell.amount(sum(rewards))
    if fixed:
        found["awards"] = [tell.amount(one) for one in fixed]
    if others:
        found["subsidy"] = tell.amount(sum(one.amount for one in others))
    if not paid.awarded and all(one.code != "award.rate_unknown" for one in paid.refused):
        found["subsidy"] = tell.amount(0)
    split: dict[str, int] = {}
    for _, one in paid.awarded:
        for part, fen in one.parts:
            split[part] = split.get(part, 0) + fen
    return found | ({"split": {part: tell.amount(fen) for part, fen in split.items()}} if split else {})


def _why(paid: Paid) -> dict[str, Any]:
    why: dict[str, Any] = {"refused": refused(paid.refused)} if paid.refused else {}
    return why | {"decisions": [one.told() for one in paid.decided]}
