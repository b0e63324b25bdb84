"""Machines get tokens, give them back and have them looked at, in the words of the RFCs."""

import base64
from typing import Any

import httpx2
import jwt
import pytest

from services.chassis.ids import show
from services.gateway.edge import Edge
from services.gateway.operations.clients import make_client, provide_service_client
from tests.gateway.cast import Cast

SERVICE_SECRET = "sec_test_" + "ab" * 32


async def client(cast: Cast) -> tuple[str, str]:
    case = await cast.member()
    assert case.organization_id is not None
    made, secret = await make_client(
        cast.database,
        person_id=case.person_id,
        organization_id=case.organization_id,
        name="ERP",
        roles=["holder"],
        mode="test",
    )
    return show("cli", made.id), secret


async def token(api: httpx2.AsyncClient, **form: str) -> httpx2.Response:
    return await api.post("/oauth2/token", data=form)


async def asked(api: httpx2.AsyncClient, client_id: str, secret: str, **form: str) -> httpx2.Response:
    credentials = {"client_id": client_id, "client_secret": secret}
    return await token(api, grant_type="client_credentials", **credentials, **form)


async def test_a_client_proves_itself_in_the_form(api: httpx2.AsyncClient, cast: Cast) -> None:
    client_id, secret = await client(cast)
    reply = await asked(api, client_id, secret)
    claims = jwt.decode(reply.json()["access_token"], options={"verify_signature": False})
    assert (claims["sub"], claims["client_id"], claims["roles"]) == (client_id, client_id, ["holder"])
    assert reply.headers["cache-control"] == "no-store"
    assert "refresh_token" not in reply.json()


async def test_a_client_proves_itself_in_the_header(api: httpx2.AsyncClient, cast: Cast) -> None:
    reply = await api.post("/oauth2/token", data={"grant_type": "client_credentials"}, auth=await client(cast))
    assert reply.status_code == 200


async def test_a_wrong_secret_is_an_invalid_client(api: httpx2.AsyncClient, cast: Cast) -> None:
    client_id, _ = await client(cast)
    reply = await asked(api, client_id, "sec_test_guess")
    assert (reply.status_code, reply.json()["error"]) == (401, "invalid_client")
    assert reply.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "rt_test_x"}, "invalid_grant"),
        ({"grant_type": "client_credentials", "mode": "staging"}, "invalid_request"),
        ({"grant_type": "client_credentials", "mode": "live"}, "invalid_request"),
    ],
)
async def test_faults_of_the_form_are_named_by_the_rfc(api: httpx2.AsyncClient, form: Any, error: str) -> None:
    reply = await token(api, **form)
    assert (reply.status_code, reply.json()["error"]) == (400, error)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"grant_type=a&grant_type=b", "application/x-www-form-urlencoded"),
        (b"grant_type=\xff", "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % n for n in range(20)), "application/x-www-form-urlencoded"),
        (b'{"grant_type": "client_credentials"}', "application/json"),
    ],
)
async def test_an_ambiguous_form_is_refused(api: httpx2.AsyncClient, body: bytes, kind: str) -> None:
    reply = await api.post("/oauth2/token", content=body, headers={"Content-Type": kind})
    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(("header", "status"), [("Basic !", 401), ("Basic " + base64.b64encode(b"x").decode(), 401)])
async def test_an_unreadable_header_is_an_invalid_client(api: httpx2.AsyncClient, header: str, status: int) -> None:
    form = {"grant_type": "client_credentials"}
    reply = await api.post("/oauth2/token", data=form, headers={"Authorization": header})
    assert (reply.status_code, reply.json()["error"]) == (status, "invalid_client")


async def test_a_client_proves_itself_once(api: httpx2.AsyncClient, cast: Cast) -> None:
    client_id, secret = await client(cast)
    form = {"grant_type": "client_credentials", "client_secret": secret}
    reply = await api.post("/oauth2/token", data=form, auth=(client_id, secret))
    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_request")


