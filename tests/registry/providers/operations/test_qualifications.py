"""Certificates are sent by providers and judged by somebody else, of their region."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.ids import parse
from services.chassis.refusals import NotFound, Refusal
from services.registry.asked import Asked
from services.registry.providers.operations.qualifications import (
    confirm_qualification,
    end_qualification,
    list_qualifications,
    reject_qualification,
    send_qualification,
)
from tests.registry.providers.samples import certificate, confirmed, open_tasks, reviewing
from tests.registry.samples import TAISHAN, asked, codes, document, organization, provider


@pytest.fixture
async def firm(registry: Database) -> UUID:
    return await organization(registry)


@pytest.fixture
async def seller(registry: Database, firm: UUID) -> UUID:
    return await provider(registry, firm)


@pytest.fixture
def own(registry: Database, firm: UUID) -> Asked:
    return asked(registry, "create_qualification", "provider", organization=firm)


async def sent(registry: Database, own: Asked, seller: UUID) -> UUID:
    told = await send_qualification(own, certificate(seller, await document(registry)))
    return parse("qua", told["id"])


async def test_what_is_sent_is_a_reviewers_task_until_it_is_confirmed(
    registry: Database, own: Asked, seller: UUID
) -> None:
    made = await sent(registry, own, seller)
    assert await open_tasks(registry) == ["review_provider", "review_qualification"]
    told = await confirm_qualification(reviewing(registry, "confirm_qualification"), seller, made)
    assert (told["state"], await open_tasks(registry)) == ("confirmed", ["review_provider"])
    async with registry.read() as connection:
        (decision,) = await decisions.of_subject(connection, made)
    assert (decision.kind, decision.outcome, decision.actor) == ("confirm", "confirmed", "per_2")


async def test_what_is_rejected_may_be_sent_again(registry: Database, own: Asked, seller: UUID) -> None:
    made = await sent(registry, own, seller)
    with pytest.raises(Refusal) as refused:
        await sent(registry, own, seller)
    assert codes(refused.value) == {"qualification.overlap"}
    told = await reject_qualification(reviewing(registry, "reject_qualification"), seller, made, "编号不符")
    assert (told["state"], told["reason"]) == ("rejected", "编号不符")
    assert await sent(registry, own, seller) != made


async def test_a_certificate_comes_with_its_paper(own: Asked, seller: UUID) -> None:
    with pytest.raises(Refusal) as refused:
        await send_qualification(own, certificate(seller, uuid4(), until=date(2020, 1, 1)))
    assert codes(refused.value) == {"qualification.over", "reference.unknown"}


async def test_it_is_judged_by_another_person_of_the_region(registry: Database, own: Asked, seller: UUID) -> None:
    made = await sent(registry, own, seller)
    with pytest.raises(Refusal) as refused:
        await confirm_qualification(reviewing(registry, "confirm_qualification", "per_1"), seller, made)
    assert codes(refused.value) == {"qualification.same_person"}
    with pytest.raises(NotFound) as missing:
        await confirm_qualification(reviewing(registry, "confirm_qualification", region=TAISHAN), seller, made)
    assert codes(missing.value) == {"provider.unknown"}


async def test_a_certificate_of_another_provider_is_not_found(registry: Database, seller: UUID) -> None:
    with pytest.raises(NotFound) as refused:
        await confirm_qualification(reviewing(registry, "confirm_qualification"), seller, uuid4())
    assert codes(refused.value) == {"qualification.unknown"}


async def test_an_early_end_needs_its_paper(registry: Database, firm: UUID, seller: UUID) -> None:
    made = await confirmed(registry, firm, seller)
    request = reviewing(registry, "end_qualification")
    with pytest.raises(Refusal) as refused:
        await end_qualification(request, seller, made, reason="被注销", document_id=uuid4())
    assert codes(refused.value) == {"reference.unknown"}


async def test_all_of_a_provider_are_listed(registry: Database, firm: UUID, seller: UUID) -> None:
    made = [await confirmed(registry, firm, seller, kind=kind) for kind in ("CMA", "CNAS")]
    listed = await list_qualifications(asked(registry, "list_qualifications"), seller)
    assert [one["id"] for one in listed["items"]] == [f"qua_{one.hex}" for one in made]


async def test_the_database_too_counts_two_persons(registry: Database, own: Asked, seller: UUID) -> None:
    await sent(registry, own, seller)
    alone = "UPDATE qualifications SET state = 'confirmed', decided_by = recorded_by, decided_at = business_now()"
    with pytest.raises(IntegrityError, match="ck_qualifications_four_eyes"):
        async with registry.begin() as connection:
            await connection.execute(text(alone))
