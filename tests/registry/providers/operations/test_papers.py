"""A provider proves who it is before it is admitted, and is asked for the next paper before one ends."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.chassis.database import Database
from services.chassis.ids import new_id, parse
from services.chassis.refusals import Refusal
from services.chassis.timers import Timetable
from services.registry.asked import Asked
from services.registry.catalogue.domain.period import Period
from services.registry.parties.store import organizations
from services.registry.providers.data import papers
from services.registry.providers.domain.provider import Admission
from services.registry.providers.domain.suspension import Outcome
from services.registry.providers.operations.paper_reminders import PaperReminder
from services.registry.providers.operations.providers import admit_provider, withdraw_provider
from services.registry.providers.operations.qualifications import (
    confirm_qualification,
    end_qualification,
    list_qualifications,
    reject_qualification,
    send_qualification,
)
from services.registry.providers.operations.suspensions import Charge, decide_suspension, propose_suspension
from tests.conftest import SetClock
from tests.registry.providers.samples import certificate, confirmed, open_tasks, reviewing
from tests.registry.samples import CITY, TODAY, admitted, asked, codes, document, organization, provider

LICENCE, REPRESENTATIVE, AUTHORISATION = (paper.kind for paper in papers())
LAST = date(2020, 12, 31)
ASKED = datetime(2020, 11, 30, 16, tzinfo=UTC)
"""Thirty days before the last day, when it begins in Shanghai."""
TIMETABLE = Timetable([PaperReminder("Asia/Shanghai")])


@pytest.fixture
async def firm(registry: Database) -> UUID:
    return await organization(registry)


@pytest.fixture
async def seller(registry: Database, firm: UUID) -> UUID:
    return await provider(registry, firm)


@pytest.fixture
def own(registry: Database, firm: UUID) -> Asked:
    return asked(registry, "create_qualification", "provider", organization=firm)


def strict(request: Asked) -> Asked:
    """The same request where papers are required."""
    return replace(request, settings=request.settings.model_copy(update={"papers_required": True}))


async def admit(registry: Database, seller: UUID, category: str = "testing") -> str:
    """The state of a provider whom an installation that requires papers admits."""
    request = strict(asked(registry, "admit_provider", "reviewer", region=CITY))
    admission = Admission(new_id(), category, Period(TODAY), await document(registry))
    told: str = (await admit_provider(request, seller, admission))["state"]
    return told


async def refused(registry: Database, seller: UUID, category: str = "testing") -> Refusal:
    with pytest.raises(Refusal) as caught:
        await admit(registry, seller, category)
    return caught.value


async def lacks(registry: Database, seller: UUID) -> list[str]:
    listed = await list_qualifications(strict(asked(registry, "list_qualifications")), seller)
    return [one["kind"] for one in listed["papers_missing"]]


async def asks(registry: Database, firm: UUID) -> list[str]:
    """What the provider is asked for, once everything due was carried out."""
    await TIMETABLE.run_due(registry)
    return await open_tasks(registry, "provider", firm)


async def due(registry: Database) -> datetime | None:
    async with registry.read() as connection:
        return await PaperReminder("Asia/Shanghai").next_due(connection)


async def test_nobody_is_admitted_without_the_papers_and_hears_of_all_at_once(
    registry: Database, firm: UUID, seller: UUID
) -> None:
    (reason,) = (await refused(registry, seller)).reasons
    assert (reason.code, reason.numbers["kinds"]) == ("provider.papers_missing", f"{LICENCE}, {REPRESENTATIVE}")
    await confirmed(registry, firm, seller, kind=LICENCE)
    assert await lacks(registry, seller) == [REPRESENTATIVE]
    await confirmed(registry, firm, seller, kind=REPRESENTATIVE)
    assert (await lacks(registry, seller), await admit(registry, seller)) == ([], "admitted")


async def test_missing_papers_are_told_with_everything_else(registry: Database, seller: UUID) -> None:
    assert codes(await refused(registry, seller, "no-such")) == {"category.unlisted", "provider.papers_missing"}


async def test_a_paper_that_nobody_confirmed_or_that_was_rejected_proves_nothing(
    registry: Database, own: Asked, firm: UUID, seller: UUID
) -> None:
    await confirmed(registry, firm, seller, kind=REPRESENTATIVE)
    told = await send_qualification(own, certificate(seller, await document(registry), kind=LICENCE))
    assert codes(await refused(registry, seller)) == {"provider.papers_missing"}
    request = reviewing(registry, "reject_qualification")
    await reject_qualification(request, seller, parse("qua", told["id"]), "与公示信息不符")
    assert await lacks(registry, seller) == [LICENCE]


async def test_whoever_sent_a_paper_does_not_confirm_it(registry: Database, own: Asked, seller: UUID) -> None:
    told = await send_qualification(own, certificate(seller, await document(registry), kind=LICENCE))
    with pytest.raises(Refusal) as caught:
        await confirm_qualification(
            reviewing(registry, "confirm_qualification", "per_1"), seller, parse("qua", told["id"])
        )
    assert codes(caught.value) == {"qualification.same_person"}


async def test_a_paper_that_is_over_proves_nothing(
    registry: Database, firm: UUID, seller: UUID, set_clock: SetClock
) -> None:
    for kind in (LICENCE, REPRESENTATIVE):
        await confirmed(registry, firm, seller, LAST, kind)
    assert await lacks(registry, seller) == []
    await set_clock(datetime(2021, 1, 1, tzinfo=UTC))
    assert await lacks(registry, seller) == [LICENCE, REPRESENTATIVE]


async def test_where_no_papers_are_required_none_is_missing(registry: Database, firm: UUID) -> None:
    seller = await admitted(registry, firm)
    assert (await list_qualifications(asked(registry, "list_qualifications"), seller))["papers_missing"] == []


async def test_an_identity_number_is_no_number_of_a_paper(registry: Database, own: Asked, seller: UUID) -> None:
    sent = certificate(seller, await document(registry), kind=REPRESENTATIVE)
    with pytest.raises(Refusal) as caught:
        await send_qualification(own, replace(sent, number="11010519491231002x"))
    assert codes(caught.value) == {"qualification.identity_number"}


async def test_the_provider_is_asked_for_the_next_paper_before_one_ends_and_once(
    registry: Database, firm: UUID, seller: UUID, set_clock: SetClock
) -> None:
    await confirmed(registry, firm, seller, LAST, LICENCE)
    assert (await asks(registry, firm), await due(registry)) == ([], ASKED)
    await set_clock(ASKED)
    assert (await asks(registry, firm), await due(registry)) == (["renew_paper"], None)
    async with registry.read() as connection:
        query = text("SELECT opened_at, due_at FROM tasks WHERE kind = 'renew_paper'")
        (task,) = await connection.execute(query)
    assert (task.opened_at, task.due_at) == (ASKED, datetime(2020, 12, 31, 16, tzinfo=UTC))


async def test_a_certificate_that_proves_something_else_is_not_asked_for(
    registry: Database, firm: UUID, seller: UUID
) -> None:
    await confirmed(registry, firm, seller, LAST, "CMA")
    assert await due(registry) is None


async def test_the_next_paper_closes_the_task_once_it_is_confirmed(
    registry: Database, own: Asked, firm: UUID, seller: UUID, set_clock: SetClock
) -> None:
    await confirmed(registry, firm, seller, LAST, LICENCE)
    await set_clock(ASKED)
    assert await asks(registry, firm) == ["renew_paper"]
    following = replace(certificate(seller, await document(registry), kind=LICENCE), number="2")
    made = parse("qua", (await send_qualification(own, following))["id"])
    assert await asks(registry, firm) == ["renew_paper"]
    await confirm_qualification(reviewing(registry, "confirm_qualification"), seller, made)
    assert await asks(registry, firm) == []


async def test_whoever_has_the_next_paper_already_is_not_asked(registry: Database, firm: UUID, seller: UUID) -> None:
    await confirmed(registry, firm, seller, LAST, AUTHORISATION)
    own = asked(registry, "create_qualification", "provider", organization=firm)
    following = replace(certificate(seller, await document(registry), kind=AUTHORISATION), number="2")
    made = parse("qua", (await send_qualification(own, following))["id"])
    await confirm_qualification(reviewing(registry, "confirm_qualification"), seller, made)
    assert await due(registry) is None


async def test_a_paper_that_a_reviewer_ended_is_not_asked_for_at_its_end(
    registry: Database, firm: UUID, seller: UUID
) -> None:
    made = await confirmed(registry, firm, seller, LAST, LICENCE)
    request = reviewing(registry, "end_qualification")
    await end_qualification(request, seller, made, reason="被吊销", document_id=await document(registry))
    assert await due(registry) is None


async def test_a_reminder_that_an_earlier_release_left_at_an_ended_paper_opens_nothing(
    registry: Database, firm: UUID, seller: UUID, set_clock: SetClock
) -> None:
    await confirmed(registry, firm, seller, LAST, LICENCE)
    async with registry.begin() as connection:
        await connection.execute(text("UPDATE qualifications SET state = 'ended', ended_on = from_on"))
    await set_clock(ASKED)
    assert (await asks(registry, firm), await due(registry)) == ([], None)


async def test_whoever_is_no_provider_any_more_is_asked_for_nothing(
    registry: Database, firm: UUID, seller: UUID, set_clock: SetClock
) -> None:
    for kind, last in ((LICENCE, LAST), (REPRESENTATIVE, date(2021, 1, 31))):
        await confirmed(registry, firm, seller, last, kind)
    await set_clock(ASKED)
    assert await asks(registry, firm) == ["renew_paper"]
    await withdraw_provider(asked(registry, "withdraw_provider", "provider", organization=firm), seller)
    assert await asks(registry, firm) == []
    await set_clock(datetime(2021, 1, 15, tzinfo=UTC))
    assert (await asks(registry, firm), await due(registry)) == ([], None)


async def test_whoever_is_struck_off_is_asked_for_nothing(registry: Database, firm: UUID, set_clock: SetClock) -> None:
    seller = await admitted(registry, firm)
    await confirmed(registry, firm, seller, LAST, LICENCE)
    charge = Charge("报告失实", await document(registry))
    case = await propose_suspension(reviewing(registry, "propose_suspension"), seller, charge)
    await set_clock(ASKED)
    assert "renew_paper" in await asks(registry, firm)
    judge = reviewing(registry, "decide_suspension", "per_3")
    await decide_suspension(judge, seller, parse("sus", case["id"]), Outcome.REMOVE, charge)
    assert await asks(registry, firm) == []


async def test_a_paper_whose_provider_somebody_holds_is_left_for_the_next_run(
    registry: Database, firm: UUID, seller: UUID, set_clock: SetClock
) -> None:
    await confirmed(registry, firm, seller, LAST, LICENCE)
    await set_clock(ASKED)
    async with registry.begin() as connection:
        await organizations.lock(connection, [firm])
        assert await TIMETABLE.run_due(registry) == 0
    assert await asks(registry, firm) == ["renew_paper"]


async def test_the_database_keeps_no_reminder_of_what_has_no_end(registry: Database, firm: UUID, seller: UUID) -> None:
    await confirmed(registry, firm, seller, kind=LICENCE)
    with pytest.raises(IntegrityError, match="ck_qualifications_reminds_at"):
        async with registry.begin() as connection:
            await connection.execute(text("UPDATE qualifications SET reminds_at = business_now()"))
