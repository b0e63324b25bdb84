"""A PIN is not what everybody tries first, and guessing one is hopeless."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.voucher.redemption.domain.pin import LIMITS, Count, Judged, Tries, Verdict, is_weak, judge, resting

REAL = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
NONE = Tries(0, REAL)
MINUTE = timedelta(minutes=1)
Counts = Mapping[Count, Tries]
BY_SECRET: Counts = dict.fromkeys(Count, NONE)
OWN: Counts = {Count.AT_WALLET: NONE}
OF_NOBODY: Counts = {Count.CALLER: NONE}


@pytest.mark.parametrize("pin", ["000000", "123456", "654321", "890123", "210987", "121212", "123123", "999999"])
def test_what_anybody_tries_first_is_weak(pin: str) -> None:
    assert is_weak(pin)


@pytest.mark.parametrize("pin", ["482913", "730518", "112358", "123455", "100000", "135790"])
def test_what_has_no_such_pattern_is_not(pin: str) -> None:
    assert not is_weak(pin)


def tried(counts: Counts, *, right: bool = False, real: datetime = REAL) -> Judged:
    return resting(counts, real) or judge(counts, right=right, real=real)


def wrong(times: int, counts: Counts = BY_SECRET) -> tuple[Counts, list[Verdict]]:
    verdicts = []
    for _ in range(times):
        judged = tried(counts)
        counts = judged.counts
        verdicts.append(judged.verdict)
    return counts, verdicts


def test_the_fifth_wrong_one_rests_its_caller_at_this_wallet_for_a_quarter_of_an_hour() -> None:
    counts, verdicts = wrong(6)
    assert verdicts == [Verdict.WRONG] * 5 + [Verdict.LOCKED]
    still = tried(counts, right=True, real=REAL + timedelta(minutes=15) - MINUTE)
    assert (still.verdict, still.rests) == (Verdict.LOCKED, MINUTE)
    assert tried(counts, right=True, real=REAL + timedelta(minutes=15)).verdict is Verdict.RIGHT


def test_after_a_rest_there_are_five_more_and_no_sixth() -> None:
    later = REAL + timedelta(minutes=15)
    assert tried(wrong(5)[0], real=later).counts[Count.AT_WALLET] == Tries(1, later)


def test_a_right_one_clears_what_its_caller_did_at_this_wallet_and_nothing_else() -> None:
    judged = tried(wrong(4)[0], right=True)
    assert judged.verdict is Verdict.RIGHT
    assert {count: tries.wrong for count, tries in judged.counts.items()} == {
        Count.CALLER: 4,
        Count.AT_WALLET: 0,
        Count.WALLET: 4,
    }


def test_the_twentieth_wrong_one_rests_the_caller_whatever_he_shows() -> None:
    counts, verdicts = wrong(20, OF_NOBODY)
    assert verdicts == [Verdict.WRONG] * 20
    judged = tried({**BY_SECRET, **counts}, right=True)
    assert (judged.verdict, judged.rests) == (Verdict.TOO_MANY, timedelta(hours=1))
    assert tried({**BY_SECRET, **counts}, right=True, real=REAL + timedelta(hours=1)).verdict is Verdict.RIGHT


def test_at_a_wallet_that_rests_a_caller_is_counted_as_with_a_secret_of_nobody() -> None:
    counts, verdicts = wrong(21)
    assert verdicts == [Verdict.WRONG] * 5 + [Verdict.LOCKED] * 15 + [Verdict.TOO_MANY]
    assert counts[Count.CALLER] == wrong(21, OF_NOBODY)[0][Count.CALLER]
    assert (counts[Count.AT_WALLET].wrong, counts[Count.WALLET].wrong) == (5, 5)


def test_the_fiftieth_wrong_one_of_all_callers_rests_the_way_by_secret_for_a_day() -> None:
    counts = {**BY_SECRET, Count.WALLET: Tries(49, REAL)}
    after = {**BY_SECRET, Count.WALLET: tried(counts).counts[Count.WALLET]}
    assert (tried(after, right=True).verdict, tried(after).rests) == (Verdict.LOCKED, timedelta(days=1))
    assert tried(OWN, right=True).verdict is Verdict.RIGHT


def test_the_holders_own_rest_after_five_and_count_nowhere_else() -> None:
    counts, verdicts = wrong(7, OWN)
    assert verdicts == [Verdict.WRONG] * 5 + [Verdict.LOCKED] * 2
    assert counts.keys() == OWN.keys()


def test_a_count_begins_anew_when_its_span_is_over() -> None:
    hour, day = timedelta(hours=1), timedelta(days=1)
    assert LIMITS[Count.CALLER].after_wrong(Tries(19, REAL), REAL + hour) == Tries(1, REAL + hour)
    assert LIMITS[Count.AT_WALLET].after_wrong(Tries(4, REAL), REAL + day).wrong == 1


@given(gaps=st.lists(st.integers(0, 1_000), max_size=300), count=st.sampled_from(Count))
def test_within_its_span_no_count_lets_more_than_twice_its_number_be_looked_at(gaps: list[int], count: Count) -> None:
    """Of one caller at one wallet the span that counts is the rest after which it begins anew."""
    counts, real, looked_at = {count: NONE}, REAL, []
    for seconds in gaps:
        real += timedelta(seconds=seconds)
        judged = tried(counts, real=real)
        looked_at += [real] if judged.verdict is Verdict.WRONG else []
        counts = {count: judged.counts[count]}
    limit = LIMITS[count]
    span = min(limit.within, limit.rest)
    assert max((sum(one <= other < one + span for other in looked_at) for one in looked_at), default=0) <= (
        2 * limit.at_most
    )
