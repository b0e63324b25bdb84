"""A provider's way from its application to admission, suspension and back."""

import asyncio
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.chassis import decisions, tasks
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Refusal
from services.chassis.tasks import Wanted
from services.registry.asked import Asked
from services.registry.catalogue.domain.period import Period
from services.registry.parties.operations.organizations import amend_organization, read_organization
from services.registry.providers.domain.provider import Admission
from services.registry.providers.operations.providers import (
    admit_provider,
    list_providers,
    read_provider,
    record_provider,
    withdraw_provider,
)
from services.registry.providers.operations.suspensions import Charge, resume_provider, suspend_provider
from services.registry.providers.store.providers import ProviderFilter
from tests.conftest import SetClock
from tests.registry.providers.samples import reviewing
from tests.registry.samples import (
    PENGJIANG,
    TAISHAN,
    TODAY,
    admitted,
    asked,
    codes,
    document,
    organization,
    places,
    provider,
)


@pytest.fixture
async def firm(registry: Database) -> UUID:
    return await organization(registry)


def reviewer(registry: Database, operation: str = "admit_provider", region: str = PENGJIANG) -> Asked:
    return asked(registry, operation, "reviewer", region=region)


async def open_kinds(registry: Database) -> list[str]:
    async with registry.read() as connection:
        found, _ = await tasks.find(connection, Wanted(frozenset({"reviewer"}), PENGJIANG), after=None, limit=9)
    return [task.kind for _, task in found]


async def test_an_application_gives_the_regions_reviewer_a_task(registry: Database, firm: UUID) -> None:
    own = asked(registry, "create_provider", "provider", organization=firm)
    told = await record_provider(own, firm, ["testing", "testing"])
    assert (told["state"], told["applied_for"]) == ("applied", ["testing"])
    assert await open_kinds(registry) == ["review_provider"]


async def test_nobody_applies_for_another_for_magic_or_twice(registry: Database, firm: UUID) -> None:
    with pytest.raises(NotFound):
        await record_provider(asked(registry, "create_provider", "provider", organization=uuid4()), firm, ["testing"])
    with pytest.raises(Refusal) as refused:
        await provider(registry, firm, "magic")
    assert places(refused.value) == {"/categories/0": "category.unlisted"}
    made = await provider(registry, firm)
    with pytest.raises(Refusal) as refused:
        await provider(registry, firm)
    assert refused.value.reasons[0].numbers == {"id": f"prv_{made.hex}"}


async def test_a_deregistered_organisation_does_not_apply(registry: Database, firm: UUID) -> None:
    await amend_organization(
        asked(registry, "update_organization"), firm, version=1, changes={"status": "deregistered"}
    )
    with pytest.raises(Refusal) as refused:
        await provider(registry, firm)
    assert codes(refused.value) == {"organization.deregistered"}


async def test_an_admission_is_decided_logged_and_told(registry: Database, firm: UUID) -> None:
    made = await provider(registry, firm)
    paper = await document(registry)
    admission = Admission(new_id(), "testing", Period(TODAY, date(2021, 9, 13)), paper)
    told = await admit_provider(reviewer(registry), made, admission)
    assert (told["state"], told["admissions"][0]["category"]) == ("admitted", "testing")
    assert await open_kinds(registry) == []
    async with registry.read() as connection:
        *_, decision = await decisions.of_subject(connection, made)
    assert (decision.kind, decision.outcome, decision.actor) == ("admit", "admitted", "per_1")
    assert decision.numbers["from"] == "applied"
    assert decision.numbers["document"] == f"doc_{paper.hex}"
    whole = await read_organization(asked(registry, "get_organization"), firm)
    assert whole["provider"]["admissions"] == [
        {"category": "testing", "from": "2020-09-14", "until": "2021-09-13", "schemes": []}
    ]


async def test_an_admission_tells_all_its_faults_and_leaves_nothing(registry: Database, firm: UUID) -> None:
    made = await provider(registry, firm)
    wrong = Admission(new_id(), "magic", Period(date(2020, 2, 1), date(2020, 1, 1)), uuid4())
    with pytest.raises(Refusal) as refused:
        await admit_provider(reviewer(registry), made, wrong)
    assert codes(refused.value) == {
        "category.unlisted",
        "period.reversed",
        "admission.over",
        "admission.before_application",
        "reference.unknown",
    }
    assert (await read_provider(asked(registry, "get_provider"), made))["state"] == "applied"


async def test_a_reviewer_of_another_region_does_not_find_the_provider(registry: Database, firm: UUID) -> None:
    made = await provider(registry, firm)
    with pytest.raises(NotFound):
        await read_provider(reviewer(registry, "get_provider", TAISHAN), made)
    with pytest.raises(NotFound):
        await withdraw_provider(asked(registry, "withdraw_provider", "provider", organization=uuid4()), made)
    with pytest.raises(NotFound):
        await read_provider(asked(registry, "get_provider"), uuid4())


