"""What the other wings decide is what a search shows: recognised, revoked, on offer, for which schemes."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id, parse
from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain.standing import Sanction, SanctionKind
from services.registry.parties.operations.organizations import record_organization
from services.registry.parties.operations.standing import record_sanction
from services.registry.providers.domain.instrument import InstrumentFacts
from services.registry.providers.domain.provider import Admission
from services.registry.providers.operations import instruments, providers
from services.registry.providers.operations.suspensions import Charge, suspend_provider
from services.registry.search.domain.question import Narrowed
from services.registry.search.operations.projection import read_on
from services.registry.sight import Sight
from tests.conftest import SetClock
from tests.registry.samples import (
    CITY,
    ELSEWHERE,
    PENGJIANG,
    TAISHAN,
    TODAY,
    admitted,
    asked,
    document,
    facts,
    organization,
    provider,
    space,
)
from tests.registry.search.samples import firms, found, page, provider_of, read_all
from tests.registry.spaces.samples import filed, recognised, revoked


async def test_a_space_is_in_the_directory_at_its_level_until_it_is_revoked(registry: Database) -> None:
    made = await space(registry, await organization(registry))
    await filed(registry, made)
    assert await found(registry, "珠西", sight=None) == []
    await recognised(registry, made)
    assert await found(registry, "zxcg", Narrowed(level="city"), sight=None) == ["珠西创谷"]
    assert await found(registry, "zxcg", Narrowed(level="national"), sight=None) == []
    await revoked(registry, made)
    assert await found(registry, "珠西", sight=None) == []
    assert await found(registry, "珠西", Narrowed(state="revoked")) == ["珠西创谷"]


async def test_an_instrument_is_found_where_it_stands_while_it_is_on_offer(registry: Database) -> None:
    firm = await organization(registry)
    owner = await admitted(registry, firm)
    wanted = InstrumentFacts("testing", "三坐标测量机", region=TAISHAN)
    told = await instruments.record_instrument(provider_of(registry, "create_instrument", firm), owner, wanted)
    assert await found(registry, "三坐标", sight=None) == []
    instrument = parse("ins", told["id"])
    await instruments.show_instrument(provider_of(registry, "publish_instrument", firm), instrument)
    assert await found(registry, "三坐标", Narrowed(region=TAISHAN), sight=None) == ["三坐标测量机"]
    assert await found(registry, "三坐标", Narrowed(region=PENGJIANG), sight=None) == []
    await instruments.retire_instrument(provider_of(registry, "withdraw_instrument", firm), instrument)
    assert await found(registry, "三坐标", sight=None) == []


async def test_a_provider_that_is_admitted_for_one_scheme_is_found_for_that_one(registry: Database) -> None:
    applied = await provider(registry, await organization(registry))
    admission = Admission(new_id(), "testing", Period(TODAY), await document(registry), schemes=("jiangmen-2020",))
    await providers.admit_provider(asked(registry, "admit_provider", "reviewer", region=CITY), applied, admission)
    assert len(await found(registry, None, Narrowed(scheme="jiangmen-2020"), sight=None)) == 1
    assert await found(registry, None, Narrowed(scheme="tianshui-2019"), sight=None) == []


async def test_a_suspended_provider_is_seen_by_his_county_alone(registry: Database) -> None:
    applied = await admitted(registry, await organization(registry, 1, name="江门检测"))
    reviewer = asked(registry, "suspend_provider", "reviewer", region=CITY)
    await suspend_provider(reviewer, applied, Charge("投诉", await document(registry)))
    assert await found(registry, "江门检测", sight=None) == []
    county = await found(
        registry, "江门检测", Narrowed(kind="provider", state="suspended"), sight=Sight(region=PENGJIANG)
    )
    assert county == ["江门检测"]


async def test_a_banned_provider_is_not_in_the_directory_while_he_is_kept_out(
    registry: Database, set_clock: SetClock
) -> None:
    firm = await organization(registry)
    await admitted(registry, firm)
    ban = Sanction(new_id(), firm, SanctionKind.BAN, TODAY, date(2021, 9, 14), await document(registry), **ELSEWHERE)
    await record_sanction(asked(registry, "create_sanction"), ban)
    assert await found(registry, "江门", Narrowed(kind="provider"), sight=None) == []
    await set_clock(datetime(2021, 9, 15, 4, tzinfo=UTC))
    assert len(await found(registry, "江门", Narrowed(kind="provider"), sight=None)) == 1


async def test_what_is_committed_late_is_not_skipped(registry: Database) -> None:
    await read_all(registry)
    async with registry.begin() as late:
        await late.exec_driver_sql("SELECT pg_current_xact_id()")
        await firms(registry, "江门检测")
        assert await found(registry, "江门") == []
    assert await found(registry, "江门") == ["江门检测"]


@pytest.mark.parametrize("readers", [1, 3])
async def test_whatever_is_recorded_beside_readers_is_found(registry: Database, readers: int) -> None:
    async def record(number: int) -> None:
        wanted = replace(facts(number), name=f"江门检测{number}")
        await record_organization(asked(registry, "create_organization"), wanted)

    async def read(times: int) -> None:
        for _ in range(times):
            await read_on(registry)

    await asyncio.gather(*(record(number) for number in range(20)), *(read(10) for _ in range(readers)))
    await read_all(registry)
    shown, _ = await page(registry, "江门检测")
    assert sorted(one.name for one in shown) == sorted(f"江门检测{number}" for number in range(20))