async def test_a_person_refreshes_here_as_well(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.member()
    refresh_token = (await cast.login("chen.hua")).refresh_token or ""
    reply = await token(api, grant_type="refresh_token", refresh_token=refresh_token)
    assert reply.json()["refresh_token"] != refresh_token


async def test_a_revoked_refresh_token_ends_the_session(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.member()
    refresh_token = (await cast.login("chen.hua")).refresh_token or ""
    assert (await api.post("/oauth2/revoke", data={"token": refresh_token})).status_code == 200
    assert (await token(api, grant_type="refresh_token", refresh_token=refresh_token)).status_code == 400


async def test_a_revoked_access_token_counts_no_more(api: httpx2.AsyncClient, cast: Cast, gateway: Edge) -> None:
    client_id, secret = await client(cast)
    access = (await asked(api, client_id, secret)).json()["access_token"]
    await api.post("/oauth2/revoke", data={"token": access})
    await gateway.door.revocations.hear()
    assert (await api.get("/v1/me", headers={"Authorization": f"Bearer {access}"})).status_code == 401


@pytest.mark.parametrize("unknown", ["", "rubbish", "rt_test_" + "0" * 64])
async def test_revoking_the_unknown_is_answered_alike(api: httpx2.AsyncClient, unknown: str) -> None:
    reply = await api.post("/oauth2/revoke", data={"token": unknown})
    assert (reply.status_code, reply.json()) == (200, {})


@pytest.mark.parametrize("path", ["/oauth2/revoke", "/oauth2/introspect"])
async def test_every_form_must_be_one(api: httpx2.AsyncClient, path: str) -> None:
    assert (await api.post(path, json={})).status_code == 400


async def test_revoking_in_a_mode_without_a_database_is_refused(api: httpx2.AsyncClient) -> None:
    assert (await api.post("/oauth2/revoke", data={"token": "rt_live_" + "0" * 64})).status_code == 400


async def introspected(api: httpx2.AsyncClient, token: str, client_id: str, secret: str) -> httpx2.Response:
    form = {"token": token, "client_id": client_id, "client_secret": secret}
    return await api.post("/oauth2/introspect", data=form)


async def test_a_service_may_look_at_a_token(api: httpx2.AsyncClient, cast: Cast) -> None:
    case = await cast.member()
    access = (await cast.login("chen.hua")).access_token
    service = await provide_service_client(cast.database, name="voucher", secret=SERVICE_SECRET)
    found = (await introspected(api, access, show("cli", service.id), SERVICE_SECRET)).json()
    assert (found["active"], found["sub"], found["roles"]) == (True, show("per", case.person_id), ["holder"])
    rubbish = await introspected(api, "rubbish", show("cli", service.id), SERVICE_SECRET)
    assert rubbish.json() == {"active": False}


async def test_nobody_else_may_look_at_a_token(api: httpx2.AsyncClient, cast: Cast) -> None:
    client_id, secret = await client(cast)
    for pair in ((client_id, secret), (client_id, "wrong"), ("x", "y")):
        reply = await introspected(api, "any", *pair)
        assert (reply.status_code, reply.json()["error"]) == (401, "invalid_client")


async def test_the_server_describes_itself(api: httpx2.AsyncClient) -> None:
    said = (await api.get("/.well-known/oauth-authorization-server")).json()
    assert said["token_endpoint"] == "http://gateway/oauth2/token"
    keys = (await api.get("/.well-known/jwks.json")).json()["keys"]
    assert [(key["kty"], key["crv"], key["alg"], "d" in key) for key in keys] == [("EC", "P-256", "ES256", False)]


async def test_a_clients_token_says_whose_organisation_it_serves(api: httpx2.AsyncClient, cast: Cast) -> None:
    client_id, secret = await client(cast)
    case = await cast.registered("other.person", "11331021002687352Y")
    access = (await asked(api, client_id, secret)).json()["access_token"]
    me = (await api.get("/v1/me", headers={"Authorization": f"Bearer {access}"})).json()
    assert (me["subject"], me["name"], case.organization_id) == (client_id, None, None)
    assert me["organization"].startswith("org_")
