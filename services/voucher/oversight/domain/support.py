"""What else the same project, contract, paper, holder or people were supported with, and what speaks against it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Refusal
from services.voucher.scheme.domain.scheme import Rulebook, Scheme


class Channel(StrEnum):
    """By what two supported things are found to be alike, from the strongest to the weakest."""

    INVOICE = "invoice"
    BANK_SLIP = "bank_slip"
    CONTRACT = "contract"
    DOCUMENT = "document"
    PROJECT = "project"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Cleared:
    """That somebody looked at a pair, and why it is not the same."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Another supported thing that is alike: in which scheme or programme and state, whose, since when.

    other: ``app_…``, ``cln_…``, or ``osp_…`` for a row of a list of others, of whom beneficiary is the name there.
    """

    channel: Channel
    other: str
    scheme: str
    holder_id: UUID | None
    beneficiary: str | None
    state: str
    at: datetime
    cleared: Cleared | None = None


def pair(one: str, other: str) -> tuple[str, str]:
    """Two things in the order in which a pair is kept. Refusal ``support.same``."""
    if one == other:
        raise Refusal("support.same", pointer="/other")
    return (one, other) if one < other else (other, one)


def rule_against(scheme: Rulebook) -> tuple[str, str]:
    """The rule that asks whether a thing was supported twice, and its clause: on other money, else on the review."""
    funded = scheme.exclusions.funded if isinstance(scheme, Scheme) else None
    if funded is not None:
        return "exclusions.funded", funded.source
    return "settlement.review", scheme.settlement.review.source
