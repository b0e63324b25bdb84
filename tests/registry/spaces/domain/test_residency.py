"""Who lives in a space, from when until when, and how it ends."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.registry.catalogue.domain.period import Period
from services.registry.spaces.domain.residency import Ending, Residency, end_residency
from tests.registry.samples import TODAY, codes

STAY = Residency(new_id(), new_id(), new_id(), None, Period(date(2020, 1, 1), date(2020, 6, 30)))
DAYS = st.dates(date(2019, 1, 1), date(2021, 12, 31))


def test_a_stay_that_ran_out_is_told_how_it_ended() -> None:
    ended = end_residency(STAY, on=date(2020, 6, 30), how=Ending.GRADUATED, today=TODAY)
    assert (ended.period, ended.ended_how) == (STAY.period, Ending.GRADUATED)


def test_a_stay_ends_once() -> None:
    ended = replace(STAY, ended_how=Ending.LEFT)
    with pytest.raises(Refusal) as refused:
        end_residency(ended, on=date(2020, 3, 1), how=Ending.GRADUATED, today=TODAY)
    assert (codes(refused.value), refused.value.reasons[0].numbers) == ({"residency.ended"}, {"how": "left"})


def test_a_stay_ends_on_one_of_its_days() -> None:
    with pytest.raises(Refusal) as refused:
        end_residency(STAY, on=date(2020, 7, 1), how=Ending.LEFT, today=TODAY)
    assert refused.value.reasons[0].numbers == {"from": "2020-01-01", "until": "2020-06-30"}
    with pytest.raises(Refusal) as refused:
        end_residency(replace(STAY, period=Period(date(2020, 1, 1))), on=date(2019, 7, 1), how=Ending.LEFT, today=TODAY)
    assert refused.value.reasons[0].numbers == {"from": "2020-01-01", "until": None}


def test_who_lives_there_has_neither_ended_nor_run_out() -> None:
    days = [date(2019, 1, 1), date(2020, 6, 30), date(2020, 7, 1)]
    assert [STAY.lives_on(day) for day in days] == [True, True, False]
    assert not replace(STAY, ended_how=Ending.LEFT).lives_on(date(2020, 1, 1))


@given(start=DAYS, until=st.none() | DAYS, on=DAYS)
def test_an_end_never_lengthens_a_stay_nor_turns_it_round(start: date, until: date | None, on: date) -> None:
    known = None if until is None else max(start, until)
    ended = Residency(UUID(int=1), UUID(int=2), UUID(int=3), None, Period(start, known)).ended(on, Ending.LEFT)
    assert ended.period.until is not None
    assert ended.period.start <= ended.period.until
    assert known is None or ended.period.until <= known
