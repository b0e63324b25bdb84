"""Receipts and proofs are given to whoever may see the thing itself, and checked with the published keys alone."""

import contextlib
import json
import re
import runpy
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.chassis.ids import new_id, show
from tests.conftest import SetClock
from tests.voucher.ledger.sealed import seal_all
from tests.voucher.oversight.played import DISTRICT, PAYEE_NUMBER, Body, Play, cny, the
from tests.voucher.settlement.claimed import CLAIMED, SETTLEMENT

PAGE = Path(__file__).parents[4] / "docs" / "seals-cycle.md"
STRANGER: Body = {"org": show("org", new_id())}


FUNCTIONS, USE = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def page(tmp_path: Path) -> dict[str, Any]:
    """The functions of the page, as somebody would copy them."""
    (tmp_path / "outsider.py").write_text(FUNCTIONS, encoding="utf-8")
    return runpy.run_path(str(tmp_path / "outsider.py"))


async def script(play: Play, folder: Path, capsys: pytest.CaptureFixture[str], one: str) -> list[str]:
    """What the whole page prints of a receipt, run where its two files lie."""
    headers = {**the("auditor"), "Accept": "application/jose"}
    (folder / "receipt.jws").write_text((await play.api.get(f"/v1/receipts/{one}", headers=headers)).text)
    (folder / "keys.json").write_text(json.dumps(await keys(play)))
    (folder / "script.py").write_text(f"{FUNCTIONS}\n\n{USE}", encoding="utf-8")
    with contextlib.chdir(folder):
        runpy.run_path("script.py")
    return capsys.readouterr().out.splitlines()


async def asked(play: Play, path: str, role: str = "auditor", **claims: Any) -> Body:
    answer = await play.api.get(f"/v1/{path}", headers=the(role, **claims))
    assert answer.is_success, answer.text
    body: Body = answer.json()
    return body


async def keys(play: Play) -> Body:
    body: Body = (await play.api.get("/.well-known/voucher-keys.json")).json()
    return body


def redemption(play: Play) -> str:
    return show("red", play.captured.redemption_id)


async def test_a_proof_is_checked_by_the_page_alone(play: Play, page: dict[str, Any]) -> None:
    await seal_all(play.database)
    proven, published = await asked(play, f"redemptions/{redemption(play)}/proof", "holder"), await keys(play)
    seals = [page["sealed_by"](proof, published, "sandbox-seal") for proof in proven["proofs"]]
    assert {seal["number"] for seal in seals} == {"1"}
    rows = [proof["row"] for proof in proven["proofs"]]
    assert ['"event":"authorised"' in row or '"event":"captured"' in row for row in rows] == [True] * len(rows)
    assert f'"amount":"{CLAIMED}"' in rows[-1]


async def test_a_proof_of_anything_else_is_refused_by_the_page(play: Play, page: dict[str, Any]) -> None:
    await seal_all(play.database)
    (proof, *_) = (await asked(play, f"redemptions/{redemption(play)}/proof"))["proofs"]
    published = await keys(play)
    for change in (
        {"row": proof["row"].replace("authorised", "refunded")},
        {"sealed": {**proof["sealed"], "index": 0}},
    ):
        with pytest.raises(AssertionError):
            page["sealed_by"]({**deepcopy(proof), **change}, published, "sandbox-seal")
    with pytest.raises(AssertionError):
        page["sealed_by"](proof, published)


async def test_what_waits_for_its_seal_has_no_proof_yet(play: Play, page: dict[str, Any]) -> None:
    proven = await asked(play, f"redemptions/{redemption(play)}/proof")
    assert [proof["sealed"] for proof in proven["proofs"]] == [None] * len(proven["proofs"])
    assert (proven["head"], len(proven["proofs"]) > 0) == (None, True)
    with pytest.raises(AssertionError, match="has no seal yet"):
        page["sealed_by"](proven["proofs"][0], await keys(play), "sandbox-seal")


