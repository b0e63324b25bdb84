"""An operator extends alone; a top-up, a cancellation and what a holder asks for wait for another person."""

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.ids import parse
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.wallet.lived import PAPER, Lived, a_lived_voucher, second, yuan
from tests.voucher.wallet.samples import FINISHED, USE_BY_ENDS
from tests.voucher.wallet.steps import all_is_well, codes, done, holder, move_to, operator

Api = httpx2.AsyncClient


@pytest.fixture
async def lived(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> Lived:
    return await a_lived_voucher(voucher_api, voucher_db, set_clock)


async def ask_extension(lived: Lived, **body: str) -> httpx2.Response:
    said = {"voucher_id": lived.id, "reason": "The laboratory was closed.", **body}
    return await lived.api.post("/v1/change-requests", headers=holder(lived.firm), json=said)


async def test_an_extension_moves_the_dates_once(lived: Lived) -> None:
    shown = done(await lived.verb("extend", document=PAPER))
    assert (shown["use_by"], shown["deliver_by"], shown["claim_by"]) == ("2020-11-14", "2020-11-14", "2021-01-14")
    assert (shown["ends_at"], shown["extended"], shown["reissued"]["amount"]) == ("2020-11-14T16:00:00Z", 1, "0.00")
    assert codes(await lived.verb("extend")) == ["voucher.extended_already"]
    (change,) = (await lived.now())["history"]
    assert {"name": "use_by", "before": "2020-10-15", "after": "2020-11-14"} in change["dates"]
    await all_is_well(lived.database)


async def test_an_expired_voucher_gets_its_quota_again(lived: Lived, set_clock: SetClock) -> None:
    await move_to(set_clock, lived.database, USE_BY_ENDS)
    assert (await lived.parts(), await lived.pool()) == (("expired", "15000.00", "0.00", "15000.00"), "40000.00")
    shown = done(await lived.verb("extend"))
    assert (shown["reissued"]["amount"], shown["available"]["amount"]) == ("15000.00", "15000.00")
    assert (await lived.parts(), await lived.pool()) == (("active", "15000.00", "15000.00", "0.00"), "25000.00")
    await all_is_well(lived.database)
    await move_to(set_clock, lived.database, USE_BY_ENDS.replace(month=11, day=14))
    assert (await lived.parts(), await lived.pool()) == (("expired", "15000.00", "0.00", "15000.00"), "40000.00")
    await all_is_well(lived.database)


async def test_once_the_round_is_finished_nothing_comes_again(lived: Lived, set_clock: SetClock) -> None:
    await move_to(set_clock, lived.database, FINISHED)
    assert codes(await lived.verb("extend")) == ["extension.nothing_left"]
    assert await lived.history() == []


async def test_a_top_up_takes_from_the_pool_when_another_person_grants_it(lived: Lived) -> None:
    request = await lived.asked("top-up", **yuan("4000.00"))
    assert (await lived.parts(), await lived.pool()) == (("active", "15000.00", "15000.00", "0.00"), "25000.00")
    assert codes(await lived.decide(request, "grant", operator())) == ["change_request.same_person"]
    granted = done(await lived.decide(request, "grant"))
    assert (granted["state"], granted["decided_by"], granted["amount"]["amount"]) == (
        "granted",
        "per_second",
        "4000.00",
    )
    assert (await lived.parts(), await lived.pool()) == (("active", "19000.00", "19000.00", "0.00"), "21000.00")
    assert codes(await lived.decide(request, "grant")) == ["change_request.state"]
    assert (await lived.told())[-3:] == ["voucher.issued", "voucher.topped_up", "change_request.granted"]
    await all_is_well(lived.database)


async def test_where_no_amount_is_asked_for_none_is_told(lived: Lived) -> None:
    await lived.decide(await lived.asked("top-up", **yuan("4000.00")), "grant")
    await lived.decide(await lived.asked("cancel"), "grant")
    feed = done(await lived.api.get("/v1/events", headers=holder(lived.firm)))["items"]
    told = [(one["data"]["kind"], one["data"]["amount"]) for one in feed if one["type"] == "change_request.granted"]
    assert told == [("top_up", yuan("4000.00")["amount"]), ("cancel", None)]


async def test_a_holder_hears_of_a_cancellation_when_it_is_granted_and_not_before(lived: Lived) -> None:
    asked = await lived.asked("cancel")
    path = f"/v1/change-requests/{asked}"
    assert (await lived.api.get(path, headers=holder(lived.firm))).status_code == 404
    assert done(await lived.api.get("/v1/change-requests", headers=holder(lived.firm)))["items"] == []
    assert "change_request.asked" not in await lived.told()
    await lived.decide(asked, "grant")
    assert done(await lived.api.get(path, headers=holder(lived.firm)))["state"] == "granted"
    assert (await lived.told())[-1] == "change_request.granted"


async def test_what_could_not_be_granted_is_refused_when_it_is_asked_for(lived: Lived) -> None:
    over = codes(await lived.verb("top-up", document=PAPER, **yuan("5000.01")))
    assert over == ["topup.over_cap", "application.over_cap"]
    asked = await lived.verb("top-up", document=PAPER, **yuan("25000.01"))
    assert codes(asked) == ["topup.pool_short", "topup.over_cap", "application.over_cap"]
    assert (await lived.verb("top-up", **yuan("1.00"))).status_code == 422
    assert (await lived.verb("top-up", document=PAPER, **yuan("0.00"))).status_code == 422


async def test_the_same_reference_twice_is_one_top_up(lived: Lived) -> None:
    """PEERS 12 and 13: a deposit sent again under another key, while the first waits or after it was granted."""
    body = {"document": PAPER, "client_ref": "t1", **yuan("1000.00")}
    request = await lived.asked("top-up", **body)
    assert codes(await lived.verb("top-up", **body)) == ["client_ref.taken"]
    assert codes(await lived.verb("top-up", **{**body, "client_ref": "t2"})) == ["change_request.open"]
    done(await lived.decide(request, "grant"))
    assert codes(await lived.verb("top-up", **body)) == ["client_ref.taken"]
    assert (await lived.parts())[1] == "16000.00"


async def test_a_cancelled_voucher_gives_back_what_it_has(lived: Lived) -> None:
    granted = await lived.granted("cancel", reason="The firm was dissolved.")
    assert (granted["kind"], granted["state"]) == ("cancel", "granted")
    assert (await lived.parts(), await lived.pool()) == (("cancelled", "15000.00", "0.00", "15000.00"), "40000.00")
    shown = await lived.now()
    assert (shown["ends_by"], shown["spendable"]["amount"]) == ("cancelled", "0.00")
    assert shown["ends_at"] == shown["history"][0]["at"]
    assert codes(await lived.verb("cancel", document=PAPER)) == ["voucher.ended"]
    assert codes(await lived.verb("extend")) == ["voucher.ended"]
    (listed,) = done(await lived.api.get("/v1/vouchers?state=cancelled", headers=holder(lived.firm)))["items"]
    assert listed["id"] == lived.id
    await all_is_well(lived.database)


async def test_a_holder_asks_for_an_extension_and_the_bureau_grants_it(lived: Lived) -> None:
    asked = done(await ask_extension(lived), 201)
    tasks = done(await lived.api.get("/v1/tasks", headers=second()))["items"]
    (task,) = [one for one in tasks if one["kind"] == "change_request.decide"]
    assert (task["subject_id"], task["due_at"]) == (str(parse("chr", asked["id"])), asked["decide_by"])
    done(await lived.decide(asked["id"], "grant"))
    shown = await lived.now()
    assert (shown["use_by"], shown["history"][0]["change_request_id"]) == ("2020-11-14", asked["id"])
    tasks = done(await lived.api.get("/v1/tasks", headers=second()))["items"]
    assert "change_request.decide" not in {one["kind"] for one in tasks}
    await all_is_well(lived.database)


async def test_a_refused_request_leaves_the_voucher_as_it_was(lived: Lived) -> None:
    asked = done(await ask_extension(lived), 201)
    refused = done(await lived.decide(asked["id"], "refuse"))
    assert (refused["state"], refused["note"], refused["decided_by"]) == ("refused", "no", "per_second")
    assert (await lived.history(), (await lived.now())["use_by"]) == ([], "2020-10-15")
    assert codes(await lived.decide(asked["id"], "grant")) == ["change_request.state"]
    assert (await ask_extension(lived)).status_code == 201


async def test_who_asked_by_mistake_takes_it_back_and_may_ask_again(lived: Lived) -> None:
    request = await lived.asked("top-up", **yuan("4000.00"))
    assert codes(await lived.decide(request, "withdraw")) == ["change_request.other_person"]
    withdrawn = done(await lived.decide(request, "withdraw", operator()))
    assert (withdrawn["state"], withdrawn["decided_by"], withdrawn["note"]) == (
        "withdrawn",
        withdrawn["asked_by"],
        None,
    )
    assert codes(await lived.decide(request, "grant")) == ["change_request.state"]
    tasks = done(await lived.api.get("/v1/tasks", headers=second()))["items"]
    assert "change_request.decide" not in {one["kind"] for one in tasks}
    await lived.asked("top-up", **yuan("400.00"))
    assert await lived.history() == []
    await all_is_well(lived.database)


async def test_a_holder_takes_back_what_he_asked_for(lived: Lived) -> None:
    asked = done(await ask_extension(lived), 201)
    foreign = calls("per_x", "holder", org="org_" + "0" * 32)
    assert (await lived.decide(asked["id"], "withdraw", foreign)).status_code == 404
    key = {**holder(lived.firm), "Idempotency-Key": "k-withdraw"}
    first, again = [await lived.decide(asked["id"], "withdraw", key) for _ in range(2)]
    assert (done(first)["state"], again.headers["idempotency-replayed"]) == ("withdrawn", "true")


async def test_requests_are_seen_by_holder_bureau_and_auditor_alone(lived: Lived) -> None:
    asked = done(await ask_extension(lived, client_ref="e1"), 201)
    path = f"/v1/change-requests/{asked['id']}"
    for headers in (holder(lived.firm), operator(), calls("per_a", "auditor")):
        assert done(await lived.api.get(path, headers=headers)) == asked
        listed = done(await lived.api.get("/v1/change-requests?state=asked", headers=headers))
        assert listed["items"] == [asked]
    for headers in (operator(bureau="another"), calls("per_x", "holder", org="org_" + "0" * 32)):
        assert (await lived.api.get(path, headers=headers)).status_code == 404
        assert done(await lived.api.get("/v1/change-requests", headers=headers))["items"] == []
    assert (await lived.decide(asked["id"], "grant", second(bureau="another"))).status_code == 404
    assert (await lived.decide(asked["id"], "refuse", second(bureau="another"))).status_code == 404
    assert (await lived.verb("extend", second(bureau="another"))).status_code == 404
    other = {"voucher_id": lived.id, "reason": "mine"}
    foreign = calls("per_x", "holder", org="org_" + "0" * 32)
    assert (await lived.api.post("/v1/change-requests", headers=foreign, json=other)).status_code == 404
    unknown = await lived.api.get("/v1/change-requests/chr_" + "0" * 32, headers=operator())
    assert codes(unknown) == ["change_request.unknown"]


async def test_requests_are_turned_over_page_by_page(lived: Lived) -> None:
    first = done(await ask_extension(lived), 201)
    last = await lived.asked("top-up", **yuan("1.00"))
    query = f"/v1/change-requests?voucher_id={lived.id}&limit=1"
    page = done(await lived.api.get(query, headers=operator()))
    rest = done(await lived.api.get(f"{query}&after={page['next_cursor']}", headers=operator()))
    assert [page["items"][0]["id"], rest["items"][0]["id"]] == [last, first["id"]]


async def test_a_retry_of_each_gets_the_first_answer(lived: Lived) -> None:
    headers = {**operator(), "Idempotency-Key": "k1"}
    for name, body in (("top-up", {"document": PAPER, **yuan("1.00")}), ("extend", {})):
        first, again = [await lived.verb(name, headers, **body) for _ in range(2)]
        assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
    (request,) = done(await lived.api.get("/v1/change-requests", headers=operator()))["items"]
    other = {"id": await lived.asked("cancel")}
    for identifier, name in ((request["id"], "grant"), (other["id"], "refuse")):
        key = {**second(), "Idempotency-Key": f"k-{name}"}
        first, again = [await lived.decide(identifier, name, key) for _ in range(2)]
        assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
    assert (await lived.parts())[1] == "15001.00"
