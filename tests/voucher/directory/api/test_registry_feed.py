"""Whether the registry is believed, over HTTP, and the way back."""

import httpx2
import pytest

from services.chassis import decisions
from services.chassis.database import Database
from services.voucher.directory.operations.listen import listen
from services.voucher.directory.store import feed
from tests.voucher.conftest import calls
from tests.voucher.directory.told import Told
from tests.voucher.redemption.stored import CALENDAR

FEED = "/v1/registry-feed"
REASON = {"reason": "由备份恢复，缺失的处分已补录。"}


@pytest.fixture
async def distrusted(voucher_db: Database) -> Told:
    """A registry that was heard and then not believed."""
    told = Told([CALENDAR])
    await listen(voucher_db, told.registry)
    async with voucher_db.begin() as connection:
        await feed.distrust(connection, "rewound")
    return told


@pytest.mark.usefixtures("distrusted")
async def test_the_auditor_sees_that_and_why_it_is_not_believed(voucher_api: httpx2.AsyncClient) -> None:
    shown = (await voucher_api.get(FEED, headers=calls("per_a", "auditor"))).json()
    assert (shown["distrusted_why"], shown["known"], shown["replay_asked_at"]) == ("rewound", 1, None)
    assert shown["distrusted_since"].endswith("Z")


async def test_an_operator_has_it_heard_anew_and_says_why(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, distrusted: Told
) -> None:
    asked = await voucher_api.post(f"{FEED}/replay", json=REASON, headers=calls("per_o", "operator"))
    assert (asked.status_code, asked.json()["replay_asked_at"] is not None) == (202, True)
    await listen(voucher_db, distrusted.registry)
    shown = (await voucher_api.get(FEED, headers=calls("per_o", "operator"))).json()
    assert (shown["distrusted_why"], shown["replays"], shown["replay_asked_at"]) == (None, 1, None)
    async with voucher_db.read() as connection:
        found = await connection.execute(decisions.DECISIONS.select().where(decisions.DECISIONS.c.kind == "replay"))
        (logged,) = found.mappings()
    assert (logged["actor"], logged["numbers"]) == ("per_o", {"why": "rewound", "known": 1, **REASON})


@pytest.mark.parametrize("role", ["auditor", "admin", "holder", "reviewer"])
async def test_nobody_else_has_it_heard_anew(voucher_api: httpx2.AsyncClient, role: str) -> None:
    answer = await voucher_api.post(f"{FEED}/replay", json=REASON, headers=calls("per_x", role))
    assert answer.status_code == 403
