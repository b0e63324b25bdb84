"""Reviewers, parties and clocks that act at once, each on a connection of its own with real commits."""

import asyncio
from typing import Any

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.chassis.database import Database
from services.voucher.wallet.domain import reviewing
from services.voucher.wallet.operations.correcting import CorrectionTimer
from services.voucher.wallet.store import applications
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.wallet.reviewing import (
    CORRECTED_BY,
    OPENED,
    PROMISE,
    a_reviewing_file,
    a_reviewing_round,
    answer,
    draw_sample,
    reviewer,
    second,
)
from tests.voucher.wallet.samples import CLOSED
from tests.voucher.wallet.steps import all_is_well, codes, done, holder, operator

Api = httpx2.AsyncClient
CITY = a_reviewing_file(review=["city"])
REFUSE = {"answer": "refuse", "reason": "evidence_missing", "words": "No plan."}


def statuses(answers: list[httpx2.Response]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


async def test_of_two_reviewers_at_once_one_decides(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    _, _, made = await a_reviewing_round(voucher_api, voucher_db, set_clock, file=CITY)
    both = await asyncio.gather(
        answer(voucher_api, made["id"], "city", answer="approve"), answer(voucher_api, made["id"], "city", **REFUSE)
    )
    assert statuses(list(both)) == [200, 409]
    assert [codes(one) for one in both if one.status_code == 409] == [["application.not_in_review"]]
    await all_is_well(voucher_db)


async def test_two_blind_answers_at_once_both_stand(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    file = a_reviewing_file(review=["city"], second_review="0.5")
    round_id, _, made = await a_reviewing_round(voucher_api, voucher_db, set_clock, file=file)
    await set_clock(CLOSED)
    done(await draw_sample(voucher_api, round_id, "second_review"), 201)
    both = await asyncio.gather(*(answer(voucher_api, made["id"], "city", answer="approve") for _ in range(2)))
    assert statuses(list(both)) == [200, 200]
    assert sorted(one.json()["state"] for one in both) == ["in_review", "reviewed"]


@pytest.mark.parametrize("guarded", [True, False])
async def test_one_person_through_two_accounts_answers_once(
    voucher_api: Api,
    voucher_db: Database,
    set_clock: SetClock,
    monkeypatch: pytest.MonkeyPatch,
    guarded: bool,
) -> None:
    if not guarded:
        monkeypatch.setattr(reviewing, "took_part", lambda *_: False)
    _, _, made = await a_reviewing_round(voucher_api, voucher_db, set_clock)
    done(await answer(voucher_api, made["id"], "district", person="per_1", answer="approve"))
    other_account = calls("usr_2", "reviewer", per="per_1", region="440700", stage="city")
    path = f"/v1/applications/{made['id']}/review"
    again = await voucher_api.post(path, headers=other_account, json={"answer": "approve"})
    assert (again.status_code, codes(again)) == (409, ["application.took_part"]), "the database holds it as well"


async def test_a_correction_at_the_last_moment_stands_or_is_too_late_and_never_both(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    _, firm, made = await a_reviewing_round(voucher_api, voucher_db, set_clock)
    done(await answer(voucher_api, made["id"], "district", answer="return", words="Name the site."))
    await set_clock(CORRECTED_BY)
    path = f"/v1/applications/{made['id']}"
    corrected, rejected = await asyncio.gather(
        voucher_api.post(f"{path}/correct", headers=holder(firm)), CorrectionTimer().run(voucher_db, CORRECTED_BY)
    )
    assert (corrected.status_code, rejected) == (409, 1)
    assert done(await voucher_api.get(path, headers=holder(firm)))["state"] == "rejected"
    assert await CorrectionTimer().run(voucher_db, CORRECTED_BY) == 0


async def test_who_was_heard_of_since_the_timer_looked_is_left_alone(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, firm, made = await a_reviewing_round(voucher_api, voucher_db, set_clock)
    done(await answer(voucher_api, made["id"], "district", answer="return", words="Name the site."))
    look = applications.returned_late

    async def then_corrected(connection: Any, **asked: Any) -> Any:
        found = await look(connection, upto=CORRECTED_BY, limit=asked["limit"])
        done(await voucher_api.post(f"/v1/applications/{made['id']}/correct", headers=holder(firm)))
        return found

    monkeypatch.setattr(applications, "returned_late", then_corrected)
    await CorrectionTimer().run(voucher_db, CORRECTED_BY)
    shown = done(await voucher_api.get(f"/v1/applications/{made['id']}", headers=holder(firm)))
    assert shown["state"] == "in_review"


async def test_of_two_who_decide_an_appeal_at_once_one_does(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    _, firm, made = await a_reviewing_round(voucher_api, voucher_db, set_clock, file=CITY)
    done(await answer(voucher_api, made["id"], "city", **REFUSE))
    asked = {"grounds": "There is a plan."}
    path = f"/v1/applications/{made['id']}/appeal"
    filings = await asyncio.gather(*(voucher_api.post(path, headers=holder(firm), json=asked) for _ in range(2)))
    assert statuses(filings) == [201, 409]
    (filed,) = [one.json() for one in filings if one.status_code == 201]
    decide = f"/v1/appeals/{filed['id']}/decide"
    both = await asyncio.gather(
        *(
            voucher_api.post(decide, headers=reviewer("city"), json={"outcome": outcome, "words": "x"})
            for outcome in ("upheld", "dismissed")
        )
    )
    assert statuses(list(both)) == [200, 409]
    await all_is_well(voucher_db)


async def test_a_step_that_is_sent_twice_is_taken_once(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    file = a_reviewing_file(review=["city"], audit_sample="0.05")
    round_id, firm, made = await a_reviewing_round(voucher_api, voucher_db, set_clock, file=file)
    one = f"/v1/applications/{made['id']}"

    async def twice(path: str, headers: dict[str, str], body: dict[str, Any]) -> Any:
        answers = [await voucher_api.post(path, headers=headers, json=body) for _ in range(2)]
        assert answers[0].json() == answers[1].json()
        assert answers[1].headers["Idempotency-Replayed"] == "true"
        return answers[0].json()

    await twice(f"{one}/review", reviewer("city"), {"answer": "return", "words": "Name the site."})
    await twice(f"{one}/correct", holder(firm), {})
    await twice(f"{one}/review", reviewer("city"), {"answer": "approve"})
    await set_clock(CLOSED)
    await twice(f"/v1/rounds/{round_id}/samples/promise", operator(), {"kind": "audit", **PROMISE})
    await twice(f"/v1/rounds/{round_id}/samples", second(), {"kind": "audit", **OPENED})
    await twice(f"{one}/review", reviewer("city"), REFUSE)
    filed = await twice(f"{one}/appeal", holder(firm), {"grounds": "There is a plan."})
    await twice(f"/v1/appeals/{filed['id']}/decide", reviewer("city"), {"outcome": "dismissed", "words": "No."})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE application_reviews SET answer = 'approve'",
        "DELETE FROM application_reviews",
        "UPDATE sample_draws SET seed = 'another'",
        "UPDATE sample_places SET picked = NULL",
        "UPDATE appeals SET grounds = 'others'",
    ],
)
async def test_what_was_said_drawn_and_appealed_is_never_changed(voucher_db: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with voucher_db.begin() as connection:
            await connection.execute(text(statement))