async def test_the_script_of_the_page_says_what_is_sealed_and_what_is_not_yet(
    play: Play, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    waiting = await script(play, tmp_path, capsys, redemption(play))
    assert [line.rpartition(" ")[2] for line in waiting] == ["None"] * len(waiting) != []
    await play.paid()
    await seal_all(play.database)
    told = await script(play, tmp_path, capsys, redemption(play))
    assert {line.rpartition(" seal ")[2] for line in told} == {"1"}
    assert any(f" {CLAIMED} " in line for line in told)
    assert await script(play, tmp_path, capsys, play.claim_id)


async def test_a_receipt_of_each_kind_is_checked_by_the_page_alone(play: Play, page: dict[str, Any]) -> None:
    await play.paid()
    last = (await seal_all(play.database))[-1]
    (payout,) = (await asked(play, "payouts"))["items"]
    ids = [show("vch", play.captured.stored.voucher.id), redemption(play), play.claim_id, payout["id"]]
    published = await keys(play)
    told = {}
    for one in ids:
        shown = await asked(play, f"receipts/{one}")
        signed = page["opened"](shown["jws"], published, "sandbox-receipt")
        assert (signed, signed["sub"], signed["head"]) == (shown["receipt"], one, last.jws)
        for proof in signed["proofs"]:
            page["sealed_by"](proof, published, "sandbox-seal")
        told[signed["of"]["kind"]] = signed["of"], len(signed["proofs"])
    assert [kind for kind, (_, count) in told.items() if count > 0] == ["voucher", "redemption", "claim", "payout"]
    assert told["voucher"][0]["captured"] == told["redemption"][0]["captured"] == cny(CLAIMED)
    (line,) = told["claim"][0]["lines"]
    assert (line["settlement"], line["approved"], line["paid"]) == (cny(SETTLEMENT), cny(CLAIMED), cny(CLAIMED))
    assert (told["payout"][0]["amount"], told["payout"][0]["account_ends_in"]) == (cny(CLAIMED), PAYEE_NUMBER[-4:])
    assert PAYEE_NUMBER not in str(told["payout"])


async def test_a_receipt_tells_what_fell_due_as_the_redemption_does_though_no_timer_ran(
    play: Play, set_clock: SetClock
) -> None:
    one = show("red", await play.captured.stored.authorised())
    before = (await asked(play, f"receipts/{one}"))["receipt"]["of"]
    await set_clock(datetime(2021, 6, 1, 2, 0, tzinfo=UTC))
    seen, signed = await asked(play, f"redemptions/{one}"), (await asked(play, f"receipts/{one}"))["receipt"]["of"]
    assert (before["state"], signed["state"], signed["held"]) == ("authorised", "lapsed", cny(0))
    assert {name: seen[name] for name in ("state", "held", "captured")} == {
        name: signed[name] for name in ("state", "held", "captured")
    }


async def test_a_receipt_alone_is_had_as_jose(play: Play, page: dict[str, Any]) -> None:
    headers = {**the("holder"), "Accept": "application/jose"}
    answer = await play.api.get(f"/v1/receipts/{redemption(play)}", headers=headers)
    assert answer.headers["content-type"] == "application/jose"
    signed = page["opened"](answer.text, await keys(play), "sandbox-receipt")
    assert (signed["iss"], signed["mode"], signed["sub"]) == ("innovoucher", "test", redemption(play))


@pytest.mark.parametrize(
    ("role", "claims", "seen"),
    [
        ("holder", {}, {"vch", "red", "clm"}),
        ("provider", {}, {"red", "clm", "pyt"}),
        ("auditor", {"treasury": None}, {"vch", "red", "clm", "pyt"}),
        ("holder", STRANGER, set()),
        ("provider", STRANGER, set()),
    ],
)
async def test_who_may_see_a_thing_gets_its_receipt_and_nobody_else(
    play: Play, role: str, claims: Body, seen: set[str]
) -> None:
    await play.released()
    await play.send()
    (payout,) = (await asked(play, "payouts"))["items"]
    ids = [show("vch", play.captured.stored.voucher.id), redemption(play), play.claim_id, payout["id"]]
    answers = {one[:3]: await play.api.get(f"/v1/receipts/{one}", headers=the(role, **claims)) for one in ids}
    assert {kind: answer.status_code for kind, answer in answers.items()} == {
        kind: 200 if kind in seen else 404 for kind in answers
    }


@pytest.mark.parametrize("called", ["rnd_" + "0" * 32, "vch_1", "nothing", "vch"])
async def test_there_is_no_receipt_of_anything_else(play: Play, called: str) -> None:
    answer = await play.api.get(f"/v1/receipts/{called}", headers=the("auditor"))
    assert (answer.status_code, answer.json()["code"]) == (404, "receipt.unknown")


@pytest.mark.parametrize(
    ("called", "code"),
    [("vch", "voucher.unknown"), ("red", "redemption.unknown"), ("clm", "claim.unknown"), ("pyt", "payout.unknown")],
)
async def test_what_is_not_there_is_not_told_from_what_may_not_be_seen(play: Play, called: str, code: str) -> None:
    answer = await play.api.get(f"/v1/receipts/{show(called, new_id())}", headers=the("auditor"))
    assert (answer.status_code, answer.json()["code"]) == (404, code)


async def test_a_proof_is_for_who_may_see_the_redemption(play: Play) -> None:
    path = f"/v1/redemptions/{redemption(play)}/proof"
    wanted = {"holder": 200, "provider": 200, "operator": 403}
    assert {role: (await play.api.get(path, headers=the(role))).status_code for role in wanted} == wanted
    assert (await play.api.get(path, headers=the("reviewer", **DISTRICT))).status_code == 200
    assert (await play.api.get(path, headers=the("holder", **STRANGER))).status_code == 404
    unknown = f"/v1/redemptions/{show('red', new_id())}/proof"
    assert (await play.api.get(unknown, headers=the("auditor"))).json()["code"] == "redemption.unknown"
