"""States what must hold of rounds, applications and vouchers, whoever wrote them, and finds what breaks it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.ledger.domain.finding import Finding
from services.voucher.ledger.store import checks
from services.voucher.ledger.store.checks import Check
from services.voucher.wallet.store.life_audit import CHECKS as LIVES
from services.voucher.wallet.store.review_audit import CHECKS as REVIEWS
from services.voucher.wallet.store.round_audit import CHECKS as ROUNDS

VOUCHER = "'voucher vch_' || replace({}::text, '-', '')"
ROUND = "'round rnd_' || replace({}::text, '-', '')"
APPLICATION = "'application app_' || replace({}::text, '-', '')"

IDENTITY = Check(
    "voucher.identity",
    f"""
    SELECT {VOUCHER.format("id")}, 'face ' || face,
           'available ' || available || ' + held ' || held || ' + captured ' || captured || ' + reclaimed ' || reclaimed
    FROM vouchers
    WHERE face <> available + held + captured + reclaimed OR least(available, held, captured, reclaimed) < 0
    """,
)

# Issued is what came out of the pool, reclaimed what went back into it, or was cut, and did not come again to an
# extended voucher, by the journals of each: rows 10, 45, 14 and 16, the last summing to zero where an upheld objection
# leaves the value with the holder.
STORED = Check(
    "voucher.stored",
    f"""
    SELECT {VOUCHER.format("coalesce(vouchers.id, folded.owner)")},
           'available ' || coalesce(folded.available, 0) || ', held ' || coalesce(folded.held, 0) || ', captured '
           || coalesce(folded.captured, 0) || ', face ' || coalesce(issued, 0) || ', reclaimed '
           || coalesce(returned, 0),
           coalesce('available ' || vouchers.available || ', held ' || vouchers.held || ', captured '
                    || vouchers.captured || ', face ' || face || ', reclaimed ' || reclaimed, 'no such voucher')
    FROM vouchers
    FULL JOIN (
        SELECT owner, coalesce(sum(amount) FILTER (WHERE place = 'available'), 0) AS available,
               coalesce(sum(amount) FILTER (WHERE place = 'held'), 0) AS held,
               coalesce(sum(amount) FILTER (WHERE place = 'captured'), 0) AS captured,
               coalesce(sum(amount) FILTER (WHERE event IN ('issued', 'topped_up')), 0) AS issued,
               coalesce(-sum(amount) FILTER (WHERE "row" IN (10, 14, 16, 45) OR event = 'reissued'), 0) AS returned
        FROM entries JOIN journals ON journals.id = entries.journal_id
        WHERE place IN ('available', 'held', 'captured') GROUP BY owner
    ) AS folded ON folded.owner = vouchers.id
    WHERE (vouchers.available, vouchers.held, vouchers.captured, face, reclaimed)
          IS DISTINCT FROM (folded.available, folded.held, folded.captured, issued, returned)
    """,
)

POOL = Check(
    "round_pool.stored",
    f"""
    SELECT {ROUND.format("coalesce(round_pools.round_id, folded.owner)")} || ' '
           || coalesce(round_pools.pool_class, folded.part),
           coalesce(folded.amount, 0)::text, coalesce(round_pools.balance::text, 'no such pool')
    FROM round_pools
    FULL JOIN (
        SELECT owner, part, sum(amount) AS amount FROM entries WHERE place = 'round_pool' GROUP BY owner, part
    ) AS folded ON folded.owner = round_pools.round_id AND folded.part = round_pools.pool_class
    WHERE round_pools.balance IS DISTINCT FROM coalesce(folded.amount, 0)
    """,
)

# What lines gave to a round, and what it may issue beyond that, stands in its pools and in its vouchers alone.
ADDS_UP = Check(
    "round.adds_up",
    f"""
    SELECT {ROUND.format("id")}, 'funded ' || funded || ' + over-issued ' || over_issued,
           'pool ' || pool || ' + vouchers ' || standing
    FROM (
        SELECT id, over_issued,
               coalesce((SELECT sum(amount) FROM entries WHERE place = 'round_pool' AND owner = rounds.id
                         AND budget_line_id IS NOT NULL), 0) AS funded,
               coalesce((SELECT sum(balance) FROM round_pools WHERE round_id = rounds.id), 0) AS pool,
               coalesce((SELECT sum(face - reclaimed) FROM vouchers WHERE round_id = rounds.id), 0) AS standing
        FROM rounds
    ) AS sums
    WHERE funded + over_issued <> pool + standing
    """,
)

SERVED = Check(
    "application.served",
    f"""
    SELECT {APPLICATION.format("applications.id")},
           CASE applications.state WHEN 'issued' THEN '1 voucher' ELSE '0 vouchers' END,
           count(vouchers.id) || ' vouchers, ' || applications.state
    FROM applications LEFT JOIN vouchers ON vouchers.application_id = applications.id
    GROUP BY applications.id
    HAVING count(vouchers.id) <> CASE applications.state WHEN 'issued' THEN 1 ELSE 0 END
    """,
)

ONE_LIVE = Check(
    "application.one_live",
    f"""
    SELECT {ROUND.format("round_id")} || ', party ' || quota_root_id, '1 live application', count(*)::text
    FROM applications WHERE state NOT IN ('rejected', 'withdrawn', 'unserved')
    GROUP BY round_id, quota_root_id HAVING count(*) > 1
    """,
)

NUMBERED = Check(
    "application.numbered",
    f"""
    SELECT {ROUND.format("round_id")} || ', number ' || number, '1 application', count(*)::text
    FROM applications WHERE number IS NOT NULL GROUP BY round_id, number HAVING count(*) > 1
    """,
)

# Ranking ends with the last of the queue, and no list adds to it afterwards.
RANKED = Check(
    "round.ranked",
    f"""
    SELECT {ROUND.format("id")}, '0 submitted, 0 lists under way', submitted || ' submitted, ' || lists || ' under way'
    FROM (
        SELECT id,
               (SELECT count(*) FROM applications WHERE round_id = rounds.id AND state = 'submitted') AS submitted,
               (SELECT count(*) FROM application_lists WHERE round_id = rounds.id AND state = 'taken') AS lists
        FROM rounds WHERE state = 'running'
    ) AS sums
    WHERE submitted > 0 OR lists > 0
    """,
)

# What is issued stays counted in the year (or once and for all) of its issue; only what expired, and did not come
# again, lowers it, where the scheme restores the allowance. A voucher counts under the caps of its own scheme version,
# and a counter that was only asked for stands at zero.
COUNTED = Check(
    "counter.issued",
    """
    WITH caps AS (
        SELECT id AS scheme_version_id, document ->> 'scheme' || '/' || (cap ->> 'cap') AS cap,
               cap ->> 'year_of' AS year_of, document ->> 'zone' AS zone,
               document #>> '{validity,restores_allowance,value}' = 'true' AS restores
        FROM scheme_versions, jsonb_array_elements(document -> 'caps') AS cap
        WHERE cap ->> 'counts' = 'issued'
    ), expired AS (
        SELECT owner, -sum(amount) AS amount FROM entries JOIN journals ON journals.id = journal_id
        WHERE place = 'available' AND event IN ('expired', 'reissued') GROUP BY owner
    ), sums AS (
        SELECT cap, 'org_' || replace(quota_root_id::text, '-', '') AS subject,
               CASE WHEN year_of IS NULL THEN 'once'
                    ELSE extract(year FROM issued_at AT TIME ZONE zone)::text END AS period,
               sum(face - CASE WHEN restores THEN coalesce(expired.amount, 0) ELSE 0 END) AS used
        FROM vouchers JOIN caps USING (scheme_version_id) LEFT JOIN expired ON expired.owner = vouchers.id
        GROUP BY 1, 2, 3
    ), counters AS (
        SELECT * FROM cap_counters WHERE cap IN (SELECT cap FROM caps)
    )
    SELECT 'counter ' || cap || ' of ' || subject || ' in ' || period, coalesce(sums.used, 0)::text,
           coalesce(counters.used::text, 'no such counter')
    FROM sums FULL JOIN counters USING (cap, subject, period)
    WHERE coalesce(sums.used, 0) <> coalesce(counters.used, 0)
    """,
)

CHECKS = (IDENTITY, STORED, POOL, ADDS_UP, SERVED, ONE_LIVE, NUMBERED, RANKED, COUNTED, *ROUNDS, *REVIEWS, *LIVES)


async def findings(connection: AsyncConnection) -> list[Finding]:
    """Everything that is wrong in the wallet's own tables."""
    return await checks.run(connection, CHECKS)
