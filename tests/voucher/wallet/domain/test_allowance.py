"""A holder's allowance is counted by cap, quota root and year."""

from dataclasses import replace
from datetime import date

from services.voucher.ledger.domain.counters import Counter
from services.voucher.wallet.domain import allowance
from services.voucher.wallet.domain.allowance import Allowance, Use
from tests.voucher.scheme.samples import a_scheme
from tests.voucher.wallet.samples import HOLDER, SCHEME

TAKES = allowance.takes(SCHEME, quota_root_id=HOLDER, day=date(2020, 9, 15))
(KEY,) = TAKES


def test_the_counter_is_named_by_scheme_party_and_year() -> None:
    assert KEY.cap == "jiangmen-service-2020/issued-per-year"
    assert (KEY.subject, KEY.period) == (f"org_{HOLDER.hex}", "2020")


def used(fen: int) -> list[Use]:
    return allowance.uses({KEY: Counter(KEY, fen)}, TAKES, held={}, standing=0)


def test_headroom_is_what_the_caps_leave_of_what_is_asked_for() -> None:
    assert allowance.headroom(used(1_500_000), asked=2_000_000) == 500_000
    assert allowance.headroom(used(0), asked=100) == 100


def test_without_a_cap_all_that_is_asked_for_may_be_had() -> None:
    assert allowance.headroom([], asked=7) == 7
    assert not allowance.takes(a_scheme({"caps": []}), quota_root_id=HOLDER, day=date(2020, 9, 15))


def test_a_cap_is_a_reason_only_when_nothing_is_left() -> None:
    assert allowance.reasons(SCHEME, used(1_999_999)) == []
    (reason,) = allowance.reasons(SCHEME, used(2_000_000))
    assert reason.numbers == {"limit": "20000.00", "used": "20000.00", "period": "2020"}


def test_of_a_face_value_all_is_issued_or_nothing_and_the_cap_that_leaves_less_is_told() -> None:
    faced = replace(SCHEME, caps=(replace(SCHEME.caps[0], fixed=True), *SCHEME.caps[1:]))
    room = Allowance(TAKES, {}, {}, {KEY: Counter(KEY, 1_500_000)})
    assert (room.headroom(SCHEME, asked=2_000_000), room.headroom(faced, asked=2_000_000)) == (500_000, 0)
    assert room.headroom(faced, asked=500_000) == 500_000
    assert room.against(SCHEME, asked=2_000_000) == []
    assert [one.code for one in room.against(faced, asked=2_000_000)] == ["application.cap_used"]


def test_who_must_spend_first_is_issued_nothing_while_he_has_something() -> None:
    scheme = a_scheme({"allocation/spent_first": {"value": True, "source": "our default, not in the notice"}})
    (key,) = allowance.spent_first(scheme, quota_root_id=HOLDER)
    assert (key.cap, key.period) == ("jiangmen-service-2020/spent_first", allowance.HELD)
    assert allowance.spent_first(SCHEME, quota_root_id=HOLDER) == set()
    for standing, left in ((0, 100), (1, 0)):
        allowed = Allowance(TAKES, {}, {}, {KEY: Counter(KEY)}, standing)
        assert allowed.headroom(scheme, asked=100) == left
        assert [reason.code for reason in allowed.against(scheme, asked=100)] == ["application.unspent"] * standing
        assert allowed.headroom(SCHEME, asked=100) == 100


def test_schemes_of_one_lineage_wait_for_each_other_before_they_ask_whether_all_is_spent() -> None:
    first = a_scheme({"allocation/spent_first": {"value": True, "source": "our default, not in the notice"}})
    next_year = replace(first, id="jiangmen-service-2021", root=first.id)
    assert allowance.spent_first(first, quota_root_id=HOLDER) == allowance.spent_first(next_year, quota_root_id=HOLDER)
