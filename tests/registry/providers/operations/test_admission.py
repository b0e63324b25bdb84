"""Admission on a ground, and what becomes of it when the ground ends."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.chassis.timers import Timetable
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.period import Period
from services.registry.parties.operations.organizations import read_organization
from services.registry.providers.domain.ground import Ground, GroundKind
from services.registry.providers.domain.provider import Admission
from services.registry.providers.operations.expiry import ProviderExpiry
from services.registry.providers.operations.providers import admit_provider, read_provider, withdraw_provider
from services.registry.providers.operations.qualifications import end_qualification
from services.registry.spaces.domain.recognition import Level, Track
from services.registry.spaces.operations.recognitions import give_up_recognition
from tests.conftest import SetClock
from tests.registry.providers.samples import confirmed, reviewing
from tests.registry.samples import TODAY, asked, codes, document, organization, places, provider, space
from tests.registry.spaces.samples import filed, recognised, revoked
from tests.registry.spaces.samples import ground as space_ground

LATER = date(2022, 9, 13)
TIMETABLE = Timetable([ProviderExpiry("Asia/Shanghai")])


@pytest.fixture
async def firm(registry: Database) -> UUID:
    return await organization(registry)


@pytest.fixture
async def seller(registry: Database, firm: UUID) -> UUID:
    return await provider(registry, firm, "testing", "training", "design")


async def admit(registry: Database, seller: UUID, ground: Ground, **changes: Any) -> Document:
    """A decision that admits for testing until late in 2022."""
    facts = {"category": "testing", "period": Period(TODAY, LATER), "document_id": await document(registry), **changes}
    return await admit_provider(
        reviewing(registry, "admit_provider"), seller, Admission(id=new_id(), ground=ground, **facts)
    )


async def state(registry: Database, seller: UUID) -> str:
    shown: str = (await read_provider(asked(registry, "get_provider"), seller))["state"]
    return shown


async def carrier(registry: Database, firm: UUID) -> Ground:
    """A recognised space of the firm's."""
    home = await space(registry, firm)
    await filed(registry, home)
    await recognised(registry, home)
    return Ground(GroundKind.CARRIER, home)


async def test_an_admission_ends_with_the_certificate_it_rests_on(registry: Database, firm: UUID, seller: UUID) -> None:
    paper = await confirmed(registry, firm, seller, until=date(2020, 12, 31))
    told = await admit(registry, seller, Ground(GroundKind.QUALIFICATION, paper))
    (admission,) = told["admissions"]
    assert (admission["until"], admission["granted_until"]) == ("2020-12-31", "2022-09-13")
    assert admission["ground"] == {"kind": "qualification", "id": f"qua_{paper.hex}", "list": None, "region": None}
    whole = await read_organization(asked(registry, "get_organization"), firm)
    assert whole["provider"]["admissions"][0]["until"] == "2020-12-31"


async def test_its_expiry_falls_due_with_the_certificate(
    registry: Database, firm: UUID, seller: UUID, set_clock: SetClock
) -> None:
    paper = await confirmed(registry, firm, seller, until=date(2020, 12, 31))
    await admit(registry, seller, Ground(GroundKind.QUALIFICATION, paper))
    end = datetime(2020, 12, 31, 16, tzinfo=UTC)
    async with registry.read() as connection:
        assert await ProviderExpiry("Asia/Shanghai").next_due(connection) == end
    await set_clock(end)
    assert await TIMETABLE.run_due(registry) == 1
    assert await state(registry, seller) == "expired"


async def test_the_clause_that_opens_the_way_is_kept_with_the_decision(
    registry: Database, firm: UUID, seller: UUID
) -> None:
    await admit(registry, seller, await carrier(registry, firm), category="training")
    async with registry.read() as connection:
        *_, decision = await decisions.of_subject(connection, seller)
    assert (decision.rule, decision.clause) == ("ground.carrier", "jiangmen-2016-draft 二(七)")


