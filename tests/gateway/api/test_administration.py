"""Roles, memberships, clients and persons, over the API."""

import httpx2

from services.chassis.ids import new_id
from tests.gateway.cast import CODE, PASSWORD, Cast, organization, shown

VERBS = ("rotate", "disable")


async def test_a_staff_role_takes_two_admins(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.admins()
    first, second = await cast.bearer("admin1"), await cast.bearer("admin2")
    asked = {"name": "李伟", "role": "operator", "bureau": "gxj"}
    grant = (await api.post("/v1/role-grants", json=asked, headers=first)).json()
    own = await api.post(f"/v1/role-grants/{grant['id']}/second", headers=first)
    assert (own.status_code, own.json()["code"]) == (409, "role_grant.second_person")
    seconded = (await api.post(f"/v1/role-grants/{grant['id']}/second", headers=second)).json()
    link = {"token": seconded["activation_token"], "login": "li.wei", "password": PASSWORD}
    assert (await api.post("/v1/auth/activate", json=link)).status_code == 200
    me = (await api.get("/v1/me", headers=await cast.bearer("li.wei"))).json()
    assert [(role["role"], role["bureau"]) for role in me["staff_roles"]] == [("operator", "gxj")]


async def test_all_faults_of_a_proposal_are_named(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.admins()
    asked = {"name": "李伟", "role": "reviewer", "bureau": "gxj"}
    reply = await api.post("/v1/role-grants", json=asked, headers=await cast.bearer("admin1"))
    assert {error["pointer"] for error in reply.json()["errors"]} == {"/region", "/stage", "/bureau"}


async def test_a_proposal_names_one_subject(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.admins()
    reply = await api.post("/v1/role-grants", json={"role": "auditor"}, headers=await cast.bearer("admin1"))
    assert (reply.status_code, reply.json()["code"]) == (422, "role_grant.subject")


async def test_a_proposal_is_declined_and_a_role_ended(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.staff("auditor", await cast.admins())
    headers = await cast.bearer("admin2")
    active = (await api.get("/v1/role-grants?state=active", headers=headers)).json()["items"]
    auditor = next(grant for grant in active if grant["role"] == "auditor")
    assert (await api.post(f"/v1/role-grants/{auditor['id']}/end", headers=headers)).json()["state"] == "ended"
    asked = {"name": "某人", "role": "auditor"}
    grant = (await api.post("/v1/role-grants", json=asked, headers=headers)).json()
    declined = await api.post(f"/v1/role-grants/{grant['id']}/decline", headers=headers)
    assert declined.json()["state"] == "declined"


async def test_a_member_makes_rotates_and_disables_a_client(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.member(roles=("holder", "provider"))
    headers = await cast.bearer("chen.hua")
    made = (await api.post("/v1/clients", json={"name": "ERP", "roles": ["provider"]}, headers=headers)).json()
    place = f"/v1/clients/{made['client']['id']}"
    rotated = (await api.post(f"{place}/rotate", headers=headers)).json()
    assert rotated["client_secret"] != made["client_secret"]
    assert (await api.get(place, headers=headers)).json()["roles"] == ["provider"]
    assert (await api.post(f"{place}/disable", headers=headers)).json()["state"] == "disabled"
    assert made["client_secret"] not in (await api.get("/v1/clients", headers=headers)).text


async def test_another_organisations_client_is_as_unknown_as_none(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.member()
    await cast.member("other.person", "11331021002687352Y")
    made = await api.post(
        "/v1/clients", json={"name": "ERP", "roles": ["holder"]}, headers=await cast.bearer("chen.hua")
    )
    stranger = await cast.bearer("other.person")
    for client_id in (made.json()["client"]["id"], f"cli_{new_id().hex}"):
        replies = [await api.get(f"/v1/clients/{client_id}", headers=stranger)]
        replies += [await api.post(f"/v1/clients/{client_id}/{verb}", headers=stranger) for verb in VERBS]
        assert {(reply.status_code, reply.json()["code"]) for reply in replies} == {(404, "client.unknown")}


async def test_a_machine_makes_no_machines_and_invites_nobody(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.member()
    made = await api.post(
        "/v1/clients", json={"name": "ERP", "roles": ["holder"]}, headers=await cast.bearer("chen.hua")
    )
    form = {"grant_type": "client_credentials", "client_id": made.json()["client"]["id"]}
    token = await api.post("/oauth2/token", data={**form, "client_secret": made.json()["client_secret"]})
    headers = {"Authorization": f"Bearer {token.json()['access_token']}"}
    asked = {"name": "x", "roles": ["holder"]}
    for path in ("/v1/clients", "/v1/invitations"):
        assert (await api.post(path, json=asked, headers=headers)).status_code == 403


async def test_an_invited_colleague_joins_and_is_removed(api: httpx2.AsyncClient, cast: Cast) -> None:
    case = await cast.member()
    headers = await cast.bearer("chen.hua")
    invited = (await api.post("/v1/invitations", json={"name": "王芳", "roles": ["holder"]}, headers=headers)).json()
    link = {"token": invited["activation_token"], "login": "wang.fang", "password": PASSWORD}
    assert (await api.post("/v1/auth/activate", json=link)).status_code == 200
    listed = (await api.get("/v1/memberships", headers=headers)).json()["items"]
    assert {item["organization"] for item in listed} == {organization(case)}
    assert len(listed) == 2
    place = f"/v1/memberships/{invited['membership']['id']}/end"
    assert (await api.post(place, headers=headers)).json()["state"] == "ended"


async def test_an_admin_disables_enables_and_erases_without_seeing_anything_personal(
    api: httpx2.AsyncClient, cast: Cast
) -> None:
    case = await cast.member()
    await cast.admins()
    headers = await cast.bearer("admin1")
    place = f"/v1/persons/{shown(case.person_id)}"
    states = []
    for verb in ("disable", "enable", "disable", "erase"):
        reply = await api.post(f"{place}/{verb}", headers=headers)
        states.append(reply.json()["state"])
        assert "chen" not in reply.text
    assert states == ["disabled", "active", "disabled", "erased"]


async def test_a_service_hears_the_revocation_feed(api: httpx2.AsyncClient, cast: Cast) -> None:
    headers = await cast.service()
    first = (await api.get("/v1/revocations", headers=headers)).json()
    case = await cast.member(code=CODE)
    await cast.admins()
    await api.post(f"/v1/persons/{shown(case.person_id)}/disable", headers=await cast.bearer("admin1"))
    heard = (await api.get(f"/v1/revocations?after={first['next_cursor']}", headers=headers)).json()
    assert [(item["kind"], item["subject"]) for item in heard["items"]] == [("person", shown(case.person_id))]
    assert (await api.get("/v1/revocations?after=x", headers=headers)).status_code == 422
