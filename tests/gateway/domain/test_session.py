"""A refresh token is rotated once, repeated within the grace, and a replay afterwards."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.chassis.ids import new_id
from services.gateway.domain.revocation import revoke
from services.gateway.domain.roles import Duty
from services.gateway.domain.session import REPLAY_GRACE, RefreshToken, Session, Worth, idle_end, session_end, worth

AT = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SESSION = Session(new_id(), new_id(), None, "phone", AT, AT, AT + timedelta(days=1))
FRESH = RefreshToken(b"1", SESSION.id, AT + timedelta(hours=1))


def test_a_fresh_token_rotates_until_it_expires() -> None:
    assert worth(FRESH, SESSION, at=AT) is Worth.ROTATE
    assert worth(FRESH, SESSION, at=FRESH.expires_at) is Worth.EXPIRED


def test_a_used_token_repeats_its_answer_for_half_a_minute() -> None:
    used = replace(FRESH, used_at=AT)
    assert worth(used, SESSION, at=AT + REPLAY_GRACE) is Worth.REPEAT
    assert worth(used, SESSION, at=AT + REPLAY_GRACE + SECOND) is Worth.REPLAYED


def test_once_the_successor_was_used_any_repetition_is_a_replay() -> None:
    assert worth(replace(FRESH, used_at=AT, successor_used=True), SESSION, at=AT) is Worth.REPLAYED


def test_an_ended_or_expired_session_has_no_tokens() -> None:
    assert worth(FRESH, replace(SESSION, ended_at=AT), at=AT) is Worth.EXPIRED
    assert worth(FRESH, replace(SESSION, expires_at=AT), at=AT) is Worth.EXPIRED


@pytest.mark.parametrize("duty", [Duty.NONE, Duty.STAFF, Duty.ADMIN])
def test_only_members_stay_logged_in_for_long(duty: Duty) -> None:
    assert session_end(duty, created_at=AT) == AT + timedelta(hours=12)
    assert session_end(Duty.MEMBER, created_at=AT) == AT + timedelta(days=180)
    assert idle_end(duty, SESSION, at=AT) == AT + timedelta(hours=2)


def test_no_token_outlives_its_session() -> None:
    assert idle_end(Duty.MEMBER, SESSION, at=AT) == SESSION.expires_at


def test_a_revocation_is_remembered_until_the_last_token_has_expired() -> None:
    revocation = revoke("person", "per_1", at=AT)
    assert (revocation.not_after, revocation.until) == (AT, AT + timedelta(minutes=11))