async def test_a_certificate_that_ends_early_ends_what_rests_on_it_and_another_takes_its_place(
    registry: Database, firm: UUID, seller: UUID, set_clock: SetClock
) -> None:
    paper = await confirmed(registry, firm, seller)
    await admit(registry, seller, Ground(GroundKind.QUALIFICATION, paper))
    why = await document(registry, "struck off")
    await end_qualification(reviewing(registry, "end_qualification"), seller, paper, reason="被注销", document_id=why)
    whole = await read_organization(asked(registry, "get_organization"), firm)
    assert whole["provider"]["admissions"][0]["until"] == TODAY.isoformat()
    await set_clock(datetime(2020, 9, 15, 2, tzinfo=UTC))
    assert await TIMETABLE.run_due(registry) == 1
    anew = await confirmed(registry, firm, seller, kind="CNAS")
    again = Period(date(2020, 9, 15), LATER)
    told = await admit(registry, seller, Ground(GroundKind.QUALIFICATION, anew), period=again)
    assert [one["until"] for one in told["admissions"]] == ["2020-09-14", "2022-09-13"]
    assert told["state"] == "admitted"


async def test_an_admission_by_a_space_ends_with_its_recognition(
    registry: Database, firm: UUID, seller: UUID, set_clock: SetClock
) -> None:
    ground = await carrier(registry, firm)
    told = await admit(registry, seller, ground)
    assert told["admissions"][0]["until"] == "2022-09-13"
    await set_clock(datetime(2020, 10, 1, 2, tzinfo=UTC))
    assert ground.id is not None
    await revoked(registry, ground.id)
    whole = await read_organization(asked(registry, "get_organization"), firm)
    assert whole["provider"]["admissions"][0]["until"] == "2020-09-30"
    assert await state(registry, seller) == "expired"
    assert await TIMETABLE.run_due(registry) == 1
    assert await TIMETABLE.run_due(registry) == 0


async def test_a_space_that_is_upgraded_goes_on_carrying_and_one_recognised_anew_does_not(
    registry: Database, firm: UUID, seller: UUID, set_clock: SetClock
) -> None:
    ground = await carrier(registry, firm)
    await admit(registry, seller, ground)
    assert ground.id is not None
    await set_clock(datetime(2020, 10, 1, 2, tzinfo=UTC))
    await recognised(registry, ground.id, level=Level.PROVINCE, decided_on=date(2020, 10, 1))
    assert (await read_provider(asked(registry, "get_provider"), seller))["admissions"][0]["until"] == "2022-09-13"
    await set_clock(datetime(2020, 11, 1, 2, tzinfo=UTC))
    await revoked(registry, ground.id)
    await set_clock(datetime(2020, 12, 1, 2, tzinfo=UTC))
    await filed(registry, ground.id)
    await recognised(registry, ground.id, decided_on=date(2020, 12, 1))
    assert (await read_provider(asked(registry, "get_provider"), seller))["admissions"][0]["until"] == "2020-10-31"


async def test_a_lower_recognition_that_is_left_carries_only_what_it_suffices_for(
    registry: Database, firm: UUID, seller: UUID, set_clock: SetClock
) -> None:
    ground = await carrier(registry, firm)
    assert ground.id is not None
    await recognised(registry, ground.id, track=Track.SME, level=Level.COUNTY)
    await admit(registry, seller, ground)
    await admit(registry, seller, ground, category="training")
    await set_clock(datetime(2020, 10, 1, 2, tzinfo=UTC))
    own = asked(registry, "give_up_recognition", "space", organization=firm)
    await give_up_recognition(own, ground.id, Track.SCIENCE, ground=await space_ground(registry, "不再申报"))
    shown = await read_provider(asked(registry, "get_provider"), seller)
    assert [one["until"] for one in shown["admissions"]] == ["2020-09-30", "2022-09-13"]


async def test_another_admission_outlives_the_lost_space(
    registry: Database, firm: UUID, seller: UUID, set_clock: SetClock
) -> None:
    ground = await carrier(registry, firm)
    await admit(registry, seller, ground)
    await admit(registry, seller, Ground(), category="design", period=Period(TODAY))
    assert ground.id is not None
    await set_clock(datetime(2020, 10, 1, 2, tzinfo=UTC))
    await revoked(registry, ground.id)
    assert await TIMETABLE.run_due(registry) == 0
    assert await state(registry, seller) == "admitted"


