"""Shows what reviewers said, what they may rest on, what a form asks, and how often reviewers differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.chassis import clock
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.documents import Document
from services.chassis.refusals import NotFound
from services.voucher.scheme.domain.applications import Applications
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain import reviewing
from services.voucher.wallet.domain.reviewing import Case, Said
from services.voucher.wallet.domain.states import RoundState
from services.voucher.wallet.operations import forms
from services.voucher.wallet.operations.under_review import cases
from services.voucher.wallet.store import application_reviews, applications, rounds
from services.voucher.wallet.store.application_reviews import Pair


@dataclass(frozen=True, slots=True)
class Reviewed:
    """An application under review as its reader may know it: answers with their documents, and what was said."""

    case: Case
    documents: Mapping[str, Document]
    said: Sequence[Said]


async def read_reviews(database: Database, *, permit: Permit, application_id: UUID) -> Reviewed:
    """What was said to an application; an answer that waits for a second, blind one is its author's and the auditor's.

    The holder reads what decided it with the application itself. NotFound ``application.unknown``.
    """
    async with database.read() as connection:
        found = await applications.read(connection, application_id)
        of = await rounds.read(connection, found.round_id)
        permit.require("application.unknown", region=found.region, bureau=of.bureau)
        (case,) = await cases(connection, of, [found], at=await clock.business_now(connection))
        named = await forms.named(connection, case.scheme, found.answers)
        said = list(case.said) if permit.everything else reviewing.visible(case, person=permit.caller.person)
        return Reviewed(case, named, said)


async def read_form(database: Database, *, permit: Permit, round_id: UUID) -> Applications | None:
    """What applications in a round are asked, None where nothing is; a draft round is its bureau's.

    NotFound ``round.unknown``.
    """
    async with database.read() as connection:
        of = await rounds.read(connection, round_id)
        if of.state is RoundState.DRAFT and not permit.covers(bureau=of.bureau):
            raise NotFound("round.unknown")
        return (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id].applications


async def agreement(database: Database, *, permit: Permit, round_id: UUID) -> list[Pair]:
    """How often two who did not know of each other differed, by stage and pair of persons.

    NotFound ``round.unknown``.
    """
    async with database.read() as connection:
        of = await rounds.read(connection, round_id)
        permit.require("round.unknown", bureau=of.bureau)
        return await application_reviews.agreement(connection, round_id)
