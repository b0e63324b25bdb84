"""What a voucher may not pay for is said all at once, each kind of work by its own reason."""

from services.voucher.scheme.domain.exclusions import Exclusions, reasons
from services.voucher.scheme.domain.facts import DealFacts
from services.voucher.scheme.domain.rule import Rule

EXCLUSIONS = Exclusions(
    categories=Rule(("testing",), "clause 1"),
    related_parties=Rule(True, "clause 2"),
    services=Rule(("statutory_test", "advertising"), "clause 3"),
    funded=Rule(True, "clause 4"),
    subcontracted=Rule(True, "clause 5"),
)
DEAL = DealFacts(
    services=frozenset({"advertising", "statutory_test", "design"}), funded_by=("city",), subcontracted=True
)


def test_everything_that_is_excluded_is_said_at_once() -> None:
    found = reasons(EXCLUSIONS, DEAL, at="/contract")
    assert [(one.code, one.pointer, one.clause) for one in found] == [
        ("service.excluded", "/contract/services", "clause 3"),
        ("service.excluded", "/contract/services", "clause 3"),
        ("work.funded_elsewhere", "/contract/funded_by", "clause 4"),
        ("work.subcontracted", "/contract/subcontracted", "clause 5"),
    ]


def test_a_contract_that_declares_nothing_is_in_nobodys_way() -> None:
    assert reasons(EXCLUSIONS, DealFacts()) == []


def test_a_rule_that_the_file_leaves_out_or_denies_is_not_asked() -> None:
    lenient = Exclusions(EXCLUSIONS.categories, EXCLUSIONS.related_parties, funded=Rule(False, "clause 4"))
    assert reasons(lenient, DEAL) == []
