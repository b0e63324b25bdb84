"""Decides the life of a payout batch: made by one person, approved and sent by others who see the same digest."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from uuid import UUID

from services.chassis.refusals import Refusal, another_person
from services.voucher.payout.domain.payout import OVER, Payout, PayoutState


class BatchState(StrEnum):
    """draft → submitted → approved | rejected → file_written → sent → done; cancelled before it is sent."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    FILE_WRITTEN = "file_written"
    SENT = "sent"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch of `payouts` payouts of `total` fen from one payer account. Persons are `per_…`.

    `digest` is over everything that the bank will be told, see `digest_of`.
    """

    id: UUID
    number: int
    payer_account_id: UUID
    treasury: str
    currency: str
    payouts: int
    total: int
    digest: str
    made_by: str
    made_at: datetime
    state: BatchState = BatchState.DRAFT
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    sent_by: str | None = None
    sent_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whose turn a state is: a task for a role within the treasury, overdue after a while, if ever."""

    task: str
    role: str
    within: timedelta | None = None


BANK_ANSWERS_WITHIN = timedelta(days=7)
"""When a statement should have answered for what was sent; then the bank must be asked what became of the rest."""

TURNS: Mapping[BatchState, Waiting] = MappingProxyType(
    {
        BatchState.DRAFT: Waiting("payout_batch.submit", "finance_maker"),
        BatchState.SUBMITTED: Waiting("payout_batch.approve", "finance_checker"),
        BatchState.APPROVED: Waiting("payout_batch.write_file", "finance_maker"),
        BatchState.FILE_WRITTEN: Waiting("payout_batch.send", "finance_checker"),
        BatchState.SENT: Waiting("payout_batch.hear_from_bank", "finance_maker", BANK_ANSWERS_WITHIN),
    }
)
"""Every state that is not final waits for somebody."""


WRITTEN = frozenset({BatchState.FILE_WRITTEN, BatchState.SENT, BatchState.DONE})
"""The states in which the file of a batch stands."""


def digest_of(number: int, payer_account_id: UUID, payouts: Sequence[Payout]) -> str:
    """SHA-256, in hexadecimal, over the canonical JSON of a batch: what is paid to whom, where, and how much in all."""
    listed = [
        {
            "id": str(one.id),
            "position": one.position,
            "reference": one.reference,
            "amount": one.amount,
            "currency": one.currency,
            "payee_name": one.payee_name,
            "account_number": one.account_number,
            "bank_code": one.bank_code,
        }
        for one in sorted(payouts, key=lambda one: one.position)
    ]
    whole = {
        "batch": number,
        "payer_account": str(payer_account_id),
        "payouts": listed,
        "total": sum(one.amount for one in payouts),
    }
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def submit(batch: Batch) -> Batch:
    """Hand a draft in for approval. Refusal `payout_batch.state`."""
    _in(batch, BatchState.DRAFT)
    return replace(batch, state=BatchState.SUBMITTED)


def approve(
    batch: Batch, payouts: Sequence[Payout], *, digest: str, acted: Collection[str], by: str, at: datetime
) -> Batch:
    """Approve by a person who neither made it nor took part in any of its cases. acted: who took part in any of them.

    Refusals: `payout_batch.state`, `payout_batch.same_person`, `payout_batch.took_part`;
    `payout_batch.digest_differs` when the digest sent back, or what the payouts are by now, is not what was made.
    """
    _in(batch, BatchState.SUBMITTED)
    another_person(by, than=[batch.made_by], otherwise="payout_batch.same_person")
    another_person(by, than=acted, otherwise="payout_batch.took_part")
    if not digest == batch.digest == digest_of(batch.number, batch.payer_account_id, payouts):
        raise Refusal("payout_batch.digest_differs", rule="approved_as_shown", pointer="/digest")
    return replace(batch, state=BatchState.APPROVED, decided_by=by, decided_at=at)


def reject(batch: Batch, *, by: str, at: datetime, reason: str) -> Batch:
    """Reject what was handed in. Refusals: `payout_batch.state`, `payout_batch.same_person`."""
    _in(batch, BatchState.SUBMITTED)
    another_person(by, than=[batch.made_by], otherwise="payout_batch.same_person")
    return replace(batch, state=BatchState.REJECTED, decided_by=by, decided_at=at, reason=reason, ended_at=at)


def cancel(batch: Batch, *, at: datetime, reason: str) -> Batch:
    """Give a batch up before it is sent. Refusal `payout_batch.state`."""
    _in(batch, BatchState.DRAFT, BatchState.SUBMITTED, BatchState.APPROVED, BatchState.FILE_WRITTEN)
    return replace(batch, state=BatchState.CANCELLED, reason=reason, ended_at=at)


def write_file(batch: Batch) -> Batch:
    """Once its bank file is written. Refusal `payout_batch.state`."""
    _in(batch, BatchState.APPROVED)
    return replace(batch, state=BatchState.FILE_WRITTEN)


def send(batch: Batch, *, by: str, at: datetime) -> Batch:
    """Let its file go to the bank, by a person who did not make it.

    Refusals: `payout_batch.state`, `payout_batch.same_person`.
    """
    _in(batch, BatchState.FILE_WRITTEN)
    another_person(by, than=[batch.made_by], otherwise="payout_batch.same_person")
    return replace(batch, state=BatchState.SENT, sent_by=by, sent_at=at)


def hand_out(batch: Batch) -> None:
    """Let the bytes of its file out of the house: once it is sent, as whoever holds them can have them paid.

    Refusals `bank_file.not_sent`, and `bank_file.cancelled` for a batch that was given up.
    """
    if batch.state is BatchState.CANCELLED:
        raise Refusal("bank_file.cancelled", rule="payout_batch.states")
    if batch.state not in {BatchState.SENT, BatchState.DONE}:
        raise Refusal("bank_file.not_sent", rule="payout_batch.states", numbers={"state": batch.state.value})


def finished(batch: Batch, states: Collection[PayoutState], *, at: datetime) -> Batch | None:
    """The batch as done, once it was sent and the bank has answered for every payout; None before.

    states: those in which any of its payouts is.
    """
    if batch.state is not BatchState.SENT or not OVER.issuperset(states):
        return None
    return replace(batch, state=BatchState.DONE, ended_at=at)


def _in(batch: Batch, *states: BatchState) -> None:
    if batch.state not in states:
        raise Refusal("payout_batch.state", rule="payout_batch.states", numbers={"state": batch.state.value})
