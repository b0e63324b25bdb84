"""Takes what a payee adds to a claim to an award that was returned: papers and answers; figures stay as claimed."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis import clock, documents, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.refusals import Reason, refuse_all
from services.voucher.awards.domain import answering
from services.voucher.awards.domain.answering import papers
from services.voucher.awards.operations.acting import acting
from services.voucher.awards.operations.reading import seen
from services.voucher.awards.store import answers, award_claims
from services.voucher.directory.store import parties
from services.voucher.scheme.store import rulebooks
from services.voucher.settlement.domain.answering import corrected_papers, correction_of_award_faults
from services.voucher.settlement.domain.line_case import LineCase
from services.voucher.settlement.store import claim_lines, line_steps
from services.voucher.wallet.domain.form import Answers


@dataclass(frozen=True, slots=True)
class Corrected:
    """The documents that are added, and what they show; answers: to the form, in place of those before, if any."""

    document_ids: tuple[UUID, ...]
    said: str
    answers: Answers | None = None


async def correct_award_claim(
    database: Database, keyed: Keyed, *, permit: Permit, award_claim_id: UUID, corrected: Corrected
) -> Answer:
    """Put a returned claim back in review with further documents; committed when this returns.

    NotFound ``award_claim.unknown``; refusals ``claim.state``, ``document.unknown``, ``calendar.not_loaded``, and of
    `domain.answering.faults`.
    """
    by = acting(permit, keyed)
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        claim = await award_claims.read(connection, award_claim_id)
        permit.require("award_claim.unknown", organizations=[claim.payee_id])
        line = (await claim_lines.lock(connection, [claim.claim_line_id]))[claim.claim_line_id]
        scheme = (await rulebooks.read(connection, [line.scheme_version_id]))[line.scheme_version_id]
        calendar = await parties.working_days(connection)
        named = papers(scheme, corrected.answers or {}, corrected.document_ids)
        known = await documents.known(connection, named) if named else {}
        own = {one.id for one in known.values() if one.organization == claim.payee_id}
        case = LineCase(line=line, scheme=scheme, calendar=calendar, by=by, at=await clock.business_now(connection))
        foreign = [
            Reason("document.unknown", pointer=f"/document_ids/{place}")
            for place, one in enumerate(corrected.document_ids)
            if one not in own
        ]
        unfit = [] if corrected.answers is None else answering.faults(scheme, corrected.answers, own=own)
        refuse_all([*correction_of_award_faults(case), *foreign, *unfit])
        await line_steps.write(connection, [corrected_papers(case, said=corrected.said)], now=case.at)
        await award_claims.prove(connection, claim.id, named, at=case.at)
        if corrected.answers is not None:
            await answers.add(connection, claim.id, corrected.answers, by=by.person, at=case.at)
        (one,) = await seen(connection, [claim], now=case.at)
        return await idempotency.record(connection, keyed, one, claim.id)
