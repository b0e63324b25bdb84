"""The audit of awards finds what no line of code of ours would write."""

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.voucher.awards.operations.reporting import SpendingTimer
from services.voucher.awards.store import audit
from tests.conftest import SetClock
from tests.voucher.awards.operations.test_claiming import LEVEL
from tests.voucher.awards.operations.test_recomputing import recompute
from tests.voucher.awards.operations.test_reporting import decide, recomputed, submit, the_report
from tests.voucher.awards.paid import LATER, paid_in_full
from tests.voucher.awards.steps import MATCH, TOP_UP, YUAN, Office


async def found(superuser_url: str, harm: str) -> set[str]:
    """The checks that find something once rows were harmed as no grant would allow; nothing of it is kept."""
    root = Database(superuser_url, "voucher")
    async with root.begin() as connection:
        await connection.execute(text("SET LOCAL session_replication_role TO replica"))
        await connection.execute(text(harm))
        named = {one.check for one in await audit.findings(connection)}
        await connection.rollback()
    await root.dispose()
    return named


@pytest.mark.parametrize(
    ("check", "harm"),
    [
        ("award.line", "UPDATE award_claims SET amount = amount + 1"),
        ("award.line", "UPDATE claim_lines SET award_claim_id = gen_random_uuid()"),
        ("award.used", "UPDATE cap_counters SET used = used + 1 WHERE cap LIKE '%/award:%'"),
        ("award.takes", "UPDATE claim_line_takes SET released_at = clock_timestamp()"),
        ("award.shares", "DELETE FROM claim_line_shares"),
    ],
)
async def test_what_does_not_fit_its_claim_is_found(spaces: Office, superuser_url: str, check: str, harm: str) -> None:
    claim = await spaces.claim("recognition", **LEVEL, facts={"level": "national"})
    await spaces.approve(claim)
    assert check in await found(superuser_url, harm)
    assert await found(superuser_url, "SELECT 1") == set()


async def test_who_took_part_and_computed_again_is_found(office: Office, superuser_url: str) -> None:
    claim = await office.claim("top-up", **TOP_UP)
    await office.approve(claim)
    await recompute(office, claim, 20_000 * YUAN)
    assert await found(superuser_url, "UPDATE award_recomputations SET made_by = 'per_city'") == {"award.recomputed"}


async def test_more_asked_back_than_was_owed_is_found(match: Office, superuser_url: str, set_clock: SetClock) -> None:
    claim = await match.claim("match", **MATCH)
    await paid_in_full(match, claim, set_clock)
    await SpendingTimer().run(match.database, LATER)
    more = "UPDATE spending_reports SET owed = owed + 1"
    assert await found(superuser_url, more) == {"award.reported"}
    await recomputed(match, await the_report(match), 1)
    twice = "UPDATE clawback_proposals SET amount = amount * 2, before = before * 2, after = after * 2"
    assert await found(superuser_url, twice) == {"award.asked_back"}


async def test_what_is_not_asked_back_is_found(match: Office, superuser_url: str, set_clock: SetClock) -> None:
    claim = await match.claim("match", **MATCH)
    await paid_in_full(match, claim, set_clock)
    await SpendingTimer().run(match.database, LATER)
    await submit(match, await the_report(match), [])
    await decide(match, await the_report(match))
    assert await found(superuser_url, "DELETE FROM clawback_proposals") == {"award.spent"}
