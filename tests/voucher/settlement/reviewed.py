"""What becomes of a submitted claim in a test's database: reviewed at each stage, corrected, withdrawn."""

from collections.abc import Awaitable
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.chassis.authorisation import Grant, Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer
from services.chassis.refusals import Refusal
from services.chassis.tokens import Caller
from services.voucher.settlement.domain.claim import ClaimLine
from services.voucher.settlement.domain.reviewing import Decision, Verdict
from services.voucher.settlement.operations.correcting import Corrected, correct_claim
from services.voucher.settlement.operations.reviewing import Judged, review_claim
from services.voucher.settlement.operations.withdrawing import Withdrawal, withdraw_claim
from tests.voucher.settlement.claimed import NOW, Captured, a_claim, keyed, lines_of, payee

LATER = NOW + timedelta(days=1)
OVER = NOW + timedelta(days=30)
"""When every correction asked for at NOW is overdue."""

APPROVE = Verdict(decision=Decision.APPROVE)
REJECT = Verdict(decision=Decision.REJECT, reason="第二项不在合同内")
RETURN = Verdict(decision=Decision.RETURN, reason="发票品名有误")


def reviewer(person: str, region: str, stage: str | None) -> Permit:
    caller = Caller(
        person, person, None, frozenset({"reviewer"}), "test", "ses_1", "tok_1", 0, region=region, stage=stage
    )
    return Permit(caller, (Grant("reviewer", "region"),))


district = reviewer("per_district", "440703", "district")
city = reviewer("per_city", "440700", "city")
second_city = reviewer("per_city_2", "440700", "city")


def less(amount: int) -> Verdict:
    """An approval of less than was claimed, in fen."""
    return Verdict(decision=Decision.APPROVE, amount=amount, currency="CNY", reason="只认可一部分")


async def review(
    database: Database, claim_id: UUID, *verdicts: Verdict, by: Permit = district, key: str | None = None
) -> Answer:
    """Verdicts on the claim's lines 1, 2, … in their order."""
    judged = [Judged(number, verdict) for number, verdict in enumerate(verdicts, start=1)]
    request = keyed("review_claim", by, key)
    return await review_claim(database, request, permit=by, claim_id=claim_id, judged=judged)


async def approve(database: Database, claim_id: UUID, *verdicts: Verdict) -> None:
    """The district passes the lines on, and the city says this to them."""
    await review(database, claim_id, *[APPROVE for _ in verdicts])
    await review(database, claim_id, *verdicts, by=city)


async def correct(database: Database, claim_id: UUID, *shown: Captured, by: Permit = payee) -> Answer:
    """New evidence for the claim's lines 1, 2, … in their order: all of each invoice and slip."""
    corrected = [Corrected(number, one.drawn, "CNY") for number, one in enumerate(shown, start=1)]
    return await correct_claim(database, keyed("correct_claim", by), permit=by, claim_id=claim_id, corrected=corrected)


async def withdraw(database: Database, claim_id: UUID, *numbers: int, by: Permit = payee) -> Answer:
    """These lines, or all that can be."""
    withdrawal = Withdrawal("开错发票", numbers or None)
    return await withdraw_claim(
        database, keyed("withdraw_claim", by), permit=by, claim_id=claim_id, withdrawal=withdrawal
    )


async def refused(asked: Awaitable[Any]) -> list[str]:
    """The codes of every reason for which it is refused."""
    try:
        await asked
    except Refusal as refusal:
        return [reason.code for reason in refusal.reasons]
    return []


async def the_line(database: Database, claim_id: UUID) -> ClaimLine:
    """The only line of a claim."""
    (line,) = await lines_of(database, claim_id)
    return line


async def claimed(one: Captured) -> UUID:
    """A claim of this one capture."""
    claim_id, _ = await a_claim(one.database, one.asked)
    return claim_id
