"""Scheme files that give out their budget in other ways, and rounds of them on the day before their window."""

from typing import Any

import httpx2

from services.chassis.database import Database
from tests.conftest import SetClock
from tests.voucher.scheme.samples import FILE
from tests.voucher.wallet.samples import BEFORE
from tests.voucher.wallet.steps import a_round, done, operator

METHOD = "method: {value: queue,"
WAITING_LIST = "waiting_list: {value: true,"
LAST_PLACE = "last_place: {value: partial,"
BACKING = "backing: {value: full,"


def a_file(*changes: tuple[str, str], caps: str = "") -> str:
    """The Jiangmen file with pieces replaced, and caps added in front of its own."""
    text = FILE.replace("caps:\n", f"caps:\n{caps}", 1)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def by(method: str, *changes: tuple[str, str], caps: str = "") -> str:
    """The same given out by a method."""
    return a_file((METHOD, f"method: {{value: {method},"), *changes, caps=caps)


async def a_round_by(
    method: str,
    api: httpx2.AsyncClient,
    database: Database,
    set_clock: SetClock,
    *changes: tuple[str, str],
    amount: str = "40000.00",
    caps: str = "",
) -> str:
    """A published, funded round of such a file on the day before its window."""
    await set_clock(BEFORE)
    return await a_round(api, database, amount, by(method, *changes, caps=caps))


async def a_notice(api: httpx2.AsyncClient, round_id: str, kind: str, **dates: Any) -> httpx2.Response:
    """A notice, proposed by one operator and published by another; the answer to the second, or the first refusal."""
    body = {"kind": kind, "document": "江工信〔2020〕70号", "text_zh": "系统维护。", "text_en": "Maintenance.", **dates}
    made = await api.post(f"/v1/rounds/{round_id}/notices", headers=operator(), json=body)
    if made.status_code != 201:
        return made
    path = f"/v1/rounds/{round_id}/notices/{made.json()['id']}/publish"
    return await api.post(path, headers=operator(per="per_second", sub="per_second"))


async def noticed(api: httpx2.AsyncClient, round_id: str, kind: str, **dates: Any) -> dict[str, Any]:
    return done(await a_notice(api, round_id, kind, **dates))
