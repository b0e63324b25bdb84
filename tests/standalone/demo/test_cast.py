"""The cast of the demonstration is valid and the same for the same seed."""

import pytest

from services.standalone.demo.cast import FIRMS, PLAYED, PRIORITY_FIRMS, draw
from services.standards import uscc


def test_the_same_seed_draws_the_same_cast() -> None:
    assert draw(7) == draw(7)
    assert draw(7) != draw(8)


@pytest.mark.parametrize("seed", [0, 7, 2020])
def test_every_firm_has_a_valid_code_of_its_own_but_one(seed: int) -> None:
    cast = draw(seed)
    codes = {firm.organization.uscc for firm in cast.firms} | {one.uscc for one in cast.providers}
    assert len(codes) == FIRMS + 12
    assert all(uscc.check(code) == code for code in codes)
    with pytest.raises(uscc.WrongCheck):
        uscc.check(cast.wrong_code.uscc)


@pytest.mark.parametrize("seed", [0, 7, 2020])
def test_every_path_is_played_by_a_firm_that_gets_a_voucher(seed: int) -> None:
    cast = draw(seed)
    assert {firm.path for firm in cast.firms if firm.priority} >= set(PLAYED)
    assert sum(firm.priority for firm in cast.firms) == PRIORITY_FIRMS
    assert cast.firms[cast.related].priority
    assert len({*cast.twice, cast.sanctioned, cast.related}) == 4
