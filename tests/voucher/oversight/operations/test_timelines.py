"""The course of a claim line as it stands at an instant, whether or not the timers due by then have run."""

from datetime import UTC, datetime

from tests.voucher.oversight.played import CITY, CLOSES, DISTRICT, PUBLISHED, Body, Play, the

LONG_AFTER = datetime(2020, 11, 20, 2, 0, tzinfo=UTC)
NO_ANSWER = datetime(2020, 10, 14, 16, 0, tzinfo=UTC)
"""Ten working days after 30 September have passed; the calendar of the tests knows no holidays."""


def states(line: Body) -> list[str]:
    return [one["state"] for one in line["stages"]]


async def test_a_returned_line_waits_for_its_correction_with_the_reason(play: Play) -> None:
    await play.submit()
    await play.judge("return", DISTRICT, reason="Which machine?")
    line = await play.timeline()
    last = line["stages"][-1]
    assert (last["state"], last["reason"], last["due_on"]) == ("returned", "Which machine?", "2020-10-14")
    assert (line["queue_ahead"], line["payment_expected_by"], line["disclosure"]) == (None, None, None)


async def test_a_correction_that_is_overdue_is_a_rejection_before_the_timer_runs(play: Play) -> None:
    await play.submit()
    await play.judge("return", DISTRICT, reason="Which machine?")
    await play.set_clock(NO_ANSWER)
    line = await play.timeline()
    assert (line["state"], states(line)) == ("rejected", ["in_review", "returned", "rejected"])
    assert (line["stages"][-1]["reason"], line["stages"][-1]["entered_at"]) == ("no_answer", "2020-10-14T16:00:00Z")


async def test_a_review_that_is_overdue_is_breached_and_goes_on(play: Play) -> None:
    await play.submit()
    await play.set_clock(LONG_AFTER)
    (only,) = (await play.timeline())["stages"]
    assert (only["breached"], only["left_at"], only["age_days"]) == (True, None, 50)


async def test_while_a_line_is_disclosed_its_payment_is_expected_as_if_nobody_objects(play: Play) -> None:
    await play.submit()
    await play.approve()
    assert (await play.timeline())["payment_expected_by"] is None
    await play.disclose()
    line = await play.timeline()
    assert (line["state"], line["payment_expected_by"]) == ("disclosed", "2020-11-10")
    assert line["disclosure"] == {
        "disclosure_id": play.disclosure["id"],
        "closes_on": "2020-10-19",
        "closes_at": "2020-10-19T16:00:00Z",
        "objected": False,
    }


async def test_a_disclosure_only_prepared_is_not_told(play: Play) -> None:
    await play.submit()
    await play.approve()
    await play.set_clock(PUBLISHED)
    await play.post("disclosures", the("finance_maker"), {"line_ids": [play.line_id]})
    assert (await play.timeline())["disclosure"] is None


async def test_a_disclosure_that_is_over_is_left_before_and_after_the_timer_runs_alike(play: Play) -> None:
    await play.submit()
    await play.approve()
    await play.disclose()
    await play.set_clock(CLOSES)
    before = await play.timeline()
    assert (before["state"], before["stages"][-1]["entered_at"]) == ("released", "2020-10-19T16:00:00Z")
    await play.close()
    assert await play.timeline() == before


async def test_an_objection_keeps_a_line_disclosed_after_its_time(play: Play) -> None:
    await play.submit()
    await play.approve()
    await play.disclose()
    await play.object()
    await play.set_clock(LONG_AFTER)
    line = await play.timeline()
    assert (line["state"], line["disclosure"]["objected"], line["payment_expected_by"]) == ("disclosed", True, None)


async def test_a_line_in_review_has_a_place_in_the_queue_of_its_reviewers(play: Play) -> None:
    await play.submit()
    assert (await play.timeline())["queue_ahead"] == 0
    await play.judge("approve", DISTRICT)
    assert (await play.timeline())["queue_ahead"] == 0
    await play.judge("approve", CITY)
    assert (await play.timeline())["queue_ahead"] is None
