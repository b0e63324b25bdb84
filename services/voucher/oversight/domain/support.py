"""What else the same project, contract, paper, holder or people were supported with, and what speaks against it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Refusal


class Channel(StrEnum):
    """By what two supported things are found to be alike, from the strongest to the weakest."""

    INVOICE = "invoice"
    BANK_SLIP = "bank_slip"
    CONTRACT = "contract"
    PROJECT = "project"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Cleared:
    """That somebody looked at a pair, and why it is not the same."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Match:
    """Another supported thing that is alike: ``app_…`` or ``cln_…``, in which scheme and state, whose, since when."""

    channel: Channel
    other: str
    scheme: str
    holder_id: UUID
    state: str
    at: datetime
    cleared: Cleared | None = None


def pair(one: str, other: str) -> tuple[str, str]:
    """Two things in the order in which a pair is kept. Refusal ``support.same``."""
    if one == other:
        raise Refusal("support.same", pointer="/other")
    return (one, other) if one < other else (other, one)