async def test_a_place_on_another_regions_list_is_kept_with_the_admission(registry: Database, seller: UUID) -> None:
    ground = Ground(GroundKind.FOREIGN_LIST, list_name="广州市科技创新券服务机构名录", list_region="440100")
    told = await admit(registry, seller, ground, schemes=("jiangmen-service-2020",))
    shown = {"kind": "foreign_list", "id": None, "list": "广州市科技创新券服务机构名录", "region": "440100"}
    assert (told["admissions"][0]["ground"], told["admissions"][0]["schemes"]) == (shown, ["jiangmen-service-2020"])


async def test_a_ground_that_does_not_carry_admits_nobody(registry: Database, seller: UUID) -> None:
    with pytest.raises(Refusal) as refused:
        await admit(registry, seller, Ground(GroundKind.QUALIFICATION, uuid4()), category="training", schemes=("X",))
    assert places(refused.value) == {"/ground": "ground.insufficient", "/schemes/0": "admission.scheme"}
    with pytest.raises(Refusal) as refused:
        await admit(registry, seller, Ground(GroundKind.CARRIER, uuid4()))
    assert places(refused.value) == {"/ground/id": "reference.unknown"}
    assert await state(registry, seller) == "applied"


async def test_a_category_is_applied_for_before_it_is_admitted(registry: Database, firm: UUID, seller: UUID) -> None:
    with pytest.raises(Refusal) as refused:
        await admit(registry, seller, Ground(), category="legal-consulting")
    assert places(refused.value) == {"/category": "admission.not_applied_for"}
    assert await provider(registry, firm, "consulting") == seller
    told = await admit(registry, seller, Ground(), category="legal-consulting")
    assert (told["state"], told["applied_for"][-1]) == ("admitted", "consulting")


async def test_no_admission_by_decision_begins_before_the_application_nor_any_before_the_registration(
    registry: Database, set_clock: SetClock
) -> None:
    firm = await organization(registry, 7, registered_on=date(2020, 9, 1))
    paper = await confirmed(registry, firm, seller := await provider(registry, firm))
    early = Period(date(2020, 8, 31), LATER)
    with pytest.raises(Refusal) as refused:
        await admit(registry, seller, Ground(), period=early)
    assert codes(refused.value) == {"admission.before_registration", "admission.before_application"}
    certified = Period(date(2020, 9, 1), LATER)
    told = await admit(registry, seller, Ground(GroundKind.QUALIFICATION, paper), period=certified)
    assert told["admissions"][0]["from"] == "2020-09-01"


async def test_whoever_comes_back_is_admitted_for_days_since_it_applied_again(
    registry: Database, firm: UUID, seller: UUID, set_clock: SetClock
) -> None:
    await admit(registry, seller, Ground())
    told = await withdraw_provider(asked(registry, "withdraw_provider", "provider", organization=firm), seller)
    assert told["admissions"][0]["until"] == "2020-09-14"
    await set_clock(datetime(2020, 10, 1, 2, tzinfo=UTC))
    assert await provider(registry, firm, "testing", "design") == seller
    with pytest.raises(Refusal) as refused:
        await admit(registry, seller, Ground(), period=Period(date(2020, 9, 20)))
    assert refused.value.reasons[0].numbers == {"earliest": "2020-10-01"}
    await admit(registry, seller, Ground(), category="design", period=Period(date(2020, 10, 1)))
    whole = await read_organization(asked(registry, "get_organization"), firm)
    admissions = [(one["category"], one["until"]) for one in whole["provider"]["admissions"]]
    assert admissions == [("testing", "2020-09-14"), ("design", None)]


async def test_the_database_too_wants_a_ground_to_name_what_it_is(registry: Database, seller: UUID) -> None:
    row = (
        "INSERT INTO admissions (id, provider_id, category, from_on, document_id, ground, recorded_at, recorded_by)"
        " VALUES (:id, :id, 'testing', '2020-01-01', :id, 'qualification', business_now(), '')"
    )
    with pytest.raises(IntegrityError, match="ck_admissions_ground"):
        async with registry.begin() as connection:
            await connection.execute(text(row), {"id": seller})
