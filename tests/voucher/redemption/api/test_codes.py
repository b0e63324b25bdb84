"""Consent over HTTP: a code is drawn, a secret shown once, a PIN never, and a key set says what is genuine."""

import base64
import hashlib
import re
import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.chassis.database import Database
from services.chassis.ids import show
from tests.conftest import SetClock
from tests.voucher.redemption.api.test_redemptions import money, the
from tests.voucher.redemption.consented import PIN
from tests.voucher.redemption.samples import HOLDER, PROVIDER
from tests.voucher.redemption.stored import Stored, a_stored_voucher

SVG = '<svg xmlns="http://www.w3.org/2000/svg"'


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    return await a_stored_voucher(voucher_db)


def at(stored: Stored, noun: str) -> str:
    return f"/v1/vouchers/{show('vch', stored.voucher.id)}/{noun}"


async def a_code(voucher_api: httpx2.AsyncClient, stored: Stored, **body: Any) -> dict[str, Any]:
    asked = {"ceiling": money("400.00"), **body}
    answer = await voucher_api.post(at(stored, "code"), headers=the("holder"), json=asked)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_code_is_text_and_picture_and_says_how_far_it_goes(
    stored: Stored, voucher_api: httpx2.AsyncClient
) -> None:
    code = await a_code(voucher_api, stored, provider_id=show("prv", PROVIDER))
    assert re.fullmatch("IVQ1:[A-Z2-7]+", code["token"])
    assert (code["voucher_id"], code["ceiling"]) == (show("vch", stored.voucher.id), money("400.00"))
    assert code["provider_id"] == show("prv", PROVIDER)
    assert code["svg"].startswith(SVG)


async def test_a_code_for_any_provider_is_a_picture_of_41_modules_a_side(
    stored: Stored, voucher_api: httpx2.AsyncClient
) -> None:
    picture = (await a_code(voucher_api, stored))["svg"]
    assert f'width="{4 * (41 + 8)}"' in picture


async def test_whoever_has_the_published_key_can_check_a_code(stored: Stored, voucher_api: httpx2.AsyncClient) -> None:
    """As a stranger would: from the documents alone, not with our own reader."""
    (key, _) = (await voucher_api.get("/.well-known/voucher-keys.json")).json()["keys"]
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("OKP", "Ed25519", "EdDSA", "sig")
    raw_key = base64.urlsafe_b64decode(key["x"] + "=")
    text = (await a_code(voucher_api, stored))["token"].removeprefix("IVQ1:")
    raw = base64.b32decode(text + "=" * (-len(text) % 8))
    version, key_id, voucher = struct.unpack_from(">B4s16s", raw)
    assert (version, voucher) == (1, stored.voucher.id.bytes)
    assert key_id.hex() == key["kid"] == hashlib.sha256(raw_key).hexdigest()[:8]
    Ed25519PublicKey.from_public_bytes(raw_key).verify(raw[-64:], raw[:-64])
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(raw_key).verify(raw[-64:], raw[:-65] + b"\xff")


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"ceiling": money("0.00")}, "/ceiling", "amount.not_positive"),
        ({"ceiling": money("400.00"), "pin": "12345"}, "/pin", "pin.form"),
        ({"ceiling": money("400.00"), "pin": "١٢٣٤٥٦"}, "/pin", "pin.form"),
        ({"ceiling": money("600.00")}, "/pin", "pin.required"),
        ({"ceiling": {"amount": "400.00", "currency": "EUR"}}, "/ceiling", "voucher.currency"),
    ],
)
async def test_what_cannot_be_made_is_told_by_field(
    stored: Stored, voucher_api: httpx2.AsyncClient, body: Mapping[str, Any], pointer: str, code: str
) -> None:
    answer = await voucher_api.post(at(stored, "code"), headers=the("holder"), json=body)
    assert (answer.status_code, answer.json()["code"], answer.json()["errors"][0]["pointer"]) == (422, code, pointer)
    assert str(body.get("pin", "no pin")) not in answer.text


async def test_a_pin_is_set_and_then_asked_for(stored: Stored, voucher_api: httpx2.AsyncClient) -> None:
    put = await voucher_api.put("/v1/wallet/pin", headers=the("holder"), json={"pin": PIN})
    assert (put.status_code, put.json()["holder_id"]) == (200, show("org", HOLDER))
    assert PIN not in put.text
    again = await voucher_api.put("/v1/wallet/pin", headers=the("holder"), json={"pin": "604815"})
    assert (again.status_code, again.json()["code"]) == (422, "pin.current_missing")
    changed = {"pin": "604815", "current_pin": PIN}
    assert (await voucher_api.put("/v1/wallet/pin", headers=the("holder"), json=changed)).status_code == 200


async def test_a_locked_pin_says_when_to_come_back(stored: Stored, voucher_api: httpx2.AsyncClient) -> None:
    await voucher_api.put("/v1/wallet/pin", headers=the("holder"), json={"pin": PIN})
    asked = {"ceiling": money("400.00"), "pin": "730518"}
    wrong = [await voucher_api.post(at(stored, "code"), headers=the("holder"), json=asked) for _ in range(6)]
    assert [answer.json()["code"] for answer in wrong] == ["pin.wrong"] * 5 + ["pin.locked"]
    assert wrong[-1].status_code == 429
    assert 800 < int(wrong[-1].headers["Retry-After"]) <= 900


async def test_a_secret_is_shown_once(stored: Stored, voucher_api: httpx2.AsyncClient) -> None:
    await voucher_api.put("/v1/wallet/pin", headers=the("holder"), json={"pin": PIN})
    headers = the("holder")
    first = await voucher_api.post(at(stored, "secret"), headers=headers)
    again = await voucher_api.post(at(stored, "secret"), headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert re.fullmatch("[2-9A-Z]{4}(-[2-9A-Z]{4}){4}", first.json()["secret"])
    assert first.json()["secret"].endswith(first.json()["last_four"])
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == {**first.json(), "secret": None}


async def test_a_provider_hangs_up_a_code_a_holder_scans_it_and_it_is_taken_down(
    stored: Stored, voucher_api: httpx2.AsyncClient
) -> None:
    body = {"label": "东区前台"}
    made = (await voucher_api.post("/v1/provider-codes", headers=the("provider"), json=body)).json()
    assert made["svg"].startswith(SVG)
    scanned = await voucher_api.get(f"/v1/provider-codes/{made['code']}", headers=the("holder"))
    assert (scanned.json()["provider_id"], scanned.json()["label"]) == (show("prv", PROVIDER), "东区前台")
    assert scanned.json()["categories"] == ["design", "testing"]
    retire = f"/v1/provider-codes/{made['id']}/retire"
    assert (await voucher_api.post(retire, headers=the("provider"))).json()["retired_at"] is not None
    assert (await voucher_api.post(retire, headers=the("provider"))).json()["code"] == "provider_code.retired"
    listed = (await voucher_api.get("/v1/provider-codes", headers=the("provider"))).json()["items"]
    assert [one["code"] for one in listed] == [made["code"]]
    gone = await voucher_api.get(f"/v1/provider-codes/{made['code']}", headers=the("holder"))
    never = await voucher_api.get("/v1/provider-codes/IVP1:2222", headers=the("holder"))
    assert {(one.status_code, one.json()["code"]) for one in (gone, never)} == {(404, "provider_code.unknown")}
