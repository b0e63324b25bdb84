"""Puts a scheme of awards with the budget that bears it into a test's database, and says who claims and who decides."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from services.chassis import documents
from services.chassis.attempts import Attempt
from services.chassis.authorisation import Permit, permit
from services.chassis.database import Database
from services.chassis.documents import Sent
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import Refusal
from services.chassis.tokens import Caller
from services.voucher.authorisation import AUTHORISATION
from services.voucher.awards.domain.award_claim import AwardClaim
from services.voucher.awards.domain.award_funding import AwardFunding
from services.voucher.awards.domain.claiming import Asked
from services.voucher.awards.operations import claiming, fundings
from services.voucher.awards.store import award_claims
from services.voucher.directory.domain.change import Change
from services.voucher.directory.store import feed
from services.voucher.ledger.domain import posting as postings
from services.voucher.ledger.domain.budget import BudgetLine
from services.voucher.ledger.store import journals, lines
from services.voucher.scheme.domain.scheme import AwardScheme
from services.voucher.scheme.domain.versions import VersionState
from services.voucher.scheme.operations import reading
from services.voucher.scheme.store import versions
from services.voucher.scheme.store.versions import SchemeVersion
from services.voucher.settlement.domain.claim import ClaimLine, Leg
from services.voucher.settlement.domain.reviewing import Decision, Verdict
from services.voucher.settlement.operations.reviewing import Judged, review_claim
from services.voucher.settlement.store import claim_lines, legs
from services.voucher.wallet.domain.form import Answers
from tests.conftest import SetClock
from tests.voucher.ledger.samples import classification, journal
from tests.voucher.redemption.stored import organization

YUAN = 100
FIRM, OPERATOR, SPACE, THIRD = (UUID(int=number) for number in (71, 72, 73, 74))
NOW = datetime(2022, 3, 7, 2, 0, tzinfo=UTC)
"""A Monday within the window of the top-up."""
SCHEMES = Path(__file__).parents[3] / "schemes"
MILLION = 1_000_000 * YUAN
CALENDARS = [Change("calendar", str(year), {"year": year, "off": [], "worked": []}, "p1") for year in range(2018, 2024)]


def caller(person: str, role: str, operation: str, **bound: Any) -> Permit:
    """The permit of a person in one role for an operation."""
    fields: dict[str, Any] = {"organization": None, **bound}
    who = fields.pop("organization")
    one = Caller(person, person, who, frozenset({role}), "test", "ses_1", "tok_1", 0, **fields)
    return permit(AUTHORISATION, operation, one)


def keyed(by: Permit, operation: str, key: str | None = None) -> Keyed:
    """A request of its own under a key; its answer is the id of what it made."""
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
    return Keyed(attempt, "same body", lambda made: {"id": str(getattr(made, "claim", made).id)})


@dataclass(frozen=True)
class Office:
    """A published scheme of awards, and the budget lines that bear its parts."""

    database: Database
    version: SchemeVersion
    budget: Mapping[str, BudgetLine]

    @property
    def bureau(self) -> str:
        return self.version.bureau

    async def claim(self, award: str, *, payee: UUID = FIRM, key: str | None = None, **asked: Any) -> AwardClaim:
        """A payee claims an award of the scheme."""
        who = caller(f"per_{payee.int}", "holder", "claim_award", organization=payee)
        answer = await claiming.claim_award(
            self.database, keyed(who, "claim_award", key), permit=who, asked=await self.asked(award, payee, **asked)
        )
        return await self.read(UUID(answer.body["id"]))

    async def check(self, award: str, *, payee: UUID = FIRM, **asked: Any) -> claiming.Checked:
        """What the same would come to."""
        who = caller(f"per_{payee.int}", "holder", "check_award_claim", organization=payee)
        wanted = await self.asked(award, payee, **asked)
        return await claiming.check_award_claim(self.database, permit=who, asked=wanted)

    async def asked(self, award: str, payee: UUID, **asked: Any) -> Asked:
        """What is claimed, with a paper of the payee that shows it where nothing else is said."""
        paper = await a_document(self.database, payee)
        usual = {"document_ids": (paper,), "answers": self.answers(paper)}
        return Asked(scheme_version_id=self.version.id, award=award, currency="CNY", **{**usual, **asked})

    def answers(self, paper: UUID) -> Answers:
        """An answer to each question of the scheme's form, a paper to each that asks for one."""
        given = {"document": show("doc", paper), "amount": "1.00", "date": "2021-06-30", "text": "是"}
        said = self.version.said
        fields = said.applications.form.value if isinstance(said, AwardScheme) and said.applications else ()
        return {one.name: given[one.kind] for one in fields}

    async def read(self, award_claim_id: UUID) -> AwardClaim:
        async with self.database.read() as connection:
            return await award_claims.read(connection, award_claim_id)

    async def line(self, claim: AwardClaim) -> ClaimLine:
        async with self.database.read() as connection:
            return (await claim_lines.read(connection, [claim.claim_line_id]))[claim.claim_line_id]

    async def legs(self, claim: AwardClaim) -> list[Leg]:
        async with self.database.read() as connection:
            return list((await legs.read_of_lines(connection, [claim.claim_line_id]))[claim.claim_line_id])

    async def free(self, part: str) -> int:
        """What the budget line of a part has free (fen)."""
        async with self.database.read() as connection:
            return (await lines.read(connection, self.budget[part].id)).free

    async def review(self, claim: AwardClaim, verdict: Verdict, *, stage: str, person: str | None = None) -> Answer:
        """A reviewer of the region decides at his stage."""
        who = caller(person or f"per_{stage}", "reviewer", "review_claim", region="440000", stage=stage)
        who = replace(who, caller=replace(who.caller, region=claim.region))
        asked, request = [Judged(1, verdict)], keyed(who, "review_claim")
        request = replace(request, render=lambda seen: {"id": str(seen.claim.id)})
        return await review_claim(self.database, request, permit=who, claim_id=claim.claim_id, judged=asked)

    async def approve(self, claim: AwardClaim, amount: int | None = None) -> None:
        """Every stage passes it on, and the last one approves it, or only so much of it."""
        stages = self.version.said.settlement.review.value
        for stage in stages:
            less = amount if stage == stages[-1] else None
            reason = None if less is None else "只认可一部分"
            currency = None if less is None else "CNY"
            verdict = Verdict(decision=Decision.APPROVE, amount=less, currency=currency, reason=reason)
            await self.review(claim, verdict, stage=stage)

    async def fund(self, award: str, part: str, region: str) -> AwardFunding:
        """Two persons of the bureau name the budget line of a part."""
        by = caller("per_op_1", "operator", "propose_award_funding", bureau=self.bureau)
        asked = fundings.Asked(
            scheme_version_id=self.version.id,
            award=award,
            part=part,
            region=region,
            budget_line_id=self.budget[part].id,
            document="江财教〔2022〕3号",
        )
        request = keyed(by, "propose_award_funding")
        proposed = await fundings.propose(self.database, request, permit=by, asked=asked)
        other = caller("per_op_2", "operator", "approve_award_funding", bureau=self.bureau)
        funding_id, request = UUID(proposed.body["id"]), keyed(other, "approve_award_funding")
        await fundings.approve(self.database, request, permit=other, funding_id=funding_id)
        return await fundings.read_funding(self.database, permit=by, funding_id=funding_id)


