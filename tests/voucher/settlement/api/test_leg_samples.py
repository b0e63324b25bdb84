"""Samples of claim lines over HTTP: promised and drawn by two operators, told with figures, seed and places."""

from typing import Any

import httpx2
import pytest

from services.chassis.ids import show
from services.voucher.wallet.domain.draw import digest, seed_of
from tests.conftest import Begin
from tests.voucher.conftest import calls
from tests.voucher.settlement.operations.test_leg_sampling import Round, who_may_be_paid

TEXT = "02 09 16 21 25 31 + 07"
PROMISE = {"commitment": digest("a secret"), "public_source": "开奖号码", "public_form": "00 00 00 00 00 00 + 00"}


def operator(person: str, key: str | None = None) -> dict[str, str]:
    return calls(person, "operator", key=key, treasury=None, bureau="jiangmen-sme")


@pytest.fixture
async def paid(begin: Begin) -> Round:
    return await begin(who_may_be_paid)


async def test_a_sample_is_promised_drawn_and_read_again(voucher_api: httpx2.AsyncClient, paid: Round) -> None:
    path = f"/v1/rounds/{show('rnd', paid.stored.voucher.round_id)}/leg-samples"
    for _ in range(2):
        promised = await voucher_api.post(f"{path}/promise", headers=operator("per_first", "key-1"), json=PROMISE)
        assert (promised.status_code, promised.json()["turn"]) == (201, 1)
    asked = {"secret": "a secret", "public_text": TEXT}
    for _ in range(2):
        drawn = await voucher_api.post(path, headers=operator("per_second", "key-2"), json=asked)
        assert (drawn.status_code, drawn.json()["drawn"]) == (201, 2)
    (listed,) = (await voucher_api.get(path, headers=operator("per_first"))).json()["items"]
    assert (listed["seed"], listed["share"]) == (seed_of("a secret", TEXT), "2/5")
    first = await places(voucher_api, f"{path}/{listed['id']}/lines?limit=2")
    rest = await places(voucher_api, f"{path}/{listed['id']}/lines?limit=2&after={first['next_cursor']}")
    assert [one["picked"] for one in (*first["items"], *rest["items"])] == [True, True, False]


async def places(api: httpx2.AsyncClient, path: str) -> dict[str, Any]:
    answer = await api.get(path, headers=calls("per_a", "auditor", treasury=None))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body
