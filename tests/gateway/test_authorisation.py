"""The whole authorisation table: every endpoint × every role, and every route has its row (attack 26)."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from fastapi.routing import APIRoute

from services.chassis.authorisation import ROLES
from services.chassis.ids import new_id
from services.gateway.app import ROUTERS
from services.gateway.authorisation import AUTHORISATION, needs_token
from services.gateway.domain.claims import REGISTRANT
from services.gateway.edge import Edge
from tests.gateway.cast import Cast
from tests.gateway.signing import bearer

EVERY_ROLE = (*ROLES, REGISTRANT)


def routes() -> Iterator[APIRoute]:
    for one in ROUTERS:
        yield from (route for route in one.routes if isinstance(route, APIRoute))


def guarded() -> list[tuple[str, str, str]]:
    """Operation, method and path of every endpoint that needs a token."""
    return [
        (route.name, method, route.path_format)
        for route in routes()
        for method in route.methods or ()
        if AUTHORISATION[route.name]
    ]


def filled(path: str) -> str:
    """A path with ids that nothing has."""
    prefixes = {
        "session_id": "ses",
        "registration_id": "reg",
        "membership_id": "mem",
        "role_grant_id": "rgr",
        "client_id": "cli",
        "device_id": "cli",
        "person_id": "per",
    }
    return path.format(asset="start.js", **{name: f"{prefix}_{new_id().hex}" for name, prefix in prefixes.items()})


def test_every_route_is_in_the_table_and_every_row_is_a_route() -> None:
    assert {route.name for route in routes()} == set(AUTHORISATION)


def test_the_edge_asks_for_a_token_exactly_where_the_table_does() -> None:
    for route in routes():
        for method in route.methods or ():
            path = filled(route.path_format)
            assert needs_token(method, path) == bool(AUTHORISATION[route.name]), route.name


@pytest.mark.parametrize(
    ("method", "path", "asked"),
    [
        ("GET", "/v1/disclosures", False),
        ("GET", "/v1/disclosures/dsc_1", False),
        ("GET", "/v1/disclosures:prepared", True),
        ("POST", "/v1/disclosures", True),
        ("POST", "/v1/disclosures/dsc_1/publish", True),
        ("GET", "/v1/disclosures/dsc_1/publish", True),
        ("GET", "/v1/schemes/schema", False),
        ("GET", "/v1/schemes", True),
        ("GET", "/v1/schemes/scv_1", True),
        ("GET", "/v1/objections", True),
    ],
)
def test_the_public_reads_what_is_disclosed_and_the_form_of_schemes_and_nothing_beside_them(
    method: str, path: str, asked: bool
) -> None:
    assert needs_token(method, path) == asked


@pytest.mark.parametrize(("operation", "method", "path"), guarded(), ids=[row[0] for row in guarded()])
async def test_a_role_gets_in_exactly_where_the_table_lets_it(
    shared_gateway: Edge, shared_api: httpx2.AsyncClient, operation: str, method: str, path: str
) -> None:
    allowed = {grant.role for grant in AUTHORISATION[operation]}
    for role in EVERY_ROLE:
        headers = bearer(shared_gateway.own.state.keeper.signer, roles=[role])
        reply = await shared_api.request(method, filled(path), headers=headers, json={} if method == "POST" else None)
        forbidden = reply.status_code == 403 and reply.json()["code"] == "auth.forbidden"
        assert forbidden == (role not in allowed), (role, reply.status_code, reply.text)
        assert reply.status_code < 500


@pytest.mark.parametrize(("operation", "method", "path"), guarded(), ids=[row[0] for row in guarded()])
async def test_nobody_gets_in_without_a_token(
    shared_api: httpx2.AsyncClient, operation: str, method: str, path: str
) -> None:
    reply = await shared_api.request(method, filled(path))
    assert (reply.status_code, reply.json()["code"]) == (401, "auth.missing")


async def test_mass_assignment_changes_nothing(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.member()
    headers = await cast.bearer("chen.hua")
    smuggled: dict[str, Any] = {"organization": f"org_{new_id().hex}", "state": "active", "made_by": "per_1"}
    asked = {"name": "ERP", "roles": ["holder"], **smuggled}
    problem = (await api.post("/v1/clients", json=asked, headers=headers)).json()
    assert {error["pointer"] for error in problem["errors"]} == {"/organization", "/state", "/made_by"}
    assert (await api.get("/v1/clients", headers=headers)).json()["items"] == []


async def test_a_member_cannot_list_beyond_his_organisation(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.member()
    await cast.member("other.person", "11331021002687352Y")
    listed = (await api.get("/v1/memberships", headers=await cast.bearer("chen.hua"))).json()["items"]
    assert len(listed) == 1


async def test_a_token_without_an_organisation_lists_nothing_as_a_member(
    gateway: Edge, api: httpx2.AsyncClient
) -> None:
    headers = bearer(gateway.own.state.keeper.signer, org=None)
    assert (await api.get("/v1/memberships", headers=headers)).status_code == 403
    asked = {"name": "ERP", "roles": ["holder"]}
    assert (await api.post("/v1/clients", json=asked, headers=headers)).status_code == 403