async def an_office(database: Database, file: str, *, treasuries: Mapping[str, str], change: Any = None) -> Office:
    """A scheme file as it is, or changed so, published; a budget line of a million for each part, funded by nobody."""
    text = (SCHEMES / f"{file}.yaml").read_text(encoding="utf-8")
    read = reading.read(change(text) if change is not None else text)
    read.refuse()
    version = SchemeVersion(
        id=new_id(),
        scheme_id=read.document["scheme"],
        version=1,
        bureau=read.document["bureau"],
        state=VersionState.PUBLISHED,
        file=text,
        document=read.document,
        sha256=new_id().hex,
        created_by="per_1",
        created_at=NOW,
        published_by="per_2",
        published_at=NOW,
    )
    budget = {part: await allotted(database, version.bureau, treasury) for part, treasury in treasuries.items()}
    async with database.begin() as connection:
        await versions.add(connection, version)
        told = [organization(FIRM), organization(THIRD), organization(OPERATOR, region="110112"), *CALENDARS]
        await feed.keep(connection, told, cursor=new_id().hex, complete=True)
    return Office(database, version, budget)


async def allotted(database: Database, bureau: str, treasury: str, **said: Any) -> BudgetLine:
    """A budget line of a million."""
    words = classification(
        bureau=bureau,
        treasury=treasury,
        allotment_document=new_id().hex,
        funding_source="江门市财政局",
        **{"fiscal_year": 2022, **said},
    )
    line = BudgetLine(new_id(), words)
    posting = postings.allot(amount=MILLION, funding=line.funding())
    async with database.begin() as connection:
        await lines.create(connection, line, at=NOW, by="per_maker")
        await lines.save(connection, line.after(posting))
        await journals.append(connection, [journal(posting)])
    return line.after(posting)


