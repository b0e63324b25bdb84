"""What nobody spent in a year lapses: all of it, except what payer accounts were already funded with."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.voucher.ledger.domain import posting as postings
from services.voucher.ledger.domain.budget import BudgetLine
from services.voucher.ledger.domain.lapsing import lapse, year_ends
from tests.voucher.ledger.samples import classification

LINE = UUID(int=1)
FEN = st.integers(0, 10**12)


@given(free=FEN, granted=FEN, pools=st.lists(st.tuples(FEN, FEN), max_size=3), funded=st.fractions(0, 1))
def test_pools_come_back_and_what_is_free_lapses_down_to_what_is_funded(
    free: int, granted: int, pools: list[tuple[int, int]], funded: float
) -> None:
    given_to = {UUID(int=10 + number): left + spent for number, (left, spent) in enumerate(pools)}
    appropriation = free + granted + sum(given_to.values())
    line = BudgetLine(
        LINE, classification(), appropriation, free, granted, funded=int(appropriation * funded), rounds=given_to
    )
    left = {(round_id, "all"): pools[number][0] for number, round_id in enumerate(given_to)}
    done = lapse(line, left)
    assert done.returned == sum(left.values())
    assert done.lapsed == min(free + done.returned, appropriation - line.funded)
    assert (done.line.appropriation, done.line.free) == (
        appropriation - done.lapsed,
        free + done.returned - done.lapsed,
    )
    assert done.line.in_rounds == sum(spent for _, spent in pools)
    assert sum(one.moved(one.entries[0].place.kind, LINE) for one in done.postings if one.event == "budget_lapsed") == (
        -done.lapsed
    )
    assert lapse(done.line, dict.fromkeys(left, 0)).postings == ()


def test_a_year_is_over_at_local_midnight() -> None:
    assert year_ends(2020).isoformat() == "2020-12-31T16:00:00+00:00"
    assert postings.lapse(amount=1, funding=BudgetLine(LINE, classification()).funding()).row == 45
