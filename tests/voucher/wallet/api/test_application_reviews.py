"""Applications pass reviewers by region and stage; what is returned keeps its number; what is refused says why."""

from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.timers import Timetable
from services.voucher.wallet.operations.correcting import CorrectionTimer
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.ledger.steps import cny
from tests.voucher.wallet.reviewing import (
    CORRECTED_BY,
    SOURCE,
    a_paper,
    a_reviewing_file,
    a_reviewing_round,
    answer,
    one_more,
    reviewer,
    submit_with,
)
from tests.voucher.wallet.samples import CLOSED, FINISHED
from tests.voucher.wallet.steps import (
    a_draft_round,
    a_round,
    all_is_well,
    codes,
    done,
    draft,
    hear,
    holder,
    issue,
    move_to,
    operator,
    rank,
    verb,
)

Api = httpx2.AsyncClient
APPROVE: dict[str, Any] = {"answer": "approve"}
REFUSE = {"answer": "refuse", "reason": "not_innovative", "words": "This is a routine test."}
RETURN = {"answer": "return", "words": "Name the laboratory."}


async def test_two_stages_let_an_application_into_the_queue_and_it_is_issued(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, _, made = await a_reviewing_round(voucher_api, voucher_db, set_clock)
    assert (made["state"], made["stage"]) == ("in_review", "district")
    passed = done(await answer(voucher_api, made["id"], "district", **APPROVE))
    assert (passed["state"], passed["stage"]) == ("in_review", "city")
    reviewed = done(await answer(voucher_api, made["id"], "city", **APPROVE))
    assert (reviewed["state"], reviewed["stage"], reviewed["number"]) == ("reviewed", None, made["number"])
    await set_clock(CLOSED)
    await rank(voucher_api, voucher_db, round_id)
    assert (await issue(voucher_api, voucher_db, round_id))["issued"] == 1
    await all_is_well(voucher_db)


async def test_nobody_is_ranked_while_somebody_is_under_review(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, _, _ = await a_reviewing_round(voucher_api, voucher_db, set_clock)
    await set_clock(CLOSED)
    refused = await verb(voucher_api, round_id, "rank")
    assert (refused.status_code, codes(refused)) == (409, ["round.under_review"])


async def test_only_a_reviewer_of_the_region_and_stage_answers(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    _, _, made = await a_reviewing_round(voucher_api, voucher_db, set_clock)
    other_region = reviewer("district", region="440704")
    path = f"/v1/applications/{made['id']}/review"
    assert (await voucher_api.post(path, headers=other_region, json=APPROVE)).status_code == 404
    assert codes(await answer(voucher_api, made["id"], "city", **APPROVE)) == ["application.other_stage"]


async def test_who_decided_at_one_stage_decides_at_no_other(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    _, _, made = await a_reviewing_round(voucher_api, voucher_db, set_clock)
    done(await answer(voucher_api, made["id"], "district", person="per_1", **APPROVE))
    again = await answer(voucher_api, made["id"], "city", person="per_1", **APPROVE)
    assert (again.status_code, codes(again)) == (409, ["application.took_part"])


async def test_a_refusal_has_a_reason_of_the_list_and_the_applicant_reads_both(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    _, firm, made = await a_reviewing_round(voucher_api, voucher_db, set_clock)
    unlisted = await answer(voucher_api, made["id"], "district", answer="refuse", reason="dislike")
    assert codes(unlisted) == ["application.reason_unlisted", "application.words_missing"]
    done(await answer(voucher_api, made["id"], "district", **REFUSE))
    shown = done(await voucher_api.get(f"/v1/applications/{made['id']}", headers=holder(firm)))
    (reason,) = shown["reasons"]
    assert (shown["state"], reason["code"], reason["clause"]) == ("rejected", "application.refused", SOURCE)
    assert (reason["numbers"]["reason"], reason["numbers"]["words"]) == ("not_innovative", REFUSE["words"])


async def test_a_returned_application_is_corrected_and_keeps_its_number(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    _, firm, made = await a_reviewing_round(voucher_api, voucher_db, set_clock)
    returned = done(await answer(voucher_api, made["id"], "district", person="per_1", **RETURN))
    assert (returned["state"], returned["stage"], returned["due_at"]) == (
        "returned",
        "district",
        "2020-09-18T16:00:00Z",
    )
    corrected = done(
        await voucher_api.post(
            f"/v1/applications/{made['id']}/correct",
            headers=holder(firm),
            json={"answers": {"project": "Spindle test at the city laboratory"}},
        )
    )
    assert (corrected["state"], corrected["number"]) == ("in_review", made["number"])
    assert corrected["answers"] == {"project": "Spindle test at the city laboratory"}
    assert codes(await answer(voucher_api, made["id"], "district", **RETURN)) == ["application.returned_before"]
    done(await answer(voucher_api, made["id"], "district", person="per_1", **APPROVE))


async def test_a_correction_must_fill_the_form_and_answers_given_stand_without_new_ones(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    _, firm, made = await a_reviewing_round(voucher_api, voucher_db, set_clock)
    path = f"/v1/applications/{made['id']}/correct"
    assert codes(await voucher_api.post(path, headers=holder(firm))) == ["application.not_returned"]
    done(await answer(voucher_api, made["id"], "district", **RETURN))
    empty = await voucher_api.post(path, headers=holder(firm), json={"answers": {}})
    assert codes(empty) == ["form.missing"]
    assert done(await voucher_api.post(path, headers=holder(firm)))["answers"] == {"project": "Spindle test"}
    assert (await voucher_api.post(path, headers=holder(new_id()))).status_code == 404


async def test_who_does_not_answer_in_time_is_rejected_as_of_the_last_day(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    _, firm, made = await a_reviewing_round(voucher_api, voucher_db, set_clock)
    returned = done(await answer(voucher_api, made["id"], "district", **RETURN))
    await set_clock(CORRECTED_BY)
    path = f"/v1/applications/{made['id']}/correct"
    assert codes(await voucher_api.post(path, headers=holder(firm))) == ["application.not_returned"]
    assert await Timetable([CorrectionTimer()]).run_due(voucher_db) == 1
    shown = done(await voucher_api.get(f"/v1/applications/{made['id']}", headers=holder(firm)))
    assert (shown["state"], shown["decided_at"]) == ("rejected", returned["due_at"])
    assert [reason["code"] for reason in shown["reasons"]] == ["application.no_answer"]
    await all_is_well(voucher_db)


async def test_each_state_of_a_review_has_its_task(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    _, firm, made = await a_reviewing_round(voucher_api, voucher_db, set_clock)

    async def open_for(headers: dict[str, str]) -> list[str]:
        found = done(await voucher_api.get("/v1/tasks", headers=headers))["items"]
        return [task["kind"] for task in found if task["subject_kind"] == "application"]

    assert await open_for(reviewer("district")) == ["application.review"]
    done(await answer(voucher_api, made["id"], "district", **RETURN))
    assert await open_for(reviewer("district")) == []
    assert await open_for(holder(firm)) == ["application.correct"]
    done(await voucher_api.post(f"/v1/applications/{made['id']}/withdraw", headers=holder(firm)))
    assert await open_for(holder(firm)) == []


async def test_the_end_of_the_allocation_ends_a_review_and_its_task(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    _, firm, made = await a_reviewing_round(voucher_api, voucher_db, set_clock)
    await set_clock(FINISHED)
    assert codes(await answer(voucher_api, made["id"], "district", **APPROVE)) == ["application.not_in_review"]
    await move_to(set_clock, voucher_db, FINISHED)
    shown = done(await voucher_api.get(f"/v1/applications/{made['id']}", headers=holder(firm)))
    assert (shown["state"], shown["stage"]) == ("unserved", None)
    tasks = done(await voucher_api.get("/v1/tasks", headers=reviewer("district")))["items"]
    assert [task["kind"] for task in tasks if task["subject_kind"] == "application"] == []


async def test_a_draft_may_lack_answers_and_a_submission_may_not(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, _, _ = await a_reviewing_round(voucher_api, voucher_db, set_clock)
    firm = await hear(voucher_db)
    made = done(await draft(voucher_api, round_id, firm), 201)
    assert codes(await submit_with(voucher_api, made["id"], firm, None)) == ["form.missing"]
    wrong = {
        "project": "x",
        "cost": "1.001",
        "staff": -1,
        "begins": "2020-02-30",
        "new": "yes",
        "kind": "other",
        "age": 1,
    }
    refused = await submit_with(voucher_api, made["id"], firm, wrong)
    assert refused.status_code == 422
    assert [(one["code"], one["pointer"]) for one in refused.json()["errors"]] == [
        ("form.unasked", "/answers/age"),
        ("form.amount", "/answers/cost"),
        ("form.whole_number", "/answers/staff"),
        ("form.date", "/answers/begins"),
        ("form.yes_no", "/answers/new"),
        ("form.choice", "/answers/kind"),
    ]


async def test_a_named_document_is_the_applicants_own_and_its_reviewers_see_it(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, _, _ = await a_reviewing_round(voucher_api, voucher_db, set_clock)
    firm, other = await hear(voucher_db), await hear(voucher_db)
    plan = await a_paper(voucher_api, firm)
    asked = {"round_id": round_id, "amount": cny("20000.00"), "answers": {"project": "x", "plan": plan}}
    foreign = await voucher_api.post("/v1/applications", headers=holder(other), json=asked)
    assert codes(foreign) == ["form.document"]
    made = done(await voucher_api.post("/v1/applications", headers=holder(firm), json=asked), 201)
    done(await submit_with(voucher_api, made["id"], firm, None))
    shown = done(await voucher_api.get(f"/v1/applications/{made['id']}/reviews", headers=reviewer("district")))
    assert [(one["field"], one["document_id"], one["name"]) for one in shown["documents"]] == [
        ("plan", plan, "plan.pdf")
    ]
    content = f"/v1/documents/{plan}/content"
    assert (await voucher_api.get(content, headers=reviewer("district"))).content == b"%PDF-plan"
    assert (await voucher_api.get(content, headers=reviewer("district", region="440704"))).status_code == 404


@pytest.mark.parametrize("answer", [None, 1.5, [], "a\u0007", " ", "x" * 2001])
async def test_an_answer_of_no_kind_is_one_fault_of_its_field(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, answer: Any
) -> None:
    round_id, firm, _ = await a_reviewing_round(voucher_api, voucher_db, set_clock)
    asked = {"round_id": round_id, "amount": cny("20000.00"), "answers": {"project": answer}}
    refused = await voucher_api.post("/v1/applications", headers=holder(firm), json=asked)
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/answers/project"]


async def test_the_form_of_a_round_is_told_with_labels_in_both_languages(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firm, _ = await a_reviewing_round(voucher_api, voucher_db, set_clock)
    form = done(await voucher_api.get(f"/v1/rounds/{round_id}/form", headers=holder(firm)))
    assert form["fields"][0] == {
        "field": "project",
        "kind": "text",
        "label": {"zh": "项目", "en": "Project"},
        "required": True,
        "choices": [],
    }
    assert (form["review"], form["refusal_reasons"]) == (["district", "city"], ["not_innovative", "evidence_missing"])
    assert (form["review_within"], form["correction_within"], form["appeal_within"]) == (5, 3, 10)


async def test_a_round_without_a_form_asks_nothing_and_a_draft_round_is_its_bureaus(
    voucher_api: Api, voucher_db: Database
) -> None:
    plain = await a_round(voucher_api, voucher_db)
    shown = done(await voucher_api.get(f"/v1/rounds/{plain}/form", headers=operator()))
    assert (shown["fields"], shown["review"], shown["appeal_within"]) == ([], [], None)
    later = a_reviewing_file().replace("effective: {value: 2020-09-15", "effective: {value: 2020-09-16")
    drafted = await a_draft_round(voucher_api, later)
    for path in ("form", "samples"):
        for headers, status in ((operator(), 200), (holder(new_id()), 404), (operator(bureau="another"), 404)):
            answered = await voucher_api.get(f"/v1/rounds/{drafted}/{path}", headers=headers)
            assert answered.status_code == status


async def test_reviews_are_for_reviewers_of_the_region_and_the_bureau(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    _, firm, made = await a_reviewing_round(voucher_api, voucher_db, set_clock)
    done(await answer(voucher_api, made["id"], "district", person="per_1", **APPROVE))
    path = f"/v1/applications/{made['id']}/reviews"
    for headers in (reviewer("city"), operator(), calls("per_a", "auditor")):
        (said,) = done(await voucher_api.get(path, headers=headers))["reviews"]
        assert (said["stage"], said["answer"], said["person"]) == ("district", "approve", "per_1")
    for headers in (operator(bureau="another"), reviewer("city", region="440704")):
        assert (await voucher_api.get(path, headers=headers)).status_code == 404
    assert (await voucher_api.get(path, headers=holder(firm))).status_code == 403


@pytest.mark.parametrize(("points", "codes_told"), [(None, ["application.points_missing"]), (70, [])])
async def test_a_batch_is_ranked_by_the_points_of_its_last_reviewers(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, points: int | None, codes_told: list[str]
) -> None:
    file = a_reviewing_file(review=["expert"]).replace("value: queue", "value: batch_review")
    round_id, _, made = await a_reviewing_round(voucher_api, voucher_db, set_clock, file=file)
    second = await hear(voucher_db)
    later = done(
        await submit_with(
            voucher_api, done(await draft(voucher_api, round_id, second), 201)["id"], second, {"project": "y"}
        )
    )
    given = await answer(voucher_api, made["id"], "expert", answer="approve", points=points)
    if codes_told:
        assert codes(given) == codes_told
        return
    assert done(given)["points"] == "70.00"
    done(await answer(voucher_api, later["id"], "expert", answer="approve", points=90))
    await set_clock(CLOSED)
    await rank(voucher_api, voucher_db, round_id)
    shown = [done(await voucher_api.get(f"/v1/applications/{one['id']}", headers=operator())) for one in (made, later)]
    assert [one["rank"] for one in shown] == [2, 1]


async def test_who_comes_first_is_served_as_soon_as_his_review_is_through(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    file = a_reviewing_file(review=["city"]).replace("value: queue", "value: first_come")
    round_id, _, first = await a_reviewing_round(voucher_api, voucher_db, set_clock, file=file)
    others = [(await one_more(voucher_api, voucher_db, round_id))[1] for _ in range(2)]
    served = [done(await answer(voucher_api, one["id"], "city", answer="approve"))["state"] for one in (*others, first)]
    assert served == ["issued", "issued", "waitlisted"], "two faces of 20,000 yuan are in the pool"
    await all_is_well(voucher_db)


async def test_points_are_given_only_where_they_rank(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    _, _, made = await a_reviewing_round(voucher_api, voucher_db, set_clock)
    asked = await answer(voucher_api, made["id"], "district", answer="approve", points=1, reason="evidence_missing")
    assert codes(asked) == ["application.points_unasked", "application.reason_unasked"]