async def a_top_up_office(database: Database, set_clock: SetClock, change: Any = None) -> Office:
    """The top-up of Jiangmen within its window, its two parts funded for the whole city."""
    await set_clock(NOW)
    treasuries = {"city": "jiangmen", "district": "pengjiang"}
    office = await an_office(database, "jiangmen-topup-2021", treasuries=treasuries, change=change)
    for part in ("city", "district"):
        await office.fund("top-up", part, "440700")
    return office


TOP_UP: Mapping[str, Any] = {
    "figures": {"deal": 100_000 * YUAN, "upper_award": 30_000 * YUAN},
    "on": date(2021, 6, 30),
}


async def a_space_office(database: Database, set_clock: SetClock) -> Office:
    """Tongzhou's award to spaces, funded, and a space that is recognised by its city and by the state."""
    await set_clock(NOW)
    office = await an_office(database, "tongzhou-space-award-2018", treasuries={"1": "tongzhou"})
    await office.fund("recognition", "1", "110112")
    await hear_space(database)
    return office


async def a_match_office(database: Database, set_clock: SetClock, change: Any = None) -> Office:
    """Jiaxing's match, which is for running costs only, funded, and a space there."""
    await set_clock(NOW)
    office = await an_office(database, "jiaxing-match-2015", treasuries={"1": "jiaxing"}, change=change)
    await office.fund("match", "1", "330400")
    await hear_space(database, region="330402")
    return office


MATCH: Mapping[str, Any] = {
    "payee": OPERATOR,
    "space_id": SPACE,
    "figures": {"upper_award": 300_000 * YUAN},
    "facts": {"level": "municipal"},
}


async def hear_space(database: Database, **changes: Any) -> None:
    """The registry tells of a space, as it is or changed so."""
    recognitions = [
        {"level": "city", "decided_on": "2019-05-06", "ended_on": None},
        {"level": "national", "decided_on": "2020-11-02", "ended_on": None},
    ]
    document = {
        "id": show("spc", SPACE),
        "name": "通州众创空间",
        "kind": "maker_incubating",
        "operator": show("org", OPERATOR),
        "region": "110112",
        "state": "recognised",
        "recognitions": recognitions,
        **changes,
    }
    async with database.begin() as connection:
        told = [Change("space", show("spc", SPACE), document, "p2")]
        await feed.keep(connection, told, cursor=new_id().hex, complete=True)


async def a_document(database: Database, organization: UUID = FIRM) -> UUID:
    """A paper that an organisation sent."""
    async with database.begin() as connection:
        sent = Sent(new_id().bytes, "application/pdf", "paper.pdf")
        kept = await documents.keep(connection, sent, organization=organization, sent_by=f"per_{organization.int}")
    return kept.id


async def refused(asked: Awaitable[Any]) -> list[str]:
    """The codes of every reason for which it is refused."""
    try:
        await asked
    except Refusal as refusal:
        return [reason.code for reason in refusal.reasons]
    return []