async def test_two_reviewers_at_once_admit_once(registry: Database, firm: UUID) -> None:
    made, paper = await provider(registry, firm), await document(registry)
    admissions = [Admission(new_id(), "testing", Period(TODAY), paper) for _ in range(5)]
    outcomes = await asyncio.gather(
        *(admit_provider(reviewer(registry), made, one) for one in admissions), return_exceptions=True
    )
    refused = [one for one in outcomes if isinstance(one, Refusal)]
    assert [codes(one) for one in refused] == [{"admission.overlap"}] * 4


async def test_the_database_too_refuses_an_overlapping_admission(registry: Database, firm: UUID) -> None:
    made = await admitted(registry, firm)
    row = "INSERT INTO admissions SELECT gen_random_uuid(), :id, 'testing', '2030-01-01', NULL, :id, recorded_at, '' "
    with pytest.raises(IntegrityError, match="ex_admissions_period"):
        async with registry.begin() as connection:
            await connection.execute(text(f"{row} FROM admissions"), {"id": made})


async def test_a_suspension_and_its_end_are_logged_with_reason_and_document(registry: Database, firm: UUID) -> None:
    made, paper = await admitted(registry, firm), await document(registry, "notice")
    told = await suspend_provider(reviewer(registry, "suspend_provider"), made, Charge("证书到期", paper))
    assert (told["state"], await open_kinds(registry)) == ("suspended", ["confirm_suspension"])
    told = await resume_provider(reviewing(registry, "resume_provider"), made, Charge("已续证", paper))
    assert (told["state"], await open_kinds(registry)) == ("admitted", [])
    async with registry.read() as connection:
        logged = await decisions.of_subject(connection, made)
    assert [(one.kind, one.numbers["reason"]) for one in logged[2:]] == [("suspend", "证书到期"), ("resume", "已续证")]


async def test_a_suspension_needs_a_reason_a_document_and_an_admission(registry: Database, firm: UUID) -> None:
    made = await provider(registry, firm)
    with pytest.raises(Refusal) as refused:
        await suspend_provider(reviewer(registry, "suspend_provider"), made, Charge("", uuid4()))
    assert codes(refused.value) == {"reason.empty", "reference.unknown", "provider.state"}
    with pytest.raises(Refusal) as refused:
        await resume_provider(reviewing(registry, "resume_provider"), made, Charge("", uuid4()))
    assert codes(refused.value) == {"reason.empty", "reference.unknown", "provider.state"}


async def test_whoever_withdrew_applies_again_under_the_same_id(registry: Database, firm: UUID) -> None:
    made = await provider(registry, firm)
    own = asked(registry, "withdraw_provider", "provider", organization=firm)
    assert (await withdraw_provider(own, made))["state"] == "withdrawn"
    assert await open_kinds(registry) == []
    assert await provider(registry, firm, "design") == made
    assert await open_kinds(registry) == ["review_provider"]


async def test_a_request_after_the_last_day_finds_the_provider_expired(
    registry: Database, firm: UUID, set_clock: SetClock
) -> None:
    made = await admitted(registry, firm, until=date(2020, 9, 15))
    await set_clock(datetime(2020, 9, 15, 15, 59, tzinfo=UTC))
    assert (await read_provider(asked(registry, "get_provider"), made))["state"] == "admitted"
    await set_clock(datetime(2020, 9, 15, 16, 0, tzinfo=UTC))
    assert (await read_provider(asked(registry, "get_provider"), made))["state"] == "expired"
    paper = await document(registry)
    with pytest.raises(Refusal) as refused:
        await suspend_provider(reviewer(registry, "suspend_provider"), made, Charge("迟", paper))
    assert refused.value.reasons[0].numbers["state"] == "expired"


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (ProviderFilter(), 2),
        (ProviderFilter(state="applied"), 1),
        (ProviderFilter(category="testing"), 1),
        (ProviderFilter(category="design"), 0),
    ],
)
async def test_providers_are_listed_by_state_and_category(
    registry: Database, firm: UUID, wanted: ProviderFilter, count: int
) -> None:
    await admitted(registry, firm)
    await provider(registry, await organization(registry, 2, region=TAISHAN))
    items, _ = await list_providers(asked(registry, "list_providers"), wanted, after=None, limit=9)
    assert len(items) == count


async def test_providers_in_sight_are_turned_over(registry: Database, firm: UUID) -> None:
    made = [await provider(registry, firm), await provider(registry, await organization(registry, 2))]
    request = reviewer(registry, "list_providers")
    first, cursor = await list_providers(request, ProviderFilter(), after=None, limit=1)
    second, _ = await list_providers(request, ProviderFilter(), after=cursor, limit=1)
    assert [item["id"] for item in first + second] == [f"prv_{one.hex}" for one in made]
    own = asked(registry, "list_providers", "provider", organization=firm)
    mine, _ = await list_providers(own, ProviderFilter(organization=firm), after=None, limit=9)
    assert [item["id"] for item in mine] == [f"prv_{made[0].hex}"]
