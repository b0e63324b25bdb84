"""A service answers strictly: permits first, unambiguous JSON only, every refusal a problem document."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import Response
from sqlalchemy import text
from structlog.testing import capture_logs

from services.chassis import idempotency, pages
from services.chassis.authorisation import PUBLIC, Table, grants
from services.chassis.database import Database, Databases
from services.chassis.documents import SIZE_MAX
from services.chassis.endpoints import SHARED_AUTHORISATION, attempts_router, documents_router, jobs_router
from services.chassis.http import (
    BODY_MAX,
    Db,
    ExpectedVersion,
    Permitted,
    RequestDeadline,
    Service,
    answered,
    create_service,
    etag,
    router,
    under_key,
)
from services.chassis.idempotency import Keyed
from services.chassis.ids import OrganizationId, new_id
from services.chassis.models import Money, MoneyAsked, StrictModel
from services.chassis.refusals import NotFound, Refusal
from tests.chassis.signing import bearer, verifier

things = router()
AUTHORISATION: Table = {
    **SHARED_AUTHORISATION,
    "get_public": PUBLIC,
    "get_thing": grants("own", "holder"),
    "make_thing": grants("own", "holder"),
    "file_thing": grants("own", "holder"),
    "edit_thing": grants("own", "holder"),
    "break_thing": grants("own", "holder"),
    "wait_thing": grants("own", "holder"),
}


class Thing(StrictModel):
    """What is asked for."""

    price: MoneyAsked


class ThingView(StrictModel):
    """What was made."""

    price: Money

    @classmethod
    def of(cls, fen: int) -> "ThingView":
        return cls(price=Money.of(fen))


@things.get("/public")
async def get_public(db: Db) -> dict[str, bool]:
    async with db.read() as connection:
        return {"public": bool((await connection.execute(text("SELECT true"))).scalar_one())}


@things.get("/things/{thing_id}")
async def get_thing(thing_id: OrganizationId, permit: Permitted) -> dict[str, str]:
    raise NotFound("job.unknown")


@things.post("/things", status_code=201, response_model=ThingView)
async def make_thing(body: Thing, db: Db, keyed: Annotated[Keyed, under_key(ThingView.of)]) -> Response:
    async with db.begin() as connection:
        if answer := await idempotency.replay(connection, keyed):
            return answered(answer)
        if body.price.fen == 666:
            raise Refusal("sandbox.live")
        return answered(await idempotency.record(connection, keyed, body.price.fen, new_id()))


@things.post("/thing-files", status_code=201, response_model=ThingView)
async def file_thing(thing_id: str, db: Db, keyed: Annotated[Keyed, under_key(ThingView.of, file=True)]) -> Response:
    async with db.begin() as connection:
        if answer := await idempotency.replay(connection, keyed):
            return answered(answer)
        return answered(await idempotency.record(connection, keyed, len(thing_id), new_id()))


@things.put("/things")
async def edit_thing(version: ExpectedVersion) -> dict[str, str]:
    return {"etag": etag(version + 1)}


@things.get("/broken")
async def break_thing(db: Db, how: str) -> None:
    async with db.begin() as connection:
        await connection.execute(text(how))
    raise ArithmeticError("secret detail")


@things.get("/wait")
async def wait_thing(deadline: RequestDeadline) -> dict[str, Any]:
    return {"deadline": deadline}


@pytest.fixture
async def client(voucher_db: Database) -> AsyncGenerator[httpx2.AsyncClient]:
    service = Service("toy", Databases(test=voucher_db), verifier(), AUTHORISATION, {})
    app = create_service(service, [things, attempts_router(), documents_router(), jobs_router()])
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://toy") as client:
        yield client


async def make(client: httpx2.AsyncClient, content: str | bytes, key: str | None = "k1") -> httpx2.Response:
    headers = {**bearer(), "Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
    return await client.post("/things", content=content, headers=headers)


GOOD = '{"price": {"amount": "12.30", "currency": "CNY"}}'


async def test_a_public_endpoint_reads_the_database_by_default_and_needs_no_token(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/public")).json() == {"public": True}


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic x"}, {"Authorization": "Bearer "}])
async def test_no_token_is_401_and_says_how(client: httpx2.AsyncClient, header: dict[str, str]) -> None:
    answer = await client.get("/things/org_" + "0" * 32, headers=header)
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.missing")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_two_authorization_headers_are_none(client: httpx2.AsyncClient) -> None:
    twice = [("Authorization", bearer()["Authorization"])] * 2
    assert (await client.get("/things/x", headers=twice)).json()["code"] == "auth.missing"


async def test_another_role_is_403(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/things/org_" + "0" * 32, headers=bearer(roles=["provider"]))
    assert (answer.status_code, answer.json()["code"]) == (403, "auth.forbidden")


async def test_a_mode_without_a_database_is_refused(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/things", headers=bearer(mode="live"), json={})).json()["code"] == "mode.unavailable"


async def test_a_refusal_is_a_problem_document_in_the_readers_language(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/things/org_" + "0" * 32, headers={**bearer(), "Accept-Language": "zh-CN"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["title"], answer.headers["Content-Language"]) == ("任务不存在。", "zh-CN")
    assert answer.json()["request_id"].startswith("req_")


async def test_an_effect_happens_once_under_its_key(client: httpx2.AsyncClient) -> None:
    first, second = await make(client, GOOD), await make(client, GOOD)
    assert (
        (first.status_code, first.json())
        == (second.status_code, second.json())
        == (201, {"price": {"amount": "12.30", "currency": "CNY"}})
    )
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"


async def send_file(client: httpx2.AsyncClient, content: bytes, thing_id: str = "a") -> tuple[int, str | None]:
    headers = {**bearer(), "Idempotency-Key": "f1", "Content-Type": "text/csv"}
    answer = await client.post(f"/thing-files?thing_id={thing_id}", content=content, headers=headers)
    return answer.status_code, answer.json().get("code")


async def test_the_bytes_of_a_file_and_the_query_beside_it_belong_to_the_key(client: httpx2.AsyncClient) -> None:
    assert await send_file(client, b"\xff,1") == await send_file(client, b"\xff,1") == (201, None)
    assert await send_file(client, b"\xff,2") == (422, "idempotency.mismatch")
    assert await send_file(client, b"\xff,1", "b") == (422, "idempotency.mismatch")


async def test_a_file_has_the_size_of_any_body(client: httpx2.AsyncClient) -> None:
    assert await send_file(client, b"x" * BODY_MAX) == (201, None)
    assert await send_file(client, b"x" * (BODY_MAX + 1)) == (413, "request.too_large")


@pytest.mark.parametrize(("path", "most"), [("/thing-files?thing_id=a", BODY_MAX), ("/v1/documents?name=a", SIZE_MAX)])
async def test_of_a_file_that_is_too_large_no_more_is_read_than_it_takes_to_see_it(
    client: httpx2.AsyncClient, path: str, most: int
) -> None:
    taken = 0

    async def endless() -> AsyncGenerator[bytes]:
        nonlocal taken
        while taken < 2 * SIZE_MAX:
            taken += BODY_MAX // 4
            yield bytes(BODY_MAX // 4)

    headers = {**bearer(), "Idempotency-Key": "f1", "Content-Type": "text/csv"}
    assert (await client.post(path, content=endless(), headers=headers)).status_code == 413
    assert taken <= most + BODY_MAX // 2


async def test_a_try_with_a_file_says_by_its_query_upon_what(client: httpx2.AsyncClient) -> None:
    await send_file(client, b"", f"thi_{'0' * 31}1")
    (kept,) = (await client.get("/v1/attempts", headers=bearer(roles=["auditor"], org=None))).json()["items"]
    assert (kept["subject_kind"], kept["subject_id"][-1]) == ("thing", "1")


@pytest.mark.parametrize(("key", "status"), [(None, 428), ("", 422), ("a b", 422), ("x" * 256, 422)])
async def test_a_key_is_needed_and_has_a_form(client: httpx2.AsyncClient, key: str | None, status: int) -> None:
    headers = {**bearer(), **({} if key is None else {"Idempotency-Key": key})}
    answer = await client.post("/things", json={"price": {"amount": "1.00", "currency": "CNY"}}, headers=headers)
    assert answer.status_code == status


async def test_a_refused_try_is_kept(client: httpx2.AsyncClient) -> None:
    refused = await make(client, '{"price": {"amount": "6.66", "currency": "CNY"}}', key="bad")
    invalid = await make(client, '{"price": {"amount": "0", "currency": "CNY"}}', key="worse")
    assert (refused.status_code, invalid.status_code) == (409, 422)
    kept = (await client.get("/v1/attempts", headers=bearer(roles=["auditor"], org=None))).json()["items"]
    assert [(item["idempotency_key"], item["reasons"][0]["code"]) for item in kept] == [
        ("worse", "amount.not_positive"),
        ("bad", "sandbox.live"),
    ]


async def test_a_refusal_that_cannot_be_kept_is_told_all_the_same(client: httpx2.AsyncClient, owner_url: str) -> None:
    owner = Database(owner_url, "voucher")
    async with owner.begin() as connection:
        await connection.execute(text("ALTER TABLE attempts RENAME TO elsewhere"))
    await owner.dispose()
    with capture_logs() as said:
        refused = await make(client, '{"price": {"amount": "6.66", "currency": "CNY"}}', key="bad")
    assert (refused.status_code, refused.json()["code"]) == (409, "sandbox.live")
    assert "attempt.not_kept" in {line["event"] for line in said}


MALFORMED = [
    '{"price": 1, "price": 2}',
    '{"price": NaN}',
    '{"price": "\\u0000"}',
    '{"price": "\\ud800"}',
    '{"\\ud800": 1}',
    "[" * 40 + "]" * 40,
    "[" * 100_000,
    b"\xff\xfe",
    "{",
    "9" * 5000,
]


@pytest.mark.parametrize("content", MALFORMED)
async def test_ambiguous_json_is_refused(client: httpx2.AsyncClient, content: str | bytes) -> None:
    answer = await make(client, content)
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] in ("request.malformed", "request.invalid")


async def test_who_may_not_ask_is_told_nothing_of_the_body(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/things", content=b"{")).status_code == 401


async def test_all_faults_of_a_body_are_named_at_once(client: httpx2.AsyncClient) -> None:
    answer = await make(client, '{"price": {"amount": 1.5, "currency": "CNY", "x": 1}, "y": 2}')
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/price/amount", "/price/x", "/y"}


async def test_a_wrong_amount_keeps_its_own_code(client: httpx2.AsyncClient) -> None:
    answer = await make(client, '{"price": {"amount": "0.001", "currency": "CNY"}}')
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "amount.too_precise")


@pytest.mark.parametrize(("if_match", "status"), [(None, 428), ("x", 412), ('W/"1"', 412), ('"1"', 200)])
async def test_an_edit_names_the_version_it_was_made_from(
    client: httpx2.AsyncClient, if_match: str | None, status: int
) -> None:
    headers = {**bearer(), **({"If-Match": if_match} if if_match else {})}
    assert (await client.put("/things", headers=headers)).status_code == status


async def test_an_unknown_path_and_a_wrong_method_are_problems_too(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/nowhere")).json()["code"] == "request.not_found"
    wrong = await client.delete("/public")
    assert (wrong.json()["code"], wrong.headers["Allow"]) == ("request.method", "GET")


async def test_a_bug_tells_nothing_of_itself(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/broken", params={"how": "SELECT 1"}, headers=bearer())
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret" not in answer.text


async def test_a_lost_database_is_503_and_says_when_to_come_back(client: httpx2.AsyncClient) -> None:
    answer = await client.get(
        "/broken", params={"how": "SELECT pg_terminate_backend(pg_backend_pid())"}, headers=bearer()
    )
    assert (answer.status_code, answer.json()["code"]) == (503, "service.unavailable")
    assert answer.headers["Retry-After"] == "2"


@pytest.mark.parametrize("state", ["57014", "55P03", "40001", "40P01"])
async def test_who_waited_too_long_or_was_in_anothers_way_is_told_when_to_come_back(
    client: httpx2.AsyncClient, state: str
) -> None:
    how = f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$"
    answer = await client.get("/broken", params={"how": how}, headers=bearer())
    assert (answer.status_code, answer.json()["code"]) == (503, "service.unavailable")


@pytest.mark.parametrize(
    ("sent", "status"), [("2020-09-14T10:00:00+08:00", 200), ("soon", 422), ("2020-09-14T10:00", 422)]
)
async def test_a_deadline_is_an_instant(client: httpx2.AsyncClient, sent: str, status: int) -> None:
    assert (await client.get("/wait", headers={**bearer(), "Request-Deadline": sent})).status_code == status


async def send(client: httpx2.AsyncClient, content: bytes = b"%PDF-1.7", **claims: Any) -> httpx2.Response:
    headers = {**bearer(**claims), "Content-Type": "application/pdf"}
    return await client.post("/v1/documents", params={"name": "r.pdf"}, content=content, headers=headers)


async def test_a_document_is_sent_and_downloaded(client: httpx2.AsyncClient) -> None:
    sent = (await send(client)).json()
    got = await client.get(f"/v1/documents/{sent['id']}/content", headers=bearer())
    assert (got.content, got.headers["Content-Disposition"]) == (b"%PDF-1.7", "attachment")
    assert (await client.get(f"/v1/documents/{sent['id']}", headers=bearer())).json() == sent


async def test_others_do_not_learn_that_a_document_exists(client: httpx2.AsyncClient) -> None:
    sent = (await send(client)).json()
    stranger = bearer(sub="per_2", per="per_2", org="org_" + "1" * 32)
    assert (await client.get(f"/v1/documents/{sent['id']}", headers=stranger)).status_code == 404
    assert (await client.get(f"/v1/documents/{sent['id']}", headers=bearer(roles=["auditor"]))).status_code == 200


async def test_a_job_of_another_is_not_found(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/jobs/job_" + "0" * 32, headers=bearer())
    assert (answer.status_code, answer.json()["code"]) == (404, "job.unknown")


BEYOND = ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"]


@pytest.mark.parametrize("instant", BEYOND)
async def test_an_instant_outside_the_calendar_is_refused_and_no_bug(client: httpx2.AsyncClient, instant: str) -> None:
    """It took a bug: UTC of such an instant is in no year that Python has."""
    waited = await client.get("/wait", headers={**bearer(), "Request-Deadline": instant})
    cursor = pages.encode(instant, str(new_id()))
    turned = await client.get("/v1/attempts", params={"after": cursor}, headers=bearer(roles=["auditor"], org=None))
    assert (waited.json()["code"], turned.json()["code"]) == ("request.deadline_form", "page.cursor")


async def test_a_nul_in_the_query_never_reaches_the_database(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/attempts?operation=a%00b", headers=bearer(roles=["auditor"], org=None))
    assert (answer.status_code, answer.json()["code"]) == (400, "request.malformed")


@pytest.mark.parametrize("content", MALFORMED)
async def test_malformed_json_that_does_not_call_itself_json_is_refused_too(
    client: httpx2.AsyncClient, content: str | bytes
) -> None:
    headers = {**bearer(), "Idempotency-Key": "k", "Content-Type": "text/plain"}
    answer = await client.post("/things", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "request.malformed")


async def test_two_keys_are_none(client: httpx2.AsyncClient) -> None:
    headers = [*bearer().items(), ("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    answer = await client.post("/things", json={"price": {"amount": "1.00", "currency": "CNY"}}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency.malformed")


async def test_a_fault_of_shape_is_told_in_the_readers_language(client: httpx2.AsyncClient) -> None:
    headers = {**bearer(), "Idempotency-Key": "k", "Accept-Language": "zh"}
    answer = await client.post("/things", json={"x": 1}, headers=headers)
    assert [error["message"] for error in answer.json()["errors"]] == ["缺少必填字段。", "不接受该字段。"]


async def test_a_request_without_its_body_is_told_what_to_send(client: httpx2.AsyncClient) -> None:
    headers = {**bearer(), "Idempotency-Key": "k"}
    (error,) = (await client.post("/things", headers=headers)).json()["errors"]
    assert (error["code"], error["message"].endswith("send {}.")) == ("request.invalid", True)


async def test_the_document_says_that_a_key_is_required_and_how_it_is_used(client: httpx2.AsyncClient) -> None:
    (key,) = (await client.get("/openapi.json")).json()["paths"]["/things"]["post"]["parameters"]
    assert (key["name"], key["required"], key["schema"]["type"]) == ("idempotency-key", True, "string")
    assert "same key again for the same request" in key["description"]


async def test_the_document_describes_a_refusal_as_it_is_sent(client: httpx2.AsyncClient) -> None:
    whole = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    for _ in range(2):
        paths = (await client.get("/openapi.json")).json()["paths"]
        told = [operation["responses"] for item in paths.values() for operation in item.values()]
        assert [each[kind]["content"] for each in told for kind in ("4XX", "5XX")] == [whole, whole] * len(told)
