"""Decides which official register keeps an organisation, and whether what is recorded of it is what stands there."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, refuse_all
from services.registry.parties.domain.organization import Organization, OrganizationStatus

COMPARED = ("name", "region", "legal_form", "status", "registered_on")


class Register(StrEnum):
    """A register of legal persons: firms 企业登记, public institutions 事业单位登记, social bodies 社会组织登记."""

    BUSINESS = "business"
    INSTITUTIONS = "institutions"
    SOCIAL_ORGANIZATIONS = "social_organizations"


class CheckOutcome(StrEnum):
    """What a look into the register came to."""

    EQUAL = "equal"
    DIFFERS = "differs"
    NOT_FOUND = "not_found"


_KEEPERS = {"9": Register.BUSINESS, "1": Register.INSTITUTIONS, "5": Register.SOCIAL_ORGANIZATIONS}
"""By the first character of a credit code, which is the authority that registers (GB 32100-2015, table 1)."""


@dataclass(frozen=True)
class RegisterEntry:
    """What an extract of a register says of one credit code; what it leaves out is None.

    import_id: the list it was taken in with; as_of: the local day that the extract tells of.
    """

    id: UUID
    import_id: UUID
    as_of: date
    uscc: str
    name: str
    region: str | None = None
    legal_form: str | None = None
    status: OrganizationStatus | None = None
    registered_on: date | None = None


@dataclass(frozen=True)
class Newest:
    """What is known of one code: its newest entry, None where no extract has it, and the day of the newest extract."""

    as_of: date
    entry: RegisterEntry | None = None


@dataclass(frozen=True)
class Difference:
    """A field of which record and register say two things."""

    field: str
    recorded: str
    registered: str


@dataclass(frozen=True)
class Acceptance:
    """Why record and register may rightly differ, as a person found it. accepted_at: UTC."""

    check_id: UUID
    reason: str
    accepted_at: datetime
    accepted_by: str


@dataclass(frozen=True)
class RegisterCheck:
    """A look into a register, kept as it came out.

    as_of: the day of the entry, or of the newest extract where there is no entry; checked_at: UTC; acceptance: None
    while nobody said why what differs may differ.
    """

    id: UUID
    organization_id: UUID
    register: Register
    outcome: CheckOutcome
    as_of: date
    entry_id: UUID | None
    import_id: UUID | None
    differences: tuple[Difference, ...]
    checked_at: datetime
    checked_by: str
    acceptance: Acceptance | None = None


def register_of(uscc: str) -> Register:
    """Give the register that keeps a credit code; Refusal ``register.none`` for those of other authorities."""
    refuse_all(register_faults(uscc))
    return _KEEPERS[uscc[0]]


def register_faults(uscc: str) -> list[Reason]:
    """List what keeps a code from standing in a register of which extracts are taken in."""
    if uscc[:1] in _KEEPERS:
        return []
    return [Reason("register.none", rule="GB 32100-2015: who registers is the first character", pointer="/uscc")]


def compare(organization: Organization, entry: RegisterEntry) -> tuple[Difference, ...]:
    """List the fields of which both say something, and not the same; full-width characters count as plain ones."""
    facts = organization.facts
    recorded = {name: getattr(facts, name) for name in COMPARED if name != "status"} | {"status": organization.status}
    told = [(name, _text(recorded[name]), _text(getattr(entry, name))) for name in COMPARED]
    return tuple(
        Difference(name, ours, theirs)
        for name, ours, theirs in told
        if ours is not None and theirs is not None and _folded(ours) != _folded(theirs)
    )


def outcome_of(newest: Newest, differences: Sequence[Difference]) -> CheckOutcome:
    """Give what a look came to."""
    if newest.entry is None:
        return CheckOutcome.NOT_FOUND
    return CheckOutcome.DIFFERS if differences else CheckOutcome.EQUAL


def acceptance_faults(check: RegisterCheck, last: RegisterCheck) -> list[Reason]:
    """List what keeps a look from being accepted; last: the last look for the same organisation."""
    rule = "what the last look found to differ is accepted, once"
    reasons = list[Reason]()
    if check.id != last.id:
        reasons.append(Reason("register_check.superseded", rule=rule, numbers={"as_of": last.as_of.isoformat()}))
    if check.outcome is CheckOutcome.EQUAL:
        reasons.append(Reason("register_check.equal", rule=rule))
    if check.acceptance is not None:
        reasons.append(Reason("register_check.accepted", rule=rule))
    return reasons


def _text(value: str | date | None) -> str | None:
    return None if value is None else str(value)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
