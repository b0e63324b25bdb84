"""Logins and passwords: what is fit, and how long a login rests."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.refusals import Reason
from services.gateway.domain.credentials import login_faults, normalise_login, password_faults, rest_until

AT = datetime(2026, 1, 1, tzinfo=UTC)


def codes(faults: list[Reason]) -> list[str]:
    return [fault.code for fault in faults]


@pytest.mark.parametrize(("typed", "kept"), [(" Chen.Hua ", "chen.hua"), ("ＡＢＣ", "abc"), ("straße", "strasse")])
def test_a_login_is_compared_without_width_and_case(typed: str, kept: str) -> None:
    assert normalise_login(typed) == kept


@given(st.text())
def test_normalising_twice_is_normalising_once_for_fit_logins(typed: str) -> None:
    login = normalise_login(typed)
    assert login_faults(login, pointer="/login") or normalise_login(login) == login


@pytest.mark.parametrize("login", ["ab", "", "x" * 65])
def test_a_login_has_a_length(login: str) -> None:
    assert codes(login_faults(login, pointer="/login")) == ["login.length"]


@pytest.mark.parametrize("login", ["a b c", ".abc", "абв", "a\r\nb", "a/b"])
def test_a_login_has_plain_characters(login: str) -> None:
    assert codes(login_faults(login, pointer="/login")) == ["login.characters"]


@pytest.mark.parametrize("password", ["short", "", "x" * 129])
def test_a_password_has_a_length(password: str) -> None:
    assert codes(password_faults(password, login="chen", pointer="/password")) == ["password.length"]


@pytest.mark.parametrize("password", ["PasswordPassword", "aaaaaaaaaaaab", "my name is CHEN.hua!"])
def test_what_anybody_would_try_first_is_no_password(password: str) -> None:
    assert codes(password_faults(password, login="chen.hua", pointer="/password")) == ["password.guessable"]


def test_a_long_phrase_is_a_password_and_the_fault_never_repeats_it() -> None:
    assert password_faults("九条江河流入三角洲平原之中", login="chen", pointer="/password") == []
    (fault,) = password_faults("secretsecret1chen", login="chen", pointer="/password")
    assert "secret" not in str(fault)


@pytest.mark.parametrize(("failures", "seconds"), [(1, 0), (4, 0), (5, 1), (6, 2), (10, 32), (15, 900), (10**6, 900)])
def test_a_rest_doubles_up_to_a_quarter_of_an_hour(failures: int, seconds: int) -> None:
    assert rest_until(failures, last_failed_at=AT) == AT + timedelta(seconds=seconds)
