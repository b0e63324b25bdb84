"""A problem code means one thing, whichever service answers with it."""

from itertools import combinations

from services.chassis.problems import CHASSIS_PROBLEMS
from services.gateway.problems import PROBLEMS as GATEWAY
from services.registry.problems import PROBLEMS as REGISTRY
from services.voucher.problems import PROBLEMS as VOUCHER


def test_no_code_has_two_meanings() -> None:
    tables = (CHASSIS_PROBLEMS, GATEWAY, REGISTRY, VOUCHER)
    shared = [(a, b, code) for a, b in combinations(tables, 2) for code in a.keys() & b.keys()]
    assert [code for a, b, code in shared if a[code] != b[code]] == []
