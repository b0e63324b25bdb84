"""Devices, over the API: a PIN from a member, credentials for it, and their end."""

import asyncio

import httpx2
import pytest

from services.chassis.ids import new_id
from services.gateway.edge import Edge
from tests.gateway.cast import Cast, organization, shown

ASKED = {"name": "前台平板", "roles": ["provider"]}


async def pin_of(api: httpx2.AsyncClient, headers: dict[str, str]) -> str:
    reply = await api.post("/v1/me/devices", json=ASKED, headers=headers)
    assert reply.status_code == 201
    return str(reply.json()["pin"])


async def paired(api: httpx2.AsyncClient, headers: dict[str, str]) -> dict[str, str]:
    reply = await api.post("/v1/auth/devices", json={"pin": await pin_of(api, headers)})
    assert reply.status_code == 201
    made: dict[str, str] = reply.json()
    return made


async def bearer_of(api: httpx2.AsyncClient, made: dict[str, str]) -> dict[str, str]:
    form = {name: made[name] for name in ("client_id", "client_secret")}
    token = await api.post("/oauth2/token", data={"grant_type": "client_credentials", **form})
    return {"Authorization": f"Bearer {token.json()['access_token']}"}


async def test_a_device_pairs_itself_and_is_its_member_with_fewer_roles(api: httpx2.AsyncClient, cast: Cast) -> None:
    case = await cast.member(roles=("holder", "provider"))
    made = await paired(api, await cast.bearer("chen.hua"))
    me = (await api.get("/v1/me", headers=await bearer_of(api, made))).json()
    assert (me["subject"], me["person"]) == (made["client_id"], shown(case.person_id))
    assert (me["organization"], me["roles"]) == (organization(case), ["provider"])


async def test_a_device_pairs_no_devices_and_ends_none(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.member(roles=("provider",))
    made = await paired(api, await cast.bearer("chen.hua"))
    device = await bearer_of(api, made)
    replies = [
        await api.post("/v1/me/devices", json=ASKED, headers=device),
        await api.post(f"/v1/me/devices/{made['client_id']}/revoke", headers=device),
    ]
    assert [reply.status_code for reply in replies] == [403, 403]


async def test_a_revoked_device_is_out_at_once_and_stays_listed(
    api: httpx2.AsyncClient, gateway: Edge, cast: Cast
) -> None:
    case = await cast.member(roles=("provider",))
    headers = await cast.bearer("chen.hua")
    made = await paired(api, headers)
    device = await bearer_of(api, made)
    ended = (await api.post(f"/v1/me/devices/{made['client_id']}/revoke", headers=headers)).json()
    await gateway.door.revocations.hear()
    assert (await api.get("/v1/me", headers=device)).json()["code"] == "auth.revoked"
    assert (await api.get("/v1/me/devices", headers=headers)).json()["items"] == [ended]
    assert (ended["paired_by"], ended["ended_at"] is None) == (shown(case.person_id), False)


async def test_another_organisations_device_is_unknown(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.member(roles=("provider",))
    await cast.member("other.person", "11331021002687352Y")
    made = await paired(api, await cast.bearer("chen.hua"))
    stranger = await cast.bearer("other.person")
    for device in (made["client_id"], f"cli_{new_id().hex}"):
        reply = await api.post(f"/v1/me/devices/{device}/revoke", headers=stranger)
        assert (reply.status_code, reply.json()["code"]) == (404, "client.unknown")
    assert (await api.get("/v1/me/devices", headers=stranger)).json()["items"] == []


async def test_a_device_asks_for_no_other_secret(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.member(roles=("provider",))
    headers = await cast.bearer("chen.hua")
    made = await paired(api, headers)
    reply = await api.post(f"/v1/clients/{made['client_id']}/rotate", headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (409, "client.device")


async def test_a_member_gives_a_device_only_roles_of_his_own(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.member(roles=("holder",))
    for role in ("provider", "admin", "finance_maker"):
        asked = {"name": "前台平板", "roles": [role]}
        reply = await api.post("/v1/me/devices", json=asked, headers=await cast.bearer("chen.hua"))
        assert (reply.status_code, reply.json()["code"]) == (422, "client.roles")


async def test_the_same_pin_twenty_times_at_once_is_answered_once(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.member(roles=("provider",))
    headers = await cast.bearer("chen.hua")
    pin = await pin_of(api, headers)
    replies = await asyncio.gather(*(api.post("/v1/auth/devices", json={"pin": pin}) for _ in range(20)))
    assert sorted(reply.status_code for reply in replies) == [201] + [401] * 19
    assert len((await api.get("/v1/me/devices", headers=headers)).json()["items"]) == 1


@pytest.mark.parametrize("pin", ["1234567", "123456789", "1234567x", "１２３４５６７８", 12345678, None])
async def test_what_is_no_pin_is_told_without_it(shared_api: httpx2.AsyncClient, pin: object) -> None:
    reply = await shared_api.post("/v1/auth/devices", json={"pin": pin})
    assert reply.status_code == 422
    assert pin is None or str(pin) not in reply.text


async def test_a_wrong_pin_is_told_in_chinese(shared_api: httpx2.AsyncClient) -> None:
    reply = await shared_api.post("/v1/auth/devices", json={"pin": "00000000"}, headers={"Accept-Language": "zh-CN"})
    assert (reply.status_code, reply.json()["title"]) == (401, "该配对码无效、已使用或已过期。")
