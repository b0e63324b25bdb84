"""Logging in, staying in and getting out, over the API."""

from typing import Any

import httpx2

from services.gateway.operations.found_admins import found_admins
from tests.gateway.cast import PASSWORD, Cast, organization


async def login(api: httpx2.AsyncClient, **changes: Any) -> httpx2.Response:
    return await api.post("/v1/auth/login", json={"login": "chen.hua", "password": PASSWORD, **changes})


async def test_a_login_gives_both_tokens(api: httpx2.AsyncClient, cast: Cast) -> None:
    case = await cast.member()
    body = (await login(api)).json()
    assert (body["token_type"], body["expires_in"], body["mode"]) == ("Bearer", 600, "test")
    assert (body["roles"], body["organization"]) == (["holder"], organization(case))


async def test_a_wrong_password_is_401_without_an_oracle(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.member()
    wrong, unknown = await login(api, password="wrong"), await login(api, login="nobody.here")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "login.failed")
    assert wrong.json()["title"] == unknown.json()["title"]


async def test_a_resting_login_is_told_for_how_long(api: httpx2.AsyncClient) -> None:
    for _ in range(5):
        await login(api, password="wrong")
    reply = await login(api)
    assert (reply.status_code, reply.json()["code"], reply.headers["retry-after"]) == (429, "login.resting", "1")


async def test_a_mode_without_a_database_is_refused(api: httpx2.AsyncClient) -> None:
    reply = await login(api, mode="live")
    assert (reply.status_code, reply.json()["code"]) == (422, "mode.unavailable")


async def test_a_refreshed_session_goes_on(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.member()
    first = (await login(api)).json()
    second = await api.post("/v1/auth/refresh", json={"refresh_token": first["refresh_token"]})
    headers = {"Authorization": f"Bearer {second.json()['access_token']}"}
    assert (await api.get("/v1/me", headers=headers)).json()["name"] == "陈华"


async def test_a_token_of_no_mode_is_no_refresh_token(api: httpx2.AsyncClient) -> None:
    for token in ("", "rt_other_1", "rubbish"):
        reply = await api.post("/v1/auth/refresh", json={"refresh_token": token})
        assert (reply.status_code, reply.json()["code"]) == (401, "refresh.failed")


async def test_a_link_is_activated_over_the_api(api: httpx2.AsyncClient, cast: Cast) -> None:
    token, _ = await found_admins(cast.database, cast.keeper.vault, ["甲", "乙"], mode="test")
    body = {"token": token, "login": "admin1", "password": PASSWORD}
    assert (await api.post("/v1/auth/activate", json=body)).status_code == 200
    assert (await login(api, login="admin1")).json()["roles"] == ["admin"]


async def test_unknown_fields_are_refused(api: httpx2.AsyncClient) -> None:
    reply = await login(api, roles=["admin"])
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (422, "/roles")


async def test_sessions_are_listed_and_ended(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.member()
    headers = await cast.bearer("chen.hua")
    await cast.bearer("chen.hua")
    items = (await api.get("/v1/me/sessions", headers=headers)).json()["items"]
    other = next(item for item in items if not item["current"])
    assert (await api.post(f"/v1/me/sessions/{other['id']}/end", headers=headers)).status_code == 204
    assert len((await api.get("/v1/me/sessions", headers=headers)).json()["items"]) == 1


async def test_an_account_without_a_role_sees_itself_only(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.registered()
    headers = await cast.bearer("chen.hua")
    assert (await api.get("/v1/me", headers=headers)).json()["roles"] == ["registrant"]
    assert (await api.get("/v1/clients", headers=headers)).status_code == 403
