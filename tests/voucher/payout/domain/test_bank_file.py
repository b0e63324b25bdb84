"""A bank file says exactly what the batch says, in the bank's own words and letters."""

import csv
import io
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.refusals import Refusal
from services.standards.money import parse_amount
from services.voucher.payout.domain import bank_file
from services.voucher.payout.domain.bank_file import PROFILES
from services.voucher.payout.domain.preparing import Prepared
from tests.voucher.payout.samples import PAYER, a_leg, a_scene, prepared
from tests.voucher.payout.steps import an_account

NAMES = st.text(st.characters(codec="gbk", exclude_categories=("Cc", "Cs", "Co")), min_size=1, max_size=12)


def paying(*names: str) -> Prepared:
    """A batch that pays each of these names 15,000 yuan."""
    made = prepared(*(a_leg() for _ in names))
    payouts = tuple(replace(one, payee_name=name) for one, name in zip(made.payouts, names, strict=True))
    return replace(made, payouts=payouts)


def written(made: Prepared, profile: str, number: int = 1) -> bank_file.Written:
    account = replace(PAYER, file_profile=profile)
    return bank_file.write(made.batch, made.payouts, account=account, number=number)


@pytest.mark.parametrize("profile", PROFILES)
@given(names=st.lists(NAMES, min_size=1, max_size=5))
def test_what_the_bank_reads_is_what_the_batch_pays(profile: str, names: list[str]) -> None:
    made = paying(*names)
    text = written(made, profile).content.decode(PROFILES[profile].encoding)
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert tuple(header) == PROFILES[profile].header
    assert [row[1:6] for row in rows] == [
        [one.reference, one.payee_name, one.account_number, one.bank_code, one.bank_name] for one in made.payouts
    ]
    assert sum(parse_amount(row[6]) for row in rows) == made.batch.total


def test_lines_end_as_banks_want_them_and_count_from_one() -> None:
    content = written(paying("甲", "乙"), "csv-gbk").content
    assert [line.split(b",")[0] for line in content.split(b"\r\n")] == ["序号".encode("gbk"), b"1", b"2", b""]
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_a_file_is_named_after_account_batch_and_its_own_number() -> None:
    file = written(paying("甲"), "csv-utf8", number=3)
    assert file.name == "0123-000017-0003.csv"
    assert file.sha256 == sha256(file.content).hexdigest()


def test_the_same_batch_gives_the_same_bytes() -> None:
    made = paying("甲", "乙")
    assert written(made, "csv-gbk") == written(made, "csv-gbk")


def test_every_name_that_the_bank_cannot_write_is_told_and_none_is_altered() -> None:
    made = paying("甲", "𠮷野家", "Łódź")
    with pytest.raises(Refusal) as refused:
        written(made, "csv-gbk")
    assert [(one.code, one.numbers["characters"]) for one in refused.value.reasons] == [
        ("bank_file.unencodable", "𠮷"),
        ("bank_file.unencodable", "Łź"),
    ]


def test_a_bank_that_reads_unicode_is_told_every_name() -> None:
    assert "𠮷野家".encode() in written(paying("𠮷野家"), "csv-utf8").content


def test_a_name_with_a_comma_and_quotes_stays_one_name() -> None:
    leg, name = a_leg(), '甲"乙",丙'
    made = prepared(leg, scene=a_scene(leg, accounts=[an_account(name=name)]))
    (_, row) = csv.reader(io.StringIO(written(made, "csv-gbk").content.decode("gbk"), newline=""))
    assert row[2] == name
