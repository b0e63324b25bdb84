"""A team and a natural person hold vouchers: from the application to the bank's statement, and what keeps them out."""

from typing import Any
from uuid import UUID

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.ids import show
from services.voucher.directory.domain.change import Change
from tests.conftest import SetClock
from tests.voucher.oversight.held import MEMBERS, SPACE, STUDENT, TEAM, Held, a_file, a_person, a_space, a_team, cny
from tests.voucher.oversight.played import the
from tests.voucher.redemption.samples import PAYEE
from tests.voucher.redemption.stored import admitted, audited, hear, organization
from tests.voucher.wallet.steps import codes

THE_TEAM, THE_PERSON = show("tea", TEAM), show("per", MEMBERS[0])
NOT_RESIDENT = "application.not_resident"
SINCE = {"from": "2020-01-01", "until": None}
SHANGHAI = a_file("shanghai")
OF_PERSONS = a_file("shanghai", ("value: [organization, team]", "value: [organization, team, person]"))
PAYEE_KNOWN = organization(PAYEE, provider=admitted("testing", "design"), uscc="11331021002687352Y")


@pytest.fixture
def held(voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock) -> Held:
    return Held(voucher_api, voucher_db, set_clock, THE_TEAM)


@pytest.mark.parametrize(("holder", "file"), [(THE_TEAM, SHANGHAI), (THE_PERSON, OF_PERSONS)])
async def test_a_provider_is_paid_for_the_voucher_of_a_team_or_a_person(held: Held, holder: str, file: str) -> None:
    held.holder = holder
    await held.open(file, a_team(), a_space(), *map(a_person, MEMBERS), PAYEE_KNOWN)
    voucher = await held.voucher(cny("60000.00"))
    redemption = await held.captured(voucher)
    play = await held.claimable(redemption)
    await play.paid()
    claim = (await held.api.get(f"/v1/claims/{play.claim_id}", headers=the("provider"))).json()
    shown = [voucher["holder_id"], redemption["holder_id"], claim["lines"][0]["holder_id"]]
    assert shown == [holder] * 3
    await audited(held.database)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (a_team(core_members=[show("per", one) for one in MEMBERS[:2]]), "application.team_members"),
        (a_space(recognitions=[]), "application.not_resident"),
        (a_space(recognitions=[{"level": "city", "decided_on": "2019-01-01", "ended_on": "2020-09-01"}]), NOT_RESIDENT),
        (a_team(status="dissolved"), "application.not_active"),
        (a_team(status="incorporated", incorporated_as=show("org", UUID(int=80))), "application.not_active"),
    ],
)
async def test_a_team_holds_nothing_while_it_is_none_by_the_rules(held: Held, told: Any, code: str) -> None:
    await held.open(SHANGHAI, a_team(), a_space(), told)
    assert codes(await held.draft(cny("20000.00"))) == [code]


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        ({"region": None}, ["application.no_region", "application.region_unknown"]),
        ({"status": "erased"}, ["application.not_active"]),
        ({"region": "320100"}, ["application.not_local"]),
    ],
)
async def test_a_person_holds_nothing_where_nobody_is_in_charge(held: Held, told: Any, refused: list[str]) -> None:
    held.holder = THE_PERSON
    await held.open(OF_PERSONS, a_person(**told))
    assert codes(await held.draft(cny("20000.00"))) == refused


async def test_a_kind_that_the_scheme_does_not_name_is_refused(held: Held) -> None:
    held.holder = THE_PERSON
    await held.open(SHANGHAI, a_person())
    assert codes(await held.draft(cny("20000.00"))) == ["application.holder_kind"]


BY_CLASS = """  as_of: contract
  cases:
    - when: {founder_class: [student], provider_level: [provincial]}
      share: "0.40"
      source: row shanghai
  source: row shanghai"""


@pytest.mark.parametrize(("classes", "held_back"), [([STUDENT], "12000.00"), ([], "15000.00")])
async def test_a_case_of_founders_and_of_the_providers_level_is_heard(
    held: Held, classes: list[Any], held_back: str
) -> None:
    file = a_file("shanghai", ("  as_of: contract\n  source: row shanghai", BY_CLASS))
    runs = organization(PAYEE, provider=admitted("testing", "design"), spaces=[show("spc", SPACE)])
    await held.open(file, a_team(), a_space(), a_person(founder_classes=classes), runs)
    redemption = await held.captured(await held.voucher(cny("60000.00")))
    assert redemption["authorised"] == cny(held_back)


async def test_the_firm_that_a_team_became_has_no_second_quota(held: Held) -> None:
    firm = UUID(int=80)
    known = organization(
        firm, quota_roots=[THE_TEAM], priority_lists=[{"list": "technology-smes", "class": "x", **SINCE}]
    )
    await held.open(SHANGHAI, a_team(), a_space(), known)
    await held.voucher(cny("60000.00"))
    held.holder = show("org", firm)
    assert "application.duplicate" in codes(await held.draft(cny("20000.00")))


COUNTER = a_file(
    "singapore-counter", ("currency: SGD", "currency: CNY"), ("zone: Asia/Singapore", "zone: Asia/Shanghai")
)


async def test_a_household_redeems_at_the_counter_through_its_person(held: Held) -> None:
    held.holder = THE_PERSON
    goods = Change("category", "goods", {"id": "goods", "name_zh": "商品", "name_en": "Goods", "parent": None}, "1")
    shop = organization(PAYEE, provider=admitted("goods"))
    await held.open(COUNTER, a_person(), goods, shop)
    voucher = await held.voucher(cny("10.00"))
    made = await held.post(f"vouchers/{voucher['id']}/code", held.as_holder(), {"ceiling": cny("10.00")})
    sale = {"consent": {"code": made["token"]}, "category": "goods", "price": cny("8.50"), "number": "R-1"}
    order = await held.post("redemptions:instant", the("provider"), sale)
    assert (order["subsidy"], order["redemptions"][0]["holder_id"]) == (cny("10.00"), THE_PERSON)
    await audited(held.database)


async def test_a_team_uses_its_voucher_also_once_it_is_a_firm(held: Held) -> None:
    await held.open(SHANGHAI, a_team(), a_space(), PAYEE_KNOWN)
    voucher = await held.voucher(cny("60000.00"))
    await hear(held.database, a_team(status="incorporated", incorporated_as=show("org", UUID(int=80))), PAYEE_KNOWN)
    assert (await held.captured(voucher))["captured"] == cny("15000.00")


async def test_a_team_that_broke_up_uses_nothing_more(held: Held) -> None:
    await held.open(SHANGHAI, a_team(), a_space(), PAYEE_KNOWN)
    proposed = await held.proposed(await held.voucher(cny("60000.00")))
    await hear(held.database, a_team(status="dissolved"), PAYEE_KNOWN)
    refused = await held.api.post(f"/v1/redemptions/{proposed['id']}/confirm", headers=held.as_holder())
    assert codes(refused) == ["party.deregistered"]


async def test_what_waits_for_a_team_and_what_it_tried_names_it(held: Held) -> None:
    await held.open(SHANGHAI, a_team(), a_space(), PAYEE_KNOWN)
    await held.proposed(await held.voucher(cny("60000.00")))
    for listed in ("tasks", "attempts"):
        found = (await held.api.get(f"/v1/{listed}", headers=held.as_holder())).json()["items"]
        assert {one["organization"] for one in found} == {THE_TEAM}
