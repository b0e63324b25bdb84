"""Puts claim lines that were approved into a test's database, and says who discloses, objects, stops and decides."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.chassis.attempts import Attempt
from services.chassis.authorisation import Permit, permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.chassis.tokens import Caller
from services.voucher.redemption.domain.redemption import Capture
from services.voucher.settlement.authorisation import AUTHORISATION
from services.voucher.settlement.domain.claim import ClaimLine, Leg
from services.voucher.settlement.domain.disclosure import Disclosure
from services.voucher.settlement.domain.objection import Judgement, Objection, Outcome
from services.voucher.settlement.domain.reviewing import Decision, Verdict
from services.voucher.settlement.operations import disclosing, objecting
from services.voucher.settlement.operations.objecting import Asked
from services.voucher.settlement.operations.reviewing import Judged, review_claim
from services.voucher.settlement.store import claim_lines, disclosures, legs, objections, stops
from services.voucher.wallet.store import rounds
from tests.conftest import SetClock
from tests.voucher.redemption.samples import NOW as CAPTURED
from tests.voucher.redemption.samples import YUAN
from tests.voucher.redemption.stored import Stored, a_stored_voucher
from tests.voucher.settlement.claimed import a_capture, a_claim
from tests.voucher.settlement.claimed import keyed as keyed_claim

CLAIMED = 5_000 * YUAN
PUBLISHED = datetime(2020, 10, 12, 2, 0, tzinfo=UTC)
"""A Monday; the calendar of the tests knows no holidays, so the fifth working day after it is the next Monday."""
CLOSES = datetime(2020, 10, 19, 16, 0, tzinfo=UTC)
TREASURY = "jiangmen"


def caller(person: str, role: str, operation: str, **bound: Any) -> Permit:
    """The permit of a person in one role for an operation, bound as his role is."""
    bounds = {"region": "440700"} if role == "reviewer" else {"treasury": TREASURY} if "finance" in role else {}
    fields: dict[str, Any] = {"organization": None, **bounds, **bound}
    organization = fields.pop("organization")
    one = Caller(person, person, organization, frozenset({role}), "test", "ses_1", "tok_1", 0, **fields)
    return permit(AUTHORISATION, operation, one)


def keyed(by: Permit, operation: str, key: str | None = None) -> Keyed:
    """A request of its own under a key; its answer is the id and the state of what it made."""
    attempt = Attempt(
        operation=operation,
        caller=by.caller.subject,
        organization=by.caller.organization,
        subject_kind=None,
        subject_id=None,
        key=key or str(new_id()),
        outcome="refused",
        request_id="req_1",
    )
    return Keyed(attempt, "same body", lambda one: {"id": str(one.id), "state": one.state.value})


@dataclass(frozen=True)
class Case:
    """An approved claim line in the database, with what it stands on and what is owed on it."""

    stored: Stored
    line_id: UUID
    leg_id: UUID

    @property
    def database(self) -> Database:
        return self.stored.database

    async def line(self) -> ClaimLine:
        async with self.database.read() as connection:
            return (await claim_lines.read(connection, [self.line_id]))[self.line_id]

    async def leg(self) -> Leg:
        async with self.database.read() as connection:
            return (await legs.read_of_lines(connection, [self.line_id]))[self.line_id][0]

    async def stops(self) -> list[str]:
        async with self.database.read() as connection:
            return [one.kind.value for one in (await stops.live(connection, [self.leg_id])).get(self.leg_id, ())]

    async def objections(self) -> list[Objection]:
        async with self.database.read() as connection:
            wanted = objections.Wanted(claim_line_id=self.line_id)
            return await objections.find(connection, wanted, before=None, limit=200)

    async def capture(self) -> Capture:
        line = await self.line()
        captures = (await self.stored.redemption(line.captured.redemption_id)).captures
        return next(one for one in captures if one.id == line.capture_id)

    async def pool(self) -> int:
        voucher = await self.stored.now()
        async with self.database.begin() as connection:
            return (await rounds.lock_pool(connection, voucher.round_id, voucher.pool_class)).balance


async def an_approved_line(database: Database) -> Case:
    """A voucher of its own, of which one capture is claimed and approved whole."""
    return await approved_on(await a_stored_voucher(database))


async def a_line_to_disclose(database: Database, set_clock: SetClock) -> Case:
    """An approved line, on the day on which it is disclosed."""
    await set_clock(CAPTURED)
    case = await an_approved_line(database)
    await set_clock(PUBLISHED)
    return case


async def approved_on(stored: Stored) -> Case:
    """One more capture of a voucher, claimed and approved whole."""
    captured = await a_capture(stored.database, CLAIMED * 2, stored)
    claim_id, (line,) = await a_claim(stored.database, captured.asked)
    for person, stage in (("per_district", "district"), ("per_city", "city")):
        by = caller(person, "reviewer", "review_claim", stage=stage)
        asked = [Judged(1, Verdict(decision=Decision.APPROVE))]
        request = keyed_claim("review_claim", by)
        await review_claim(stored.database, request, permit=by, claim_id=claim_id, judged=asked)
    async with stored.database.read() as connection:
        (leg,) = (await legs.read_of_lines(connection, [line.id]))[line.id]
    return Case(stored, line.id, leg.id)


async def prepare(database: Database, *line_ids: UUID, person: str = "per_maker", **bound: Any) -> Disclosure:
    by = caller(person, "finance_maker", "prepare_disclosure", **bound)
    answer = await disclosing.prepare_disclosure(
        database, keyed(by, "prepare_disclosure"), permit=by, line_ids=line_ids
    )
    return await read(database, UUID(answer.body["id"]))


async def read(database: Database, disclosure_id: UUID) -> Disclosure:
    async with database.read() as connection:
        return await disclosures.read(connection, disclosure_id)


async def publish(database: Database, disclosure: Disclosure, digest: str | None = None) -> Answer:
    by = caller("per_checker", "finance_checker", "publish_disclosure")
    request = keyed(by, "publish_disclosure")
    return await disclosing.publish_disclosure(
        database, request, permit=by, disclosure_id=disclosure.id, digest=digest or disclosure.digest
    )


async def disclosed(database: Database, *cases: Case) -> Disclosure:
    """A disclosure of these lines, published."""
    prepared = await prepare(database, *(case.line_id for case in cases))
    await publish(database, prepared)
    return await read(database, prepared.id)


async def object_to(case: Case, disclosure: Disclosure, *, person: str = "per_citizen", **changes: Any) -> UUID:
    by = caller(person, "provider", "file_objection", organization=UUID(int=77))
    fields: dict[str, Any] = {
        "disclosure_id": disclosure.id,
        "claim_line_id": case.line_id,
        "objector": "Liang Hui",
        "contact": "liang.hui@example.org",
        "grounds": "There is no such machine.",
        "document_id": None,
        "client_ref": None,
    }
    request = keyed(by, "file_objection")
    answer = await objecting.file_objection(case.database, request, permit=by, asked=Asked(**{**fields, **changes}))
    return UUID(answer.body["id"])


async def decide(
    case: Case, objection_id: UUID, outcome: Outcome, *, person: str = "per_arbiter", **said: Any
) -> Answer:
    by = caller(
        person, "reviewer", "decide_objection", **{name: said.pop(name) for name in ("region",) if name in said}
    )
    request = keyed(by, "decide_objection")
    judgement = Judgement(outcome, "Looked into.", **said)
    return await objecting.decide_objection(
        case.database, request, permit=by, objection_id=objection_id, judgement=judgement
    )


async def refused(asked: Awaitable[Any]) -> str:
    """The code with which it is refused; 'done' when it is not."""
    try:
        await asked
    except Refusal as refusal:
        return refusal.code
    return "done"
