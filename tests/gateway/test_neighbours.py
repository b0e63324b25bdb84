"""A confirmation asks the real registry, with the gateway's own token; the same code is the same organisation."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from services.chassis.database import Database
from services.chassis.neighbours import Neighbour
from services.gateway.app import create_app
from services.gateway.edge import Edge
from services.gateway.operations.clients import provide_service_client
from services.registry.app import create_app as create_registry
from services.registry.catalogue.operations.catalogue import load_shipped
from services.registry.settings import Settings as RegistrySettings
from tests.databases import Urls
from tests.gateway.cast import Cast
from tests.gateway.conftest import MakeSettings, client_of, running
from tests.registry.neighbours import SECRETS

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


async def test_the_document_of_the_whole_house_is_one(api: httpx2.AsyncClient) -> None:
    paths = (await api.get("/openapi.json")).json()["paths"]
    assert {"/v1/me", "/v1/organizations"} <= set(paths)
