"""Carries out the many orders of one call, each as if it had come alone or all or none, and keeps every refused try."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from services.chassis import attempts
from services.chassis.attempts import Attempt
from services.chassis.database import Database
from services.chassis.idempotency import Answer
from services.chassis.refusals import Refusal
from services.voucher.redemption.operations.redeem import Request, redeem_each, redeem_together

OURS = frozenset({"internal", "service.unavailable"})
"""What is no answer to the client but a failure of ours: neither refused nor done, so no attempt (decision 0007)."""


@dataclass(frozen=True, slots=True)
class Unread:
    """An item of which no order could be made: why, and the try that it was, where its key could be read."""

    refusal: Refusal
    attempt: Attempt | None


async def carry_out(
    database: Database, items: Sequence[Request | Unread], *, all_or_nothing: bool
) -> list[Answer | Refusal]:
    """What each item came to, in their order. all_or_nothing: where any is refused, nothing was done.

    Every order has its key; no key may stand twice.
    """
    asked = [item for item in items if isinstance(item, Request)]
    if not all_or_nothing:
        results = await redeem_each(database, asked)
    elif len(asked) == len(items):
        results = await redeem_together(database, asked)
    else:
        results = [Refusal("batch.refused") for _ in asked]
    told = iter(cast(Sequence[Answer | Refusal], results))
    answers = [item.refusal if isinstance(item, Unread) else next(told) for item in items]
    await _keep_refused(database, items, answers)
    return answers


async def _keep_refused(
    database: Database, items: Sequence[Request | Unread], answers: Sequence[Answer | Refusal]
) -> None:
    """Every refused try, in one transaction of its own."""
    tried = [
        attempt.refused(answer.reasons)
        for item, answer in zip(items, answers, strict=True)
        if isinstance(answer, Refusal) and answer.code not in OURS and (attempt := _attempt(item)) is not None
    ]
    await attempts.keep_refused(database, tried)


def _attempt(item: Request | Unread) -> Attempt | None:
    if isinstance(item, Unread):
        return item.attempt
    return item.keyed.attempt if item.keyed is not None else None
