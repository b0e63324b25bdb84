"""A confirmation asks the real registry, with the gateway's own token; the same code is the same organisation."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from services.chassis.database import Database
from services.chassis.ids import show
from services.chassis.neighbours import Neighbour
from services.gateway.app import create_app
from services.gateway.edge import Edge
from services.gateway.operations.clients import provide_service_client
from services.registry.app import create_app as create_registry
from services.registry.catalogue.domain.period import Period
from services.registry.catalogue.operations.catalogue import load_shipped
from services.registry.parties.operations.people import erase_person
from services.registry.settings import Settings as RegistrySettings
from services.registry.spaces.domain.team import TeamFacts
from services.registry.spaces.operations.teams import record_team
from tests.databases import Urls
from tests.gateway.cast import PASSWORD, Cast
from tests.gateway.conftest import MakeSettings, client_of, running
from tests.registry.neighbours import SECRETS
from tests.registry.parties.samples import VAULT, person
from tests.registry.samples import TODAY, asked, organization, space

SECRET = "sec_test_" + "cd" * 32


class Behind:
    """The gateway's place while the registry that it stands before is made."""

    app: Any = None

    async def __call__(self, *call: Any) -> None:
        await self.app(*call)


@pytest.fixture
async def house(
    settings_of: MakeSettings, database_urls: Urls, gateway_db: Database, registry_db: Database
) -> AsyncGenerator[Edge]:
    """Gateway and registry in one process, on one database."""
    await load_shipped(registry_db)
    client = await provide_service_client(gateway_db, name="registry", secret=SECRET)
    settings = RegistrySettings(
        test_database_url=SecretStr(database_urls.registry),
        client_id=f"cli_{client.id.hex}",
        client_secret=SecretStr(SECRET),
        master_key=SECRETS["master_key"],
        works=False,
    )
    behind = Behind()
    registry = create_registry(settings, gateway=Neighbour("http://gateway", app=behind))
    async with running(create_app(settings_of(), {"registry": registry})) as app:
        behind.app = app
        await registry.state.service.revocations.hear()
        yield app
    await registry.state.service.databases.dispose()


@pytest.fixture
async def api(house: Edge) -> AsyncGenerator[httpx2.AsyncClient]:
    """A client of the whole house."""
    async with client_of(house) as client:
        yield client


@pytest.fixture
def cast(house: Edge) -> Cast:
    """People in this house."""
    return Cast(house.own.state.service.databases.test, house.own.state.keeper)


async def test_both_claimants_of_a_code_end_in_one_organisation(api: httpx2.AsyncClient, cast: Cast) -> None:
    first, second = await cast.registered(), await cast.registered("other.person")
    await cast.staff("operator", await cast.admins())
    headers = await cast.bearer("operator")
    asked = {"reason": "licence seen"}
    confirmed = [
        await api.post(f"/v1/registrations/reg_{case.id.hex}/confirm", json=asked, headers=headers)
        for case in (first, second)
    ]
    assert [reply.status_code for reply in confirmed] == [200, 200]
    assert len({reply.json()["organization"] for reply in confirmed}) == 1


async def test_a_member_reads_his_organisation_at_the_registry(api: httpx2.AsyncClient, cast: Cast) -> None:
    case = await cast.registered()
    await cast.staff("operator", await cast.admins())
    place = f"/v1/registrations/reg_{case.id.hex}/confirm"
    organization = (await api.post(place, json={}, headers=await cast.bearer("operator"))).json()["organization"]
    reply = await api.get(f"/v1/organizations/{organization}", headers=await cast.bearer("chen.hua"))
    assert (reply.status_code, reply.json()["uscc"]) == (200, case.claim.uscc)


