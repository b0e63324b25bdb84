"""Decides how an organisation becomes, is and ceases to be a provider 服务机构, category by category."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, refuse_all
from services.registry.catalogue.domain.category import category_faults
from services.registry.catalogue.domain.names import TEXT_LENGTH, name_faults, shown
from services.registry.catalogue.domain.period import Period, all_over, period_faults
from services.registry.parties.domain.role import in_effect
from services.registry.providers.domain.ground import BY_DECISION, Ground, GroundKind


class ProviderState(StrEnum):
    """applied → in_review → admitted ⇄ suspended; expired, removed and withdrawn take nothing new."""

    APPLIED = "applied"
    IN_REVIEW = "in_review"
    ADMITTED = "admitted"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"


_SCHEME = re.compile(r"[a-z][a-z0-9-]{1,63}")
ADMISSIBLE = frozenset({ProviderState.APPLIED, ProviderState.IN_REVIEW, ProviderState.ADMITTED, ProviderState.EXPIRED})
APPLIES_AGAIN = frozenset({ProviderState.WITHDRAWN, ProviderState.REMOVED})
DATED = frozenset({GroundKind.QUALIFICATION, GroundKind.CARRIER})
"""Grounds that the registry knows with the days on which they hold."""
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Admission:
    """A provider may be paid with vouchers for one category while the period holds and its ground carries it.

    schemes: the ids of those under which it may be paid; none named: under all.
    """

    id: UUID
    category: str
    period: Period
    document_id: UUID
    ground: Ground = BY_DECISION
    schemes: tuple[str, ...] = ()

    @property
    def in_effect(self) -> Period:
        """The days on which it counts: those granted, until its ground ends."""
        return in_effect(self.period, self.ground.ends_on)

    def until(self, last_day: date) -> "Admission":
        """Give the same, over with a day; one that ends before it is left as it is, and one to come counts on none."""
        over = self.in_effect.until
        if over is not None and over <= last_day:
            return self
        return replace(self, ground=replace(self.ground, ends_on=max(last_day, self.period.start - ONE_DAY)))

    def gives_way_to(self, other: "Admission") -> bool:
        """Whether its ground ended before another admission of the same category begins on days granted to both."""
        return (
            self.category == other.category
            and self.period.overlaps(other.period)
            and not self.in_effect.overlaps(other.period)
        )


@dataclass(frozen=True)
class Provider:
    """A provider: who, for what it applied, in which state, and what it is admitted for."""

    id: UUID
    organization_id: UUID
    applied_for: tuple[str, ...]
    state: ProviderState = ProviderState.APPLIED
    admissions: tuple[Admission, ...] = ()

    def admitted(self, category: str, *, on: date) -> bool:
        """Whether it may take a new order of exactly this category on a day."""
        if self.state is not ProviderState.ADMITTED:
            return False
        return any(one.category == category and one.in_effect.covers(on) for one in self.admissions)

    def ended_since(self, before: "Provider") -> list[Admission]:
        """The admissions that end on another day than they did before."""
        return [one for one in self.admissions if one not in before.admissions]

    @property
    def last_day(self) -> date | None:
        """The last day of the admission that ends last; None while one is open or there is none."""
        ends = [admission.in_effect.until for admission in self.admissions]
        known = [end for end in ends if end is not None]
        return max(known) if ends and len(known) == len(ends) else None


def application_faults(wanted: Sequence[str], *, categories: Collection[str]) -> list[Reason]:
    """List the categories applied for that the registry has not, each by its place."""
    return [
        fault
        for place, category in enumerate(wanted)
        for fault in category_faults(category, categories=categories, pointer=f"/categories/{place}")
    ]


def admit(
    provider: Provider,
    admission: Admission,
    *,
    categories: Collection[str],
    today: date,
    also: Sequence[Reason] = (),
) -> Provider:
    """Admit a provider for a category; it becomes admitted.

    Refusal with ``also`` (faults found outside) and all of: ``category.unlisted``, ``period.reversed``,
    ``admission.over`` (ends before today), ``admission.overlap`` (same category, common day), ``provider.state``.
    """
    refuse_all(
        [
            *category_faults(admission.category, categories=categories, pointer="/category"),
            *period_faults(admission.period),
            *_over_faults(admission.period, today),
            *_overlap_faults(admission, provider.admissions),
            *also,
            *state_faults(provider, ADMISSIBLE, "admit"),
        ]
    )
    return replace(provider, state=ProviderState.ADMITTED, admissions=(*provider.admissions, admission))


def applied_faults(provider: Provider, category: str, lineage: Collection[str]) -> list[Reason]:
    """List what is wrong with a category: neither it nor one above it was applied for. lineage: it and those above."""
    if not lineage or set(lineage) & set(provider.applied_for):
        return []
    rule = "a provider is admitted for what it applied for"
    return [Reason("admission.not_applied_for", rule=rule, pointer="/category", numbers={"category": category})]


def start_faults(admission: Admission, *, registered_on: date | None, applied_on: date | None) -> list[Reason]:
    """List what is wrong with the first day: the organisation was not there, or had not applied.

    A ground that the registry knows with its own days, a certificate or a space, admits for days before the
    application, too; the days of a decision of its own, and of another region's list, nobody can look up. None: nobody
    recorded the day.
    """
    applied = None if admission.ground.kind in DATED else applied_on
    return [
        *_early(admission.period.start, registered_on, code="admission.before_registration"),
        *_early(admission.period.start, applied, code="admission.before_application"),
    ]


def _early(start: date, earliest: date | None, *, code: str) -> list[Reason]:
    if earliest is None or start >= earliest:
        return []
    rule = "nobody is admitted for days before he was there and had applied"
    return [Reason(code, rule=rule, pointer="/from", numbers={"earliest": earliest.isoformat()})]


def scheme_faults(schemes: Sequence[str]) -> list[Reason]:
    """List what is wrong with the schemes that an admission names: how one is written, or one named twice.

    Whether there is such a scheme the registry does not know; it belongs to the voucher service.
    """
    rule = "schemes are named once, in small letters, digits and hyphens"
    return [
        Reason("admission.scheme", rule=rule, pointer=f"/schemes/{place}", numbers={"scheme": scheme})
        for place, scheme in enumerate(schemes)
        if not _SCHEME.fullmatch(scheme) or scheme in schemes[:place]
    ]


def charge_faults(provider: Provider) -> list[Reason]:
    """List what is wrong with giving a provider notice: only one that is admitted can lose anything by it."""
    return state_faults(provider, {ProviderState.ADMITTED}, "suspend")


def suspend(provider: Provider, *, also: Sequence[Reason] = ()) -> Provider:
    """Stop new orders; what is authorised is still delivered and settled.

    Refusal ``provider.state``, with the faults of the case behind it.
    """
    refuse_all([*also, *charge_faults(provider)])
    return replace(provider, state=ProviderState.SUSPENDED)


def resume(provider: Provider, *, reason: str, today: date, also: Sequence[Reason] = ()) -> Provider:
    """End a suspension: admitted again, or expired where every admission ended meanwhile.

    Refusal ``provider.state`` in any other state, with the faults of the reason and those found outside.
    """
    faults = name_faults(reason, "/reason", limit=TEXT_LENGTH)
    refuse_all([*faults, *also, *state_faults(provider, {ProviderState.SUSPENDED}, "resume")])
    return expire(replace(provider, state=ProviderState.ADMITTED), today=today)


def remove(provider: Provider, *, today: date) -> Provider:
    """Strike a provider off after it was heard; its admissions end today, so that what was authorised still counts.

    Refusal ``provider.state`` where it neither is nor was admitted.
    """
    refuse_all(state_faults(provider, {ProviderState.ADMITTED, ProviderState.EXPIRED}, "remove"))
    return replace(_over(provider, today), state=ProviderState.REMOVED)


def withdraw(provider: Provider, *, today: date, also: Sequence[Reason] = ()) -> Provider:
    """Take back an application, or give up being a provider; its admissions end today.

    Refusal with ``also`` (a case against it that runs) and ``provider.state`` when it is over already.
    """
    refuse_all([*also, *state_faults(provider, ADMISSIBLE, "withdraw")])
    return replace(_over(provider, today), state=ProviderState.WITHDRAWN)


def expire(provider: Provider, *, today: date) -> Provider:
    """Give the provider as it stands today: expired once the last of its admissions is over."""
    over = all_over([admission.in_effect for admission in provider.admissions], today)
    return (
        replace(provider, state=ProviderState.EXPIRED)
        if over and provider.state is ProviderState.ADMITTED
        else provider
    )


def apply_again(provider: Provider, wanted: Sequence[str], *, today: date) -> Provider:
    """Apply anew after a withdrawal or removal, or for further categories.

    Whoever comes back has nothing left of what it was admitted for before. Refusal ``provider.duplicate`` where nothing
    new is applied for, and while it is suspended.
    """
    if provider.state in APPLIES_AGAIN:
        anew = tuple(dict.fromkeys(wanted))
        return replace(_over(provider, today - ONE_DAY), state=ProviderState.APPLIED, applied_for=anew)
    all_wanted = tuple(dict.fromkeys([*provider.applied_for, *wanted]))
    if provider.state not in ADMISSIBLE or all_wanted == provider.applied_for:
        raise Refusal(
            "provider.duplicate", rule="one provider per organisation", numbers={"id": shown("prv", provider.id)}
        )
    return replace(provider, applied_for=all_wanted)


def state_faults(provider: Provider, allowed: Collection[ProviderState], verb: str) -> list[Reason]:
    """List what is wrong with an act: the provider's state does not allow it."""
    if provider.state in allowed:
        return []
    numbers = {"state": provider.state.value, "verb": verb}
    return [Reason("provider.state", rule="the life cycle of a provider", numbers=numbers)]


def _over(provider: Provider, last_day: date) -> Provider:
    return replace(provider, admissions=tuple(one.until(last_day) for one in provider.admissions))


def _over_faults(period: Period, today: date) -> list[Reason]:
    if not period.ended_before(today):
        return []
    return [Reason("admission.over", rule="an admission ends today or later", pointer="/until")]


def _overlap_faults(admission: Admission, known: Iterable[Admission]) -> list[Reason]:
    for other in known:
        if other.category == admission.category and other.in_effect.overlaps(admission.period):
            numbers = {"id": shown("adm", other.id)}
            rule = "one admission per provider, category and day"
            return [Reason("admission.overlap", rule=rule, pointer="/from", numbers=numbers)]
    return []
