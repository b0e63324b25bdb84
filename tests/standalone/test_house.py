"""Everything in one process, over real HTTP."""

import asyncio

import pytest

from services.standalone import callers, provision
from services.standalone.caller import Caller
from services.standalone.callers import ROLES
from services.standalone.installation import Unusable
from tests.houses import House

NAMED_OTHERWISE = {
    "second_admin": "admin",
    "second_operator": "operator",
    "district_reviewer": "reviewer",
    "arbiter": "reviewer",
}
"""Where a role is held more than once its other holders have names of their own."""


@pytest.mark.parametrize("role", ROLES)
async def test_every_demo_caller_is_who_he_says(house: House, role: str) -> None:
    me = (await house.http.get("/v1/me", headers=await house.calls(role))).json()
    assert me["roles"] == [NAMED_OTHERWISE.get(role, role)]
    assert me["mode"] == "test"


async def test_a_party_acts_for_an_organisation_that_the_registry_knows(house: House) -> None:
    me = (await house.http.get("/v1/me", headers=await house.calls("holder"))).json()
    answer = await house.http.get(f"/v1/organizations/{me['organization']}", headers=await house.calls("operator"))
    assert answer.json()["uscc"] == callers.PARTIES["holder"][1]


async def test_the_keys_that_verify_codes_are_had_without_a_token(house: House) -> None:
    answer = await house.http.get("/.well-known/voucher-keys.json")
    assert [key["signs"] for key in answer.json()["keys"]] == ["codes", "seals and receipts"]


async def test_every_service_is_ready(house: House) -> None:
    assert (await house.http.get("/readyz")).json() == {"ready": True, "reasons": []}


async def test_an_admin_moves_the_clock_of_a_sandbox(house: House) -> None:
    headers = await house.calls("admin")
    job = (await house.http.post("/v1/sandbox/clock", json={"to": "2021-01-01T00:00:00Z"}, headers=headers)).json()
    for _ in range(100):
        job = (await house.http.get(f"/v1/jobs/{job['id']}", headers=headers)).json()
        if job["state"] == "done":
            break
        await asyncio.sleep(0.1)
    assert job["state"] == "done"


async def test_what_the_registry_knows_reaches_the_voucher_service(house: House) -> None:
    async with provision.connected(house.urls.owner) as connection:
        for _ in range(100):
            if await connection.fetchval("SELECT count(*) FROM voucher.directory_facts WHERE kind = 'organization'"):
                return
            await asyncio.sleep(0.1)
    pytest.fail("the directory never heard of an organisation")


async def test_a_token_for_a_role_that_nobody_has_is_refused(house: House) -> None:
    with pytest.raises(Unusable, match="choose one of"):
        await house.token("emperor")


async def test_callers_that_are_there_are_not_made_again(house: House) -> None:
    logged_in = await Caller(house.http).log_in(house.logins.by_role["admin"], house.logins.password)
    grants = await logged_in.get("/v1/role-grants", limit="200")
    assert len(grants["items"]) == len(callers.STAFF) + len(callers.ADMINS)
