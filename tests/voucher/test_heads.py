"""A head that was seen is not forgotten: by nobody who shares the folder, and by no restart."""

from pathlib import Path

import pytest

from services.chassis.database import Database
from services.voucher.heads import Heads
from services.voucher.ledger.domain.tampering import Head

FIRST, SECOND = Head(1, bytes(32)), Head(2, bytes([1]) * 32)


def test_without_a_folder_it_is_remembered_in_memory_only(voucher_db: Database) -> None:
    heads = Heads()
    heads.keep(voucher_db, FIRST)
    assert (heads.last(voucher_db), Heads().last(voucher_db)) == (FIRST, None)


def test_what_one_keeps_all_who_share_the_folder_know_after_a_restart_too(voucher_db: Database, tmp_path: Path) -> None:
    one, other = Heads(tmp_path / "heads"), Heads(tmp_path / "heads")
    assert other.last(voucher_db) is None
    one.keep(voucher_db, FIRST)
    other.keep(voucher_db, SECOND)
    assert {heads.last(voucher_db) for heads in (one, other, Heads(tmp_path / "heads"))} == {SECOND}


def test_an_older_head_never_takes_the_place_of_a_newer_one(voucher_db: Database, tmp_path: Path) -> None:
    heads = Heads(tmp_path)
    heads.keep(voucher_db, SECOND)
    heads.keep(voucher_db, FIRST)
    assert heads.last(voucher_db) == SECOND


def test_a_file_that_cannot_be_read_is_not_taken_for_none(voucher_db: Database, tmp_path: Path) -> None:
    Heads(tmp_path).keep(voucher_db, FIRST)
    (file,) = tmp_path.iterdir()
    file.write_text("1")
    with pytest.raises(ValueError, match="unpack"):
        Heads(tmp_path).last(voucher_db)
