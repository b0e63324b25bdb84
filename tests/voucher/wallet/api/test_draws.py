"""A lottery is promised before its window closes, drawn by another person afterwards, and can be drawn again."""

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.ids import parse
from tests.conftest import SetClock
from tests.voucher.wallet.methods import a_notice, a_round_by, noticed
from tests.voucher.wallet.operations.test_races import as_owner
from tests.voucher.wallet.samples import CLOSED, OPEN
from tests.voucher.wallet.steps import a_round, all_is_well, apply, codes, done, hear, holder, operator, rank, verb

Api = httpx2.AsyncClient
SECRET, RESULT = "a sealed word", "02 05 11 17 24 31 + 09"
LISTED = [{"list": "jiangmen-service-2020", "class": "priority", "from": "2020-01-01", "until": None}]


async def a_lottery(api: Api, database: Database, set_clock: SetClock, firms: int = 0) -> str:
    """A lottery with so many applications, its window still open; the last of them would be in the priority class."""
    round_id = await a_round_by("lottery", api, database, set_clock)
    await set_clock(OPEN)
    for place in range(firms):
        await apply(api, round_id, await hear(database, priority_lists=LISTED if place == firms - 1 else []))
    return round_id


def promised(secret: str = SECRET) -> dict[str, str]:
    commitment = hashlib.sha256(secret.encode()).hexdigest()
    return {"commitment": commitment, "public_source": "lottery 2020090", "public_form": "00 00 00 00 00 00 + 00"}


async def promise(api: Api, round_id: str, secret: str = SECRET, person: str = "per_operator") -> httpx2.Response:
    headers = operator(sub=person, per=person)
    return await api.post(f"/v1/rounds/{round_id}/draw", headers=headers, json=promised(secret))


async def carry_out(
    api: Api, round_id: str, secret: str = SECRET, person: str = "per_second", told: str = RESULT
) -> httpx2.Response:
    headers = operator(sub=person, per=person)
    body = {"secret": secret, "public_text": told}
    return await api.post(f"/v1/rounds/{round_id}/draw/carry-out", headers=headers, json=body)


async def a_promised_lottery(api: Api, database: Database, set_clock: SetClock, firms: int = 0) -> str:
    round_id = await a_lottery(api, database, set_clock, firms)
    done(await promise(api, round_id), 201)
    await set_clock(CLOSED)
    return round_id


async def waiting(api: Api) -> list[dict[str, Any]]:
    """The tasks of the round's operator."""
    found: list[dict[str, Any]] = done(await api.get("/v1/tasks", headers=operator()))["items"]
    return found


def drawn_again(shown: dict[str, Any]) -> list[int]:
    """What anybody computes from what was published."""
    assert hashlib.sha256(shown["secret"].encode()).hexdigest() == shown["commitment"]
    seed = hashlib.sha256(f"{shown['secret']}:{shown['public_text']}".encode()).hexdigest()
    assert seed == shown["seed"]
    lots = {one["number"]: hashlib.sha256(f"{seed}:{one['number']}".encode()).hexdigest() for one in shown["numbers"]}
    return sorted(lots, key=lambda number: lots[number])


