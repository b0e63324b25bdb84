"""Every scheme file is sound, and what it cites can be looked up here."""

from pathlib import Path

import pytest

from services.voucher.scheme.domain import document
from services.voucher.scheme.domain.checking.sources import DEFAULT_SOURCE
from services.voucher.scheme.operations import reading
from tests.voucher.scheme.samples import FILE, SCHEMES

FILES = sorted(SCHEMES.glob("*.yaml"))
SECTIONS = (
    *("who", "allocation", "caps", "backing", "rate", "exclusions", "validity", "leftover"),
    *("applications", "evidence", "disclosure", "settlement", "under_use", "sanctions", "awards"),
)
named = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@named
def test_a_scheme_file_has_no_fault_and_its_own_name(path: Path) -> None:
    read = reading.read(path.read_text(encoding="utf-8"))
    assert not read.faults
    assert read.document["scheme"] == path.stem


@named
def test_every_scheme_has_the_same_sections_in_the_same_order(path: Path) -> None:
    keys = list(reading.read(path.read_text(encoding="utf-8")).document)
    said = [key for key in keys if key in SECTIONS]
    assert said == [section for section in SECTIONS if section in said]


@named
def test_every_clause_that_a_scheme_cites_stands_in_its_policy(path: Path) -> None:
    for basis in reading.read(path.read_text(encoding="utf-8")).document["basis"]:
        if "policy" in basis:
            policy = (SCHEMES / "policies" / f"{basis['policy']}.txt").read_text(encoding="utf-8")
            assert _stands(basis["clause"], policy)


def _stands(clause: str, policy: str) -> bool:
    """Whether a policy has a clause such as （七）, or 三(一): that of a chapter."""
    lines = [line.strip() for line in policy.splitlines()]
    number = clause.lstrip("一二三四五六七八九十")
    chapter = clause.removesuffix(number)
    begin = next((place for place, line in enumerate(lines) if line.startswith(f"{chapter}、")), 0) if chapter else 0
    return any(line.startswith(number) for line in lines[begin:])


@named
def test_every_row_that_a_scheme_cites_stands_among_the_facts(path: Path) -> None:
    facts = (SCHEMES / "facts.md").read_text(encoding="utf-8")
    for basis in reading.read(path.read_text(encoding="utf-8")).document["basis"]:
        assert "row" not in basis or f"\n| {basis['row']} |" in facts


def test_clause_seven_speaks_of_service_vouchers_and_of_the_categories() -> None:
    policy = (SCHEMES / "policies" / "jiangmen-2016-draft.txt").read_text(encoding="utf-8")
    (clause,) = [line for line in policy.splitlines() if line.startswith("（七）")]
    for word in ("小微企业服务补贴券", "社会培训", "管理咨询", "检验检测", "软件开发", "研发设计", "技术交流"):
        assert word in clause


def test_what_we_chose_ourselves_is_marked_so() -> None:
    scheme = document.read(reading.read(FILE).document)
    ours = (
        scheme.allocation.allocate_until,
        scheme.validity.proposal_lapses,
        scheme.evidence.silence_accepts,
        scheme.disclosure,
        scheme.settlement.review,
        scheme.settlement.review_within,
        scheme.settlement.correction_within,
        scheme.settlement.pay_within,
        scheme.validity.issued.claim_by,
        scheme.validity.backfilled.use_by,
        scheme.validity.backfilled.deliver_by,
    )
    assert {rule.source for rule in ours} == {DEFAULT_SOURCE}
