"""What may be done to a voucher depends on its state at that instant, and value only moves between it and its pool."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.chassis.refusals import Refusal
from services.voucher.ledger.domain import posting as postings
from services.voucher.ledger.domain.chart import PlaceKind
from services.voucher.ledger.domain.counters import Counter
from services.voucher.scheme.domain.deadlines import CANCELLED, LEFTOVER, YEAR_END
from services.voucher.wallet.domain import lives
from services.voucher.wallet.domain.ground import Ground
from services.voucher.wallet.domain.lives import Life, LifeKind, Said
from services.voucher.wallet.domain.voucher import Voucher, VoucherState
from tests.voucher.scheme.samples import a_scheme
from tests.voucher.wallet.samples import CLOSED, FACE, FINISHED, SCHEME, USE_BY_ENDS, a_round, a_voucher

Act = Callable[[Ground, Said], Life]
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
EXTENDED_ENDS = USE_BY_ENDS + 30 * DAY
ROOMY = a_scheme({"caps/0/limit": "90000.00", "caps/1/limit": "90000.00"})


def a_ground(voucher: Voucher | None = None, **changes: Any) -> Ground:
    found = voucher or a_voucher()
    ground = Ground(**{"voucher": found, "round": a_round(), "scheme": SCHEME, "pool": 0, **changes})
    used = {key: Counter(key, found.face) for key in ground.takes}
    return replace(ground, counters=used)


def said(at: datetime = CLOSED, **changes: Any) -> Said:
    return Said(**{"by": "per_operator", "at": at, "reason": "because", **changes})


def refused(act: Callable[[], object]) -> list[str]:
    with pytest.raises(Refusal) as refusal:
        act()
    return [reason.code for reason in refusal.value.reasons]


def given_back(life: Life) -> int:
    """How much more is in the pool afterwards, in fen."""
    voucher = life.before
    moved = (one.moved(PlaceKind.ROUND_POOL, voucher.round_id, voucher.pool_class) for one in life.postings)
    return sum(moved)


def more(amount: int) -> Act:
    return lambda ground, said: lives.top_up(ground, said, amount=amount, currency="CNY")


def spent(voucher: Voucher, amount: int = FACE) -> Voucher:
    taken = postings.capture_available(voucher_id=voucher.id, amount=amount, funding=voucher.funding)
    return voucher.after(taken, at=CLOSED)


def held(voucher: Voucher, amount: int) -> Voucher:
    frozen = postings.authorise(voucher_id=voucher.id, amount=amount, funding=voucher.funding)
    return voucher.after(frozen, at=CLOSED)


def swept(voucher: Voucher, at: datetime = USE_BY_ENDS) -> Voucher:
    back = postings.reclaim(
        voucher_id=voucher.id,
        pool_class=voucher.pool_class,
        amount=voucher.available,
        funding=voucher.funding,
        event="expired",
    )
    return voucher.after(back, at=at)


DRAFT = a_voucher(activated_at=None, state=VoucherState.DRAFT)
SUSPENDED = a_voucher(suspended_at=CLOSED, state=VoucherState.SUSPENDED)


# ── activate, suspend, resume ───────────────────────────────────────────────────────────────────────────────────


def test_a_draft_is_activated_and_keeps_its_dates() -> None:
    life = lives.activate(a_ground(DRAFT), said(CLOSED + DAY))
    assert (life.after.state, life.after.activated_at) == (VoucherState.ACTIVE, CLOSED + DAY)
    assert (life.after.use_by, life.amount, life.dates) == (DRAFT.use_by, 0, {})


def test_a_suspended_voucher_is_not_active_and_is_again_when_resumed() -> None:
    life = lives.suspend(a_ground(), said())
    assert (life.after.state, life.after.suspended_at) == (VoucherState.SUSPENDED, CLOSED)
    again = lives.resume(a_ground(life.after), said(CLOSED + DAY))
    assert (again.after.state, again.after.suspended_at) == (VoucherState.ACTIVE, None)


@pytest.mark.parametrize(
    ("act", "voucher", "at", "code"),
    [
        (lives.activate, a_voucher(), CLOSED, "voucher.not_draft"),
        (lives.activate, DRAFT, USE_BY_ENDS, "voucher.not_draft"),
        (lives.suspend, DRAFT, CLOSED, "voucher.not_active"),
        (lives.suspend, SUSPENDED, CLOSED, "voucher.not_active"),
        (lives.suspend, a_voucher(), USE_BY_ENDS, "voucher.not_active"),
        (lives.resume, a_voucher(), CLOSED, "voucher.not_suspended"),
        (lives.resume, SUSPENDED, USE_BY_ENDS, "voucher.not_suspended"),
    ],
)
def test_each_has_its_one_state(act: Act, voucher: Voucher, at: datetime, code: str) -> None:
    assert refused(lambda: act(a_ground(voucher), said(at))) == [code]


def test_a_change_names_the_paper_as_its_clause() -> None:
    life = lives.suspend(a_ground(), said(document="江工信〔2020〕7号"))
    assert (life.rule, life.clause) == ("voucher.suspended", "江工信〔2020〕7号")


# ── cancel ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("voucher", [a_voucher(), DRAFT, SUSPENDED])
def test_what_is_available_on_a_cancelled_voucher_goes_back_to_the_pool(voucher: Voucher) -> None:
    life = lives.cancel(a_ground(voucher, pool=5), said(CLOSED + DAY))
    assert (life.after.state, life.after.available, life.after.reclaimed) == (VoucherState.CANCELLED, 0, FACE)
    assert (life.after.ends_at, life.after.ends_by, life.after.remind_at) == (CLOSED + DAY, CANCELLED, None)
    assert life.moved is not None
    assert (given_back(life), life.amount, life.moved.value_on) == (FACE, FACE, date(2020, 9, 16))


def test_what_is_held_on_a_cancelled_voucher_lives_on() -> None:
    life = lives.cancel(a_ground(held(a_voucher(), FACE)), said())
    assert (life.after.state, life.after.held, life.moved) == (VoucherState.CANCELLED, FACE, None)


@pytest.mark.parametrize(
    "voucher", [spent(a_voucher()), a_voucher(ends_at=CLOSED), a_voucher(ends_by=CANCELLED, ends_at=CLOSED)]
)
def test_what_has_ended_is_not_cancelled(voucher: Voucher) -> None:
    assert refused(lambda: lives.cancel(a_ground(voucher), said())) == ["voucher.ended"]


# ── top up ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("voucher", [a_voucher(), DRAFT, spent(a_voucher())])
def test_a_topped_up_voucher_is_worth_more_and_counts_under_the_cap_on_issue(voucher: Voucher) -> None:
    life = more(500)(a_ground(voucher, scheme=ROOMY, pool=700), said())
    assert (life.after.face, life.after.available) == (FACE + 500, voucher.available + 500)
    assert life.moved is not None
    assert (given_back(life), life.moved.posting.moved(PlaceKind.AVAILABLE, voucher.id)) == (-500, 500)
    assert [counter.used for counter in life.moved.counters.values()] == [FACE + 500]


def test_a_spent_voucher_is_active_again() -> None:
    assert more(1)(a_ground(spent(a_voucher()), scheme=ROOMY, pool=1), said()).after.state is VoucherState.ACTIVE


def test_it_counts_in_the_year_of_the_issue() -> None:
    ground = a_ground(a_voucher(issued_at=datetime(2019, 12, 31, 15, 59, tzinfo=UTC)))
    assert {key.period for key in ground.takes} == {"2019"}


def test_the_pool_is_a_hard_stop_and_all_reasons_come_at_once() -> None:
    ground = a_ground(SUSPENDED, pool=4)
    state, *room = refused(lambda: more(5)(ground, said()))
    assert (state, room) == ("voucher.not_active", ["topup.pool_short", "topup.over_cap", "application.over_cap"])


def test_a_top_up_is_asked_the_share_of_its_class_and_the_cap_on_one_application() -> None:
    """It stands in for an issue."""
    shares = {"value": [{"class": "priority", "at_most": "0.20"}], "source": "第九条"}
    caps = {"caps/0/limit": "20000.05", "caps/1/limit": "90000.00"}
    scheme = a_scheme({**caps, "allocation/class_shares": shares})
    ground = a_ground(scheme=scheme, pool=9_000_000, class_left=4)
    assert refused(lambda: more(6)(ground, said())) == ["topup.class_full", "application.over_cap"]
    assert refused(lambda: more(5)(ground, said())) == ["topup.class_full"]
    assert more(4)(ground, said()).after.face == FACE + 4


@pytest.mark.parametrize(
    ("at", "codes"), [(USE_BY_ENDS, ["voucher.ended"]), (FINISHED, ["voucher.ended", "round.finished"])]
)
def test_an_ended_voucher_and_a_finished_round_take_none(at: datetime, codes: list[str]) -> None:
    assert refused(lambda: more(1)(a_ground(scheme=ROOMY, pool=1), said(at))) == codes


def test_another_currency_is_refused() -> None:
    assert refused(lambda: lives.top_up(a_ground(), said(), amount=1, currency="EUR")) == ["topup.currency"]


# ── extend ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_extension_moves_the_three_dates_once() -> None:
    life = lives.extend(a_ground(), said())
    assert (life.after.use_by, life.after.claim_by) == (date(2020, 11, 14), date(2021, 1, 14))
    assert (life.after.ends_at, life.after.extended) == (EXTENDED_ENDS, 1)
    assert life.dates["use_by"] == (date(2020, 10, 15), date(2020, 11, 14))
    assert life.after.remind_at is not None
    assert refused(lambda: lives.extend(a_ground(life.after), said())) == ["voucher.extended_already"]


def test_what_expired_comes_again_as_far_as_the_pool_goes() -> None:
    for pool, back in ((FACE - 1, FACE - 1), (FACE + 1, FACE)):
        life = lives.extend(a_ground(swept(a_voucher()), pool=pool, expired=FACE), said(USE_BY_ENDS + DAY))
        assert (life.after.available, life.after.reclaimed, life.after.state) == (
            back,
            FACE - back,
            VoucherState.ACTIVE,
        )
        assert given_back(life) == -back


def test_what_expired_comes_again_as_far_as_the_share_of_its_class_and_the_cap_on_what_is_held_go() -> None:
    gone = a_ground(swept(a_voucher()), pool=FACE, expired=FACE)
    held_cap = {"cap": "held", "counts": "held", "subject": "holder", "period": "once", "limit": "90.00", "source": "x"}
    scheme = a_scheme({"caps": [held_cap]})
    holding = a_ground(gone.voucher, pool=FACE, expired=FACE, scheme=scheme, standing=2_000)
    for ground, back in ((replace(gone, class_left=300), 300), (holding, 7_000)):
        assert lives.extend(ground, said(USE_BY_ENDS + DAY)).after.available == back


def test_what_goes_back_just_now_is_room_in_its_class_again() -> None:
    life = lives.extend(a_ground(a_voucher(), class_left=0), said(USE_BY_ENDS + DAY))
    assert life.after.available == FACE


@pytest.mark.parametrize("pool", [0, FACE])
def test_it_does_not_matter_whether_the_sweep_has_come_first(pool: int) -> None:
    """The pool had as much less to give, had the sweep not come yet."""
    one = a_voucher()
    after, before = a_ground(swept(one), pool=pool + FACE, expired=FACE), a_ground(one, pool=pool)
    late, timely = (lives.extend(ground, said(USE_BY_ENDS + DAY)) for ground in (before, after))
    assert (late.after, late.amount, given_back(late)) == (timely.after, timely.amount, FACE + given_back(timely))
    assert late.swept is not None
    assert (late.swept.due, timely.swept) == (USE_BY_ENDS, None)


def test_past_the_end_of_the_round_neither_has_anything_left() -> None:
    late, timely = a_ground(pool=0), a_ground(swept(a_voucher()), pool=FACE, expired=FACE)
    assert refused(lambda: lives.extend(late, said(FINISHED))) == ["extension.nothing_left"]
    assert refused(lambda: lives.extend(timely, said(FINISHED))) == ["extension.nothing_left"]


def test_what_was_due_back_goes_back_although_something_is_held() -> None:
    life = lives.extend(a_ground(held(a_voucher(), 7), pool=1), said(FINISHED))
    assert (life.after.available, life.after.held, given_back(life), life.moved) == (0, 7, FACE - 7, None)


def test_a_round_that_no_longer_allocates_gives_nothing_again() -> None:
    gone = a_ground(swept(a_voucher()), pool=FACE, expired=FACE)
    assert refused(lambda: lives.extend(gone, said(FINISHED))) == ["extension.nothing_left"]
    part = a_ground(swept(held(a_voucher(), 7)), pool=FACE, expired=FACE - 7)
    assert lives.extend(part, said(FINISHED)).after.available == 0


@pytest.mark.parametrize("ends_by", [CANCELLED, LEFTOVER])
def test_what_was_ended_on_purpose_is_not_extended(ends_by: str) -> None:
    ended = a_voucher(ends_by=ends_by, ends_at=CLOSED)
    assert refused(lambda: lives.extend(a_ground(ended), said())) == ["voucher.ended"]


def test_a_scheme_may_extend_nothing() -> None:
    ground = a_ground(scheme=a_scheme({"validity/extension/value": None}))
    assert refused(lambda: lives.extend(ground, said())) == ["extension.not_offered"]


def test_the_end_of_the_year_caps_it_and_too_late_is_no_gain() -> None:
    year_end = datetime(2020, 12, 31, 16, 0, tzinfo=UTC)
    long = a_scheme({"validity/extension/value": {"days": 300}})
    capped = lives.extend(a_ground(scheme=long), said())
    assert (capped.after.ends_at, capped.after.ends_by) == (year_end, YEAR_END)
    assert refused(lambda: lives.extend(a_ground(), said(EXTENDED_ENDS))) == ["extension.no_gain"]
    at_the_end = a_voucher(use_by=date(2020, 12, 31), use_by_ends=year_end, ends_at=year_end, deliver_by_ends=year_end)
    assert refused(lambda: lives.extend(a_ground(at_the_end, scheme=long), said())) == ["extension.no_gain"]


# ── whatever is done ────────────────────────────────────────────────────────────────────────────────────────────


def order(make: Callable[..., Any], **named: Any) -> Callable[[Voucher, int], Any]:
    return lambda voucher, amount: make(voucher_id=voucher.id, amount=amount, funding=voucher.funding, **named)


ORDERS = [
    order(postings.authorise),
    order(postings.capture_held),
    order(postings.capture_available),
    order(postings.release, event="voided"),
    order(postings.refund),
]
ACTS: Sequence[Callable[[int], Act]] = [
    *(lambda _, act=act: act for act in (lives.activate, lives.suspend, lives.resume, lives.cancel, lives.extend)),
    more,
]
FUNDED = 3 * FACE


@given(
    some.booleans(),
    some.lists(
        some.tuples(some.sampled_from([*ORDERS, *ACTS, None]), some.integers(1, FACE), some.integers(0, 20)),
        max_size=14,
    ),
)
def test_whatever_is_done_a_voucher_keeps_its_parts_and_the_round_its_money(
    draft: bool, done: list[tuple[Any, int, int]]
) -> None:
    """None is the sweep. A redemption moves value whatever the state: what is held lives on."""
    voucher, pool, expired, at = DRAFT if draft else a_voucher(), FUNDED - FACE, 0, CLOSED
    for act, amount, days in done:
        at += days * DAY
        try:
            if act is None and at >= voucher.due_back and voucher.available:
                expired += voucher.available if voucher.ends_by != CANCELLED else 0
                pool, voucher = pool + voucher.available, swept(voucher, at)
            elif act in ORDERS:
                try:
                    voucher = voucher.after(act(voucher, amount), at=at)
                except ValueError:  # there is not as much to move
                    continue
            elif act is not None:
                ground = a_ground(voucher, scheme=ROOMY, pool=pool, expired=expired)
                life = act(amount)(ground, said(at))
                voucher, pool = life.after, pool + given_back(life)
                expired += life.swept.before.available if life.swept else 0
        except Refusal:
            continue
        assert voucher.face == voucher.available + voucher.held + voucher.captured + voucher.reclaimed
        assert pool >= 0
        assert pool + voucher.face - voucher.reclaimed == FUNDED
        assert voucher.state is voucher.state_at(at) or act is None
        assert voucher.extended <= 1


def test_a_kind_is_called_as_its_event() -> None:
    assert {kind.value for kind in LifeKind} == {
        "activated",
        "suspended",
        "resumed",
        "extended",
        "cancelled",
        "topped_up",
    }