async def test_anybody_draws_the_same_order_from_what_is_published(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_promised_lottery(voucher_api, voucher_db, set_clock, firms=9)
    done(await carry_out(voucher_api, round_id))
    await rank(voucher_api, voucher_db, round_id)
    shown = done(await voucher_api.get(f"/v1/rounds/{round_id}/draw"))
    ranked = sorted(shown["numbers"], key=lambda one: one["rank"])
    assert [one["number"] for one in ranked] == drawn_again(shown)
    assert [one["rank"] for one in ranked] == list(range(1, 10))
    await all_is_well(voucher_db)


async def test_numbers_are_told_page_by_page(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    round_id = await a_promised_lottery(voucher_api, voucher_db, set_clock, firms=3)
    assert done(await carry_out(voucher_api, round_id))["numbers"] == []
    path = f"/v1/rounds/{round_id}/draw"
    whole, first = [done(await voucher_api.get(f"{path}{query}")) for query in ("", "?limit=2")]
    rest = done(await voucher_api.get(f"{path}?after={first['next_cursor']}"))
    assert [len(one["numbers"]) for one in (whole, first, rest)] == [3, 2, 1]
    assert (first["numbers"] + rest["numbers"], rest["next_cursor"]) == (whole["numbers"], None)
    assert codes(await voucher_api.get(f"{path}?after=WyJ4Il0")) == ["page.cursor"]


@pytest.mark.parametrize("batch", [1, 2])
async def test_batches_draw_what_one_go_would(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr("services.voucher.wallet.operations.ranking.BATCH", batch)
    round_id = await a_promised_lottery(voucher_api, voucher_db, set_clock, firms=5)
    done(await carry_out(voucher_api, round_id))
    await rank(voucher_api, voucher_db, round_id)
    shown = done(await voucher_api.get(f"/v1/rounds/{round_id}/draw"))
    ranked = sorted(shown["numbers"], key=lambda one: one["rank"])
    assert [one["number"] for one in ranked] == drawn_again(shown)


async def test_before_it_is_drawn_only_the_promise_is_told(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_promised_lottery(voucher_api, voucher_db, set_clock, firms=1)
    shown = done(await voucher_api.get(f"/v1/rounds/{round_id}/draw"))
    assert (shown["secret"], shown["seed"], shown["numbers"]) == (None, None, [])
    assert shown["public_source"] == "lottery 2020090"
    assert codes(await verb(voucher_api, round_id, "rank")) == ["draw.not_drawn"]


async def test_a_draw_is_not_promised_once_the_window_is_closed(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_lottery(voucher_api, voucher_db, set_clock)
    await set_clock(CLOSED)
    assert codes(await promise(voucher_api, round_id)) == ["draw.too_late"]
    assert codes(await carry_out(voucher_api, round_id)) == ["draw.unknown"]
    assert (await voucher_api.get(f"/v1/rounds/{round_id}/draw")).status_code == 404


async def test_a_promise_is_replaced_by_another_person_while_the_window_is_open_and_goes_on_being_told(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_lottery(voucher_api, voucher_db, set_clock)
    first = done(await promise(voucher_api, round_id, "another"), 201)
    assert codes(await promise(voucher_api, round_id)) == ["draw.promised"]
    assert done(await promise(voucher_api, round_id, person="per_third"), 201)["replaced"] == [
        {name: first[name] for name in ("commitment", "public_source", "committed_at")}
    ]
    assert codes(await carry_out(voucher_api, round_id)) == ["round.still_open"]
    await set_clock(CLOSED)
    assert codes(await carry_out(voucher_api, round_id, "another")) == ["draw.secret_differs"]
    done(await carry_out(voucher_api, round_id))


async def test_who_promised_does_not_draw_and_it_is_drawn_once(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_promised_lottery(voucher_api, voucher_db, set_clock)
    assert codes(await carry_out(voucher_api, round_id, person="per_operator")) == ["draw.same_person"]
    done(await carry_out(voucher_api, round_id))
    assert codes(await carry_out(voucher_api, round_id)) == ["draw.done"]


@pytest.mark.parametrize(
    "told", [f"0{RESULT}", *(RESULT.replace(*one) for one in ((" ", "  "), (" + ", "+"), ("0", "０")))]
)
async def test_the_public_text_is_written_as_it_was_promised(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, told: str
) -> None:
    round_id = await a_promised_lottery(voucher_api, voucher_db, set_clock)
    assert codes(await carry_out(voucher_api, round_id, told=told)) == ["draw.text_form"]


async def test_a_lottery_waits_for_its_promise_until_its_window_closes(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_lottery(voucher_api, voucher_db, set_clock)
    (task,) = [one for one in await waiting(voucher_api) if one["kind"] == "round.draw"]
    closes_at = done(await voucher_api.get(f"/v1/rounds/{round_id}", headers=operator()))["closes_at"]
    assert (UUID(task["subject_id"]), task["due_at"]) == (parse("rnd", round_id), closes_at)
    done(await promise(voucher_api, round_id), 201)
    assert "round.draw" not in {one["kind"] for one in await waiting(voucher_api)}


async def test_a_queue_is_not_drawn(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    round_id = await a_round(voucher_api, voucher_db)
    assert codes(await promise(voucher_api, round_id)) == ["draw.no_lottery"]
    foreign = operator(bureau="another")
    assert (await voucher_api.post(f"/v1/rounds/{round_id}/draw", headers=foreign, json=promised())).status_code == 404


async def test_a_batch_is_ranked_by_what_reviewers_gave_and_then_by_number(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, owner_url: str
) -> None:
    round_id = await a_round(voucher_api, voucher_db)
    await as_owner(owner_url, "UPDATE rounds SET method = 'batch_review'")
    await set_clock(OPEN)
    firms = [await hear(voucher_db) for _ in range(4)]
    made = [await apply(voucher_api, round_id, firm) for firm in firms]
    async with voucher_db.begin() as connection:
        for one, points in zip(made[1:], (70, 90, 70), strict=True):
            query = text("UPDATE applications SET points = :points WHERE number = :number")
            await connection.execute(query, {"points": points, "number": one["number"]})
    await set_clock(CLOSED)
    await rank(voucher_api, voucher_db, round_id)
    shown = [
        done(await voucher_api.get(f"/v1/applications/{one['id']}", headers=holder(firm)))["rank"]
        for firm, one in zip(firms, made, strict=True)
    ]
    assert shown == [4, 2, 1, 3]


async def test_a_lottery_whose_window_comes_again_is_drawn_anew(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_promised_lottery(voucher_api, voucher_db, set_clock, firms=2)
    done(await carry_out(voucher_api, round_id))
    again = {"opens_at": "2020-09-17T02:00:00Z", "closes_at": "2020-09-17T08:00:00Z"}
    assert codes(await a_notice(voucher_api, round_id, "repeat", **again)) == ["notice.ranking"]
    await rank(voucher_api, voucher_db, round_id)
    await noticed(voucher_api, round_id, "repeat", **again)
    await set_clock(datetime(2020, 9, 17, 2, tzinfo=UTC))
    late = [await apply(voucher_api, round_id, await hear(voucher_db)) for _ in range(3)]
    done(await promise(voucher_api, round_id), 201)
    await set_clock(datetime(2020, 9, 17, 8, tzinfo=UTC))
    assert codes(await verb(voucher_api, round_id, "rank")) == ["draw.not_drawn"]
    done(await carry_out(voucher_api, round_id))
    await rank(voucher_api, voucher_db, round_id)
    first, second = [done(await voucher_api.get(f"/v1/rounds/{round_id}/draw?turn={turn}")) for turn in (1, 2)]
    assert [one["rank"] for one in sorted(first["numbers"], key=lambda one: one["rank"])] == [1, 2]
    ranked = sorted(second["numbers"], key=lambda one: one["rank"])
    assert [one["number"] for one in ranked] == drawn_again(second)
    assert ({one["number"] for one in ranked}, ranked[0]["rank"]) == ({one["number"] for one in late}, 3)
    assert done(await voucher_api.get(f"/v1/rounds/{round_id}/draw")) == second
    await all_is_well(voucher_db)
