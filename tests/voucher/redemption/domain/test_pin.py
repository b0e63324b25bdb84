"""A PIN is not what everybody tries first, and guessing one is hopeless."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.voucher.redemption.domain.pin import CALLER, WALLET, Tries, Verdict, is_weak, judge

REAL = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
NONE = Tries(0, REAL)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("pin", ["000000", "123456", "654321", "890123", "210987", "121212", "123123", "999999"])
def test_what_anybody_tries_first_is_weak(pin: str) -> None:
    assert is_weak(pin)


@pytest.mark.parametrize("pin", ["482913", "730518", "112358", "123455", "100000", "135790"])
def test_what_has_no_such_pattern_is_not(pin: str) -> None:
    assert not is_weak(pin)


def wrong(times: int, *, apart: timedelta = timedelta(0)) -> tuple[Tries, Tries, list[Verdict]]:
    caller, wallet, verdicts = NONE, NONE, []
    for number in range(times):
        judged = judge(caller, wallet, right=False, real=REAL + number * apart)
        caller, wallet = judged.caller, judged.wallet or NONE
        verdicts.append(judged.verdict)
    return caller, wallet, verdicts


def test_the_fifth_wrong_one_locks_the_wallet_for_a_quarter_of_an_hour() -> None:
    caller, wallet, verdicts = wrong(6)
    assert verdicts == [Verdict.WRONG] * 5 + [Verdict.LOCKED]
    still = judge(caller, wallet, right=True, real=REAL + timedelta(minutes=15) - MINUTE)
    assert (still.verdict, still.rests, still.wallet) == (Verdict.LOCKED, MINUTE, wallet)
    assert judge(caller, wallet, right=True, real=REAL + timedelta(minutes=15)).verdict is Verdict.RIGHT


def test_after_a_lock_there_are_five_more_and_no_sixth() -> None:
    caller, wallet, _ = wrong(5)
    later = REAL + timedelta(minutes=15)
    assert judge(caller, wallet, right=False, real=later).wallet == Tries(1, later)


def test_a_right_one_clears_the_wallet_but_not_the_caller() -> None:
    caller, wallet, _ = wrong(4)
    judged = judge(caller, wallet, right=True, real=REAL)
    assert (judged.verdict, judged.wallet, judged.caller.wrong) == (Verdict.RIGHT, Tries(0, REAL), 4)


def test_the_twentieth_wrong_one_locks_the_caller_whatever_he_shows() -> None:
    caller = NONE
    for _ in range(20):
        assert judge(caller, None, right=True, real=REAL).verdict is Verdict.RIGHT
        caller = judge(caller, None, right=False, real=REAL).caller
    judged = judge(caller, NONE, right=True, real=REAL)
    assert (judged.verdict, judged.rests) == (Verdict.TOO_MANY, timedelta(hours=1))
    assert judge(caller, NONE, right=True, real=REAL + timedelta(hours=1)).verdict is Verdict.RIGHT


def test_what_belongs_to_no_wallet_is_counted_for_the_caller_alone() -> None:
    judged = judge(NONE, None, right=False, real=REAL)
    assert (judged.verdict, judged.caller, judged.wallet) == (Verdict.WRONG, Tries(1, REAL), None)


def test_a_count_begins_anew_when_its_span_is_over() -> None:
    assert CALLER.after_wrong(Tries(19, REAL), REAL + timedelta(hours=1)) == Tries(1, REAL + timedelta(hours=1))
    assert WALLET.after_wrong(Tries(4, REAL), REAL + timedelta(days=1)).wrong == 1


@given(gaps=st.lists(st.integers(0, 1_000), max_size=300))
def test_in_no_hour_does_a_caller_get_more_than_forty_tries_or_a_wallet_more_than_twenty_five(gaps: list[int]) -> None:
    caller, wallet, real, at_caller, at_wallet = NONE, NONE, REAL, [], []
    for seconds in gaps:
        real += timedelta(seconds=seconds)
        judged = judge(caller, None, right=False, real=real)
        at_caller += [real] if judged.verdict is Verdict.WRONG else []
        caller = judged.caller
        judged = judge(NONE, wallet, right=False, real=real)
        at_wallet += [real] if judged.verdict is Verdict.WRONG else []
        wallet = judged.wallet or NONE
    hour = timedelta(hours=1)
    assert max((sum(one <= other < one + hour for other in at_caller) for one in at_caller), default=0) <= 40
    assert max((sum(one <= other < one + hour for other in at_wallet) for one in at_wallet), default=0) <= 25
