"""Scheme versions over HTTP: validated, kept, published once and for good, read by whom they concern."""

from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id
from tests.voucher.conftest import calls
from tests.voucher.scheme.samples import FILE, spoilt
from tests.voucher.wallet.steps import all_is_well, codes, done, hear_calendar, holder, operator, publish_scheme


async def keep(api: httpx2.AsyncClient, file: str = FILE, **bound: Any) -> httpx2.Response:
    return await api.post("/v1/schemes", headers=operator(**bound), json={"file": file})


async def publish(api: httpx2.AsyncClient, version_id: str, **bound: Any) -> httpx2.Response:
    accepted = {"draft_basis_accepted": True}
    return await api.post(f"/v1/schemes/{version_id}/publish", headers=operator(**bound), json=accepted)


async def test_validation_tells_every_fault_with_line_and_column_and_keeps_nothing(
    voucher_api: httpx2.AsyncClient,
) -> None:
    text = spoilt("family: service_subsidy", "family: charity").replace("base: invoice", "base: steep")
    found = done(await voucher_api.post("/v1/schemes:validate", headers=operator(), json={"file": text}))
    assert not found["valid"]
    assert [fault["pointer"] for fault in found["faults"]] == ["/family", "/rate/base"]
    assert all(fault["line"] > 1 and fault["column"] > 1 for fault in found["faults"])
    assert all(fault["message"].startswith("Line ") for fault in found["faults"])
    chinese = {**operator(), "Accept-Language": "zh-CN"}
    said = done(await voucher_api.post("/v1/schemes:validate", headers=chinese, json={"file": text}))
    assert all(fault["message"].startswith("第 ") for fault in said["faults"])
    assert done(await voucher_api.get("/v1/schemes", headers=operator()))["items"] == []


async def test_a_sound_file_is_valid(voucher_api: httpx2.AsyncClient) -> None:
    found = done(await voucher_api.post("/v1/schemes:validate", headers=operator(), json={"file": FILE}))
    assert (found["valid"], found["faults"]) == (True, [])
    assert {fault["code"] for fault in found["warnings"]} == {"scheme.draft_basis", "scheme.our_default"}


async def test_a_faulty_file_is_not_kept(voucher_api: httpx2.AsyncClient) -> None:
    answer = await keep(voucher_api, spoilt("base: invoice", "base: steep"))
    assert answer.status_code == 422
    assert "Line" in answer.json()["errors"][0]["message"]


async def test_a_published_version_is_superseded_by_the_next(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    await hear_calendar(voucher_db)
    day = "effective: {value: 2020-09-15"
    files = [FILE, *(spoilt(day, f"effective: {{value: {later}") for later in ("2020-09-16", "2020-09-17"))]
    first, second, third = [done(await keep(voucher_api, file), 201) for file in files]
    assert [one["version"] for one in (first, second, third)] == [1, 2, 3]
    for one in (first, second, third):
        done(await publish_scheme(voucher_api, one["id"]))
    shown = done(await voucher_api.get(f"/v1/schemes/{first['id']}", headers=operator()))
    assert (shown["state"], shown["file"]) == ("superseded", FILE)
    await all_is_well(voucher_db)


async def test_a_version_is_published_once(voucher_api: httpx2.AsyncClient, voucher_db: Database) -> None:
    await hear_calendar(voucher_db)
    version = done(await keep(voucher_api), 201)
    done(await publish_scheme(voucher_api, version["id"]))
    again = await publish(voucher_api, version["id"])
    assert (again.status_code, codes(again)) == (409, ["scheme.not_draft"])


async def test_without_the_years_calendar_nothing_is_published_and_each_deadline_is_named(
    voucher_api: httpx2.AsyncClient,
) -> None:
    version = done(await keep(voucher_api), 201)
    refused = await publish(voucher_api, version["id"])
    assert refused.status_code == 422
    assert set(codes(refused)) == {"scheme.calendar_not_loaded"}
    assert {"/validity/issued/use_by/value", "/allocation/closes/value"} <= {
        error["pointer"] for error in refused.json()["errors"]
    }


async def test_another_bureau_neither_keeps_nor_publishes_nor_sees_a_draft(voucher_api: httpx2.AsyncClient) -> None:
    refused = await keep(voucher_api, bureau="another")
    assert (refused.status_code, codes(refused)) == (403, ["scheme.foreign_bureau"])
    version = done(await keep(voucher_api), 201)
    assert (await publish(voucher_api, version["id"], bureau="another")).status_code == 404
    foreign = operator(bureau="another")
    assert (await voucher_api.get(f"/v1/schemes/{version['id']}", headers=foreign)).status_code == 404
    assert done(await voucher_api.get("/v1/schemes", headers=foreign))["items"] == []


async def test_a_scheme_does_not_change_hands(voucher_api: httpx2.AsyncClient) -> None:
    done(await keep(voucher_api), 201)
    taken = await keep(voucher_api, spoilt("bureau: jiangmen-sme", "bureau: another"), bureau="another")
    assert (taken.status_code, codes(taken)) == (403, ["scheme.foreign_bureau"])


async def test_a_holder_reads_what_is_published_and_the_auditor_everything(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    await hear_calendar(voucher_db)
    version = done(await keep(voucher_api), 201)
    firm, auditor = holder(new_id()), calls("per_a", "auditor")
    assert done(await voucher_api.get("/v1/schemes", headers=firm))["items"] == []
    assert len(done(await voucher_api.get("/v1/schemes", headers=auditor))["items"]) == 1
    done(await publish_scheme(voucher_api, version["id"]))
    shown = done(await voucher_api.get("/v1/schemes?scheme=jiangmen-service-2020", headers=firm))["items"]
    assert [one["state"] for one in shown] == ["published"]
    assert done(await voucher_api.get("/v1/schemes?scheme=none", headers=firm))["items"] == []


async def test_the_same_request_is_kept_once(voucher_api: httpx2.AsyncClient) -> None:
    headers = operator(key="k-1")
    first = await voucher_api.post("/v1/schemes", headers=headers, json={"file": FILE})
    again = await voucher_api.post("/v1/schemes", headers=headers, json={"file": FILE})
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()


async def test_a_publication_is_played_once(voucher_api: httpx2.AsyncClient, voucher_db: Database) -> None:
    await hear_calendar(voucher_db)
    version = done(await keep(voucher_api), 201)
    headers = operator(key="k-2")
    path, body = f"/v1/schemes/{version['id']}/publish", {"draft_basis_accepted": True}
    answers = [await voucher_api.post(path, headers=headers, json=body) for _ in range(2)]
    assert answers[0].json() == answers[1].json()


async def test_versions_are_turned_over_page_by_page(voucher_api: httpx2.AsyncClient) -> None:
    made = [done(await keep(voucher_api), 201)["id"] for _ in range(3)]
    first = done(await voucher_api.get("/v1/schemes?limit=2", headers=operator()))
    rest = done(await voucher_api.get(f"/v1/schemes?limit=2&after={first['next_cursor']}", headers=operator()))
    assert [one["id"] for one in (*first["items"], *rest["items"])] == made[::-1]


@pytest.mark.parametrize("column", ["file", "document", "scheme_id", "version"])
async def test_the_service_may_not_change_what_a_version_says(voucher_db: Database, column: str) -> None:
    with pytest.raises(Exception, match="permission denied"):
        async with voucher_db.begin() as connection:
            await connection.exec_driver_sql(f"UPDATE scheme_versions SET {column} = {column}")
