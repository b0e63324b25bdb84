"""Decides how an organisation becomes, is and ceases to be a provider 服务机构, category by category."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, refuse_all
from services.registry.catalogue.domain.category import category_faults
from services.registry.catalogue.domain.names import TEXT_LENGTH, name_faults, shown
from services.registry.catalogue.domain.period import Period, all_over, period_faults


class ProviderState(StrEnum):
    """applied → in_review → admitted ⇄ suspended; expired, removed and withdrawn take nothing new."""

    APPLIED = "applied"
    IN_REVIEW = "in_review"
    ADMITTED = "admitted"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"


ADMISSIBLE = frozenset({ProviderState.APPLIED, ProviderState.IN_REVIEW, ProviderState.ADMITTED, ProviderState.EXPIRED})
APPLIES_AGAIN = frozenset({ProviderState.WITHDRAWN, ProviderState.REMOVED})


@dataclass(frozen=True)
class Admission:
    """A provider may be paid with vouchers for one category while the period holds."""

    id: UUID
    category: str
    period: Period
    document_id: UUID


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
        return any(one.category == category and one.period.covers(on) for one in self.admissions)

    @property
    def last_day(self) -> date | None:
        """The last day of the admission that ends last; None while one is open or there is none."""
        ends = [admission.period.until for admission in self.admissions]
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


def suspend(provider: Provider, *, reason: str, also: Sequence[Reason] = ()) -> Provider:
    """Stop new orders; what is authorised is still delivered and settled. Refusal ``provider.state`` and the like."""
    faults = name_faults(reason, "/reason", limit=TEXT_LENGTH)
    refuse_all([*faults, *also, *state_faults(provider, {ProviderState.ADMITTED}, "suspend")])
    return replace(provider, state=ProviderState.SUSPENDED)


def resume(provider: Provider, *, reason: str, today: date, also: Sequence[Reason] = ()) -> Provider:
    """End a suspension: admitted again, or expired where every admission ended meanwhile.

    Refusal ``provider.state`` in any other state, with the faults of the reason and those found outside.
    """
    faults = name_faults(reason, "/reason", limit=TEXT_LENGTH)
    refuse_all([*faults, *also, *state_faults(provider, {ProviderState.SUSPENDED}, "resume")])
    return expire(replace(provider, state=ProviderState.ADMITTED), today=today)


def withdraw(provider: Provider) -> Provider:
    """Take back an application, or give up being a provider. Refusal ``provider.state`` when it is over already."""
    refuse_all(state_faults(provider, ADMISSIBLE, "withdraw"))
    return replace(provider, state=ProviderState.WITHDRAWN)


def expire(provider: Provider, *, today: date) -> Provider:
    """Give the provider as it stands today: expired once the last of its admissions is over."""
    over = all_over([admission.period for admission in provider.admissions], today)
    return (
        replace(provider, state=ProviderState.EXPIRED)
        if over and provider.state is ProviderState.ADMITTED
        else provider
    )


def apply_again(provider: Provider, wanted: Sequence[str]) -> Provider:
    """Apply anew after a withdrawal or removal. Refusal ``provider.duplicate`` while the former one lives."""
    if provider.state not in APPLIES_AGAIN:
        raise Refusal(
            "provider.duplicate", rule="one provider per organisation", numbers={"id": shown("prv", provider.id)}
        )
    return replace(provider, state=ProviderState.APPLIED, applied_for=tuple(dict.fromkeys(wanted)))


def state_faults(provider: Provider, allowed: Collection[ProviderState], verb: str) -> list[Reason]:
    """List what is wrong with an act: the provider's state does not allow it."""
    if provider.state in allowed:
        return []
    numbers = {"state": provider.state.value, "verb": verb}
    return [Reason("provider.state", rule="the life cycle of a provider", numbers=numbers)]


def _over_faults(period: Period, today: date) -> list[Reason]:
    if not period.ended_before(today):
        return []
    return [Reason("admission.over", rule="an admission ends today or later", pointer="/until")]


def _overlap_faults(admission: Admission, known: Iterable[Admission]) -> list[Reason]:
    for other in known:
        if other.category == admission.category and other.period.overlaps(admission.period):
            numbers = {"id": shown("adm", other.id)}
            rule = "one admission per provider, category and day"
            return [Reason("admission.overlap", rule=rule, pointer="/from", numbers=numbers)]
    return []