async def test_what_the_registry_refuses_is_told_and_the_case_stays_open(api: httpx2.AsyncClient, cast: Cast) -> None:
    case = await cast.registered(region="nowhere")
    await cast.staff("operator", await cast.admins())
    headers = await cast.bearer("operator")
    reply = await api.post(f"/v1/registrations/reg_{case.id.hex}/confirm", json={}, headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (422, "registration.organization_refused")
    found = await api.get(f"/v1/registrations/reg_{case.id.hex}", headers=headers)
    assert found.json()["state"] == "submitted"


async def a_team(registry: Database) -> tuple[str, list[str]]:
    """The shown id of a team that lives in a space, and those of its core members."""
    await load_shipped(registry)
    home = await space(registry, await organization(registry))
    members = [await person(registry, order) for order in (121, 123, 125)]
    wanted = TeamFacts("飞鸟团队", tuple(members))
    told = await record_team(asked(registry, "create_team"), wanted, space_id=home, stay=Period(TODAY))
    return told["id"], [show("per", one) for one in members]


async def test_a_core_member_acts_for_his_team_and_invites_another(
    api: httpx2.AsyncClient, cast: Cast, registry_db: Database
) -> None:
    team, members = await a_team(registry_db)
    await cast.staff("operator", await cast.admins())
    body = {"holder": team, "member": members[0], "name": "张三"}
    made = await api.post("/v1/memberships", json=body, headers=await cast.bearer("operator"))
    assert (made.status_code, made.json()["membership"]["organization"]) == (201, team)
    await cast.activated(made.json()["activation_token"], "zhang.san")
    headers = await cast.bearer("zhang.san")
    seen = (await api.get("/v1/me", headers=headers)).json()
    assert (seen["organization"], seen["roles"], seen["memberships"][0]["organization"]) == (team, ["holder"], team)
    assert (await api.get("/v1/me/sessions", headers=headers)).json()["items"][0]["organization"] == team
    invited = await api.post("/v1/invitations", json={"name": "李四", "roles": ["holder"]}, headers=headers)
    assert invited.json()["membership"]["organization"] == team
    refused = await api.post("/v1/clients", json={"name": "ERP", "roles": ["holder"]}, headers=headers)
    assert refused.status_code == 403


async def test_a_person_acts_for_himself(api: httpx2.AsyncClient, cast: Cast, registry_db: Database) -> None:
    himself = show("per", await person(registry_db))
    await cast.staff("operator", await cast.admins())
    body = {"holder": himself, "name": "张三"}
    made = await api.post("/v1/memberships", json=body, headers=await cast.bearer("operator"))
    person_id = await cast.activated(made.json()["activation_token"], "zhang.san")
    asked_for = {"login": "zhang.san", "password": PASSWORD, "organization": himself, "mode": "test"}
    logged_in = await api.post("/v1/auth/login", json=asked_for)
    assert (logged_in.json()["organization"], made.json()["membership"]["person"]) == (himself, show("per", person_id))


async def test_an_account_is_opened_for_those_alone_who_may_act(
    api: httpx2.AsyncClient, cast: Cast, registry_db: Database
) -> None:
    team, members = await a_team(registry_db)
    erased = await person(registry_db, 131)
    await erase_person(asked(registry_db, "erase_registered_person"), VAULT, erased, reason="本人申请")
    await cast.staff("operator", await cast.admins())
    headers = await cast.bearer("operator")
    wrong = {
        "membership.organization": {"holder": f"org_{erased.hex}"},
        "membership.holder_unknown": {"holder": f"tea_{erased.hex}", "member": members[0]},
        "membership.holder_state": {"holder": show("per", erased)},
        "membership.not_a_member": {"holder": team, "member": show("per", erased)},
        "request.invalid": {"holder": f"spc_{erased.hex}"},
    }
    for code, body in wrong.items():
        reply = await api.post("/v1/memberships", json={**body, "name": "张三"}, headers=headers)
        assert (reply.status_code, reply.json()["code"]) == (422, code)
    nobody = await api.post("/v1/memberships", json={"holder": team, "name": "张三"}, headers=headers)
    assert nobody.json()["code"] == "membership.not_a_member"


async def test_the_document_of_the_whole_house_is_one(api: httpx2.AsyncClient) -> None:
    paths = (await api.get("/openapi.json")).json()["paths"]
    assert {"/v1/me", "/v1/organizations"} <= set(paths)
