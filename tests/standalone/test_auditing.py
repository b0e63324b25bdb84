"""An audit says whether the signatures it saw are of keys that it was told of."""

import json
from pathlib import Path

import pytest

from services.standalone.auditing import UNPROVED, Verdict, kept_head
from services.standalone.installation import Unusable


def verdict(*, seals: int, signatures: str) -> Verdict:
    return Verdict(at="2020-09-14", counted={}, findings=[], seals=seals, head=None, signatures=signatures)


def test_seals_that_anybody_may_have_signed_are_not_passed_over() -> None:
    assert len(verdict(seals=1, signatures=UNPROVED).as_lines()) == 2
    assert verdict(seals=1, signatures=UNPROVED).as_json()["signatures"] == "unproved"


def test_seals_of_keys_that_are_believed_need_no_word() -> None:
    assert verdict(seals=1, signatures="believed").as_lines() == ["audit: ok"]


def test_where_nothing_is_sealed_nothing_is_unproved() -> None:
    assert verdict(seals=0, signatures=UNPROVED).as_lines() == ["audit: ok"]


@pytest.mark.parametrize(
    "kept",
    [
        "a.b.c\n",
        json.dumps({"audit": "ok", "head": "a.b.c"}),
        json.dumps({"receipt": {"of": {}, "head": "a.b.c"}, "jws": "x.y.z"}),
    ],
    ids=["seal", "audit", "receipt"],
)
def test_a_head_is_kept_alone_or_in_an_audit_or_in_a_receipt(tmp_path: Path, kept: str) -> None:
    (tmp_path / "kept").write_text(kept)
    assert kept_head(tmp_path / "kept") == "a.b.c"


@pytest.mark.parametrize("kept", ["", "{}", '{"head": null}', '{"receipt": {"head": null}, "jws": "x.y.z"}'])
def test_a_file_without_a_head_is_told_what_was_looked_for(tmp_path: Path, kept: str) -> None:
    (tmp_path / "kept").write_text(kept)
    with pytest.raises(Unusable, match=r"kept has no head .* `jws` of a seal, or a whole audit or receipt"):
        kept_head(tmp_path / "kept")


def test_a_file_that_cannot_be_read_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("{")
    for file in (tmp_path / "kept", tmp_path / "none"):
        with pytest.raises(Unusable, match="cannot be read: "):
            kept_head(file)
