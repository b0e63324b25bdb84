"""Decides which facts of the registry, heard after a redemption was authorised, would have forbidden it on that day.

What was captured stands: whoever did the work is not to blame for what was told late. But nothing more is paid on it
before a person has looked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.voucher.directory.domain.categories import CategoryTree
from services.voucher.directory.domain.party import Party
from services.voucher.directory.domain.relations import relation
from services.voucher.redemption.domain.redemption import Terms
from services.voucher.scheme.domain.scheme import Scheme


class FactKind(StrEnum):
    """What was told late."""

    RELATION = "relation"
    SANCTION = "sanction"
    ADMISSION = "admission"


@dataclass(frozen=True, slots=True)
class LateFact:
    """One fact against one redemption. fact: the registry's own name of it, or why nobody could look; numbers: what it
    says. organization_id: whom it is about.
    """

    redemption_id: UUID
    fact: str
    kind: FactKind
    organization_id: UUID
    numbers: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Why a leg is stopped by it."""
        return f"late fact: {self.kind} {self.fact}"


@dataclass(frozen=True, slots=True)
class Matter:
    """A redemption with its rules, and its parties as they are known now. authorised_on: the scheme's local date.

    owners_known: whether all who own either party are among the parties, or were too many to be looked through.
    """

    redemption_id: UUID
    terms: Terms
    authorised_on: date
    scheme: Scheme
    parties: Mapping[UUID, Party]
    categories: CategoryTree
    owners_known: bool = True

    @property
    def holder(self) -> Party:
        """Whose voucher it was."""
        return self.parties[self.terms.holder_id]

    @property
    def payee(self) -> Party:
        """Who is paid for it."""
        return self.parties[self.terms.payee_id]


def late_facts(matter: Matter) -> list[LateFact]:
    """All that would have forbidden it on the day of its authorisation, by what is known now.

    What was known then had been checked, so that each of these was told since. A state without a date, such as a
    suspension, says nothing of an earlier day.
    """
    return [*_relations(matter), *_sanctions(matter), *_admissions(matter)]


def _relations(matter: Matter) -> Iterator[LateFact]:
    rule, terms = matter.scheme.exclusions.related_parties, matter.terms
    day = terms.contract.signed_on if rule.as_of == "contract" else matter.authorised_on
    link = relation(matter.holder, matter.payee, matter.parties, day) if rule.value else None
    if link is None:
        if rule.value and not matter.owners_known:
            yield unseen(matter.redemption_id, matter.payee.id, "group.too_large", clause=rule.source)
        return
    fact = link.id or f"{link.kind} org_{terms.holder_id.hex}/org_{terms.payee_id.hex}"
    numbers = {"link": link.kind, "day": day.isoformat(), "clause": rule.source}
    yield LateFact(matter.redemption_id, fact, FactKind.RELATION, terms.payee_id, numbers)


def unseen(redemption_id: UUID, payee_id: UUID, why: str, *, clause: str | None = None) -> LateFact:
    """That nobody could look whether the parties are related, by the code of the reason: a person has to."""
    return LateFact(redemption_id, why, FactKind.RELATION, payee_id, {"clause": clause})


def _sanctions(matter: Matter) -> Iterator[LateFact]:
    clause = matter.scheme.who.good_standing.source
    for party in (matter.holder, matter.payee):
        for ban in party.sanctions:
            if ban.span.covers(matter.authorised_on):
                numbers = {"ban": ban.kind, "since": ban.span.since.isoformat(), "clause": clause}
                yield LateFact(matter.redemption_id, ban.id, FactKind.SANCTION, party.id, numbers)


def _admissions(matter: Matter) -> Iterator[LateFact]:
    category, provider = matter.terms.category, matter.payee.provider
    lineage = matter.categories.lineage(category) or (category,)
    held = provider.admissions if provider is not None else ()
    day, scheme = matter.authorised_on, matter.scheme.id
    if any(one.covers(above, day, scheme) for one in held for above in lineage):
        return
    numbers = {"category": category, "day": day.isoformat(), "scheme": scheme, "clause": None}
    fact = f"prv_{matter.terms.provider_id.hex} {category}"
    yield LateFact(matter.redemption_id, fact, FactKind.ADMISSION, matter.payee.id, numbers)
