"""States what must hold of awards with their claim lines, limits and reports, and finds where it does not."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.ledger.domain.finding import Finding
from services.voucher.ledger.store import checks
from services.voucher.ledger.store.checks import Check

AWARD = "'award claim acl_' || replace({}::text, '-', '')"
LINE = "'claim line cln_' || replace({}::text, '-', '')"
ENDED = "('rejected', 'withdrawn')"

NAMED = Check(
    "award.line",
    f"""
    SELECT coalesce({AWARD.format("claims.id")}, {LINE.format("lines.id")}), 'a line and its award name each other',
           coalesce('award of ' || claims.amount, 'no award') || ' and '
           || coalesce('line of ' || lines.claimed, 'no line')
    FROM award_claims AS claims
    FULL JOIN (SELECT * FROM claim_lines WHERE award_claim_id IS NOT NULL) AS lines
        ON lines.id = claims.claim_line_id AND lines.award_claim_id = claims.id
    WHERE claims.id IS NULL OR lines.id IS NULL OR claims.amount <> lines.claimed
          OR (claims.payee_id, claims.scheme_version_id) <> (lines.payee_id, lines.scheme_version_id)
    """,
)

# What lines use of a limit on awards is what its counter says; what is given once is used once.
USED = Check(
    "award.used",
    f"""
    SELECT 'counter ' || coalesce(counters.cap, taken.cap) || ' of ' || coalesce(counters.subject, taken.subject)
           || ' in ' || coalesce(counters.period, taken.period),
           coalesce(taken.used, 0)::text, coalesce(counters.used, 0)::text
    FROM (
        SELECT cap, subject, period, sum(
            CASE WHEN lines.state IN {ENDED} THEN 0 WHEN counts = 'times' THEN 1 ELSE coalesce(approved, claimed) END
        ) AS used
        FROM claim_line_takes AS takes JOIN claim_lines AS lines ON lines.id = takes.claim_line_id
        WHERE cap LIKE '%/award:%'
        GROUP BY cap, subject, period
    ) AS taken
    FULL JOIN (SELECT * FROM cap_counters WHERE cap LIKE '%/award:%') AS counters
        ON (counters.cap, counters.subject, counters.period) = (taken.cap, taken.subject, taken.period)
    WHERE coalesce(taken.used, 0) <> coalesce(counters.used, 0)
    """,
)

# What is counted as state aid is what stands of redemptions and of awards, together.
AIDED = Check(
    "counter.aid",
    f"""
    SELECT 'counter ' || coalesce(counters.cap, taken.cap) || ' of ' || coalesce(counters.subject, taken.subject)
           || ' in ' || coalesce(counters.period, taken.period),
           coalesce(taken.used, 0)::text, coalesce(counters.used, 0)::text
    FROM (
        SELECT cap, subject, period, sum(used) AS used
        FROM (
            SELECT take ->> 'cap' AS cap, take ->> 'subject' AS subject, take ->> 'period' AS period,
                   held + captured - refunded AS used
            FROM redemptions, jsonb_array_elements(takes) AS take WHERE starts_with(take ->> 'cap', 'aid:')
            UNION ALL
            SELECT cap, subject, period,
                   CASE WHEN lines.state IN {ENDED} THEN 0 ELSE coalesce(approved, claimed) END
            FROM claim_line_takes AS takes JOIN claim_lines AS lines ON lines.id = takes.claim_line_id
            WHERE starts_with(cap, 'aid:')
        ) AS every
        GROUP BY cap, subject, period
    ) AS taken
    FULL JOIN (SELECT * FROM cap_counters WHERE starts_with(cap, 'aid:')) AS counters
        ON (counters.cap, counters.subject, counters.period) = (taken.cap, taken.subject, taken.period)
    WHERE coalesce(taken.used, 0) <> coalesce(counters.used, 0)
    """,
)

RELEASED = Check(
    "award.takes",
    f"""
    SELECT {LINE.format("lines.id")}, lines.state, 'takes released at ' || coalesce(takes.released_at::text, 'no time')
    FROM claim_line_takes AS takes JOIN claim_lines AS lines ON lines.id = takes.claim_line_id
    WHERE (lines.state IN {ENDED}) <> (takes.released_at IS NOT NULL)
    """,
)

BORNE = Check(
    "award.shares",
    f"""
    SELECT {LINE.format("lines.id")}, 'borne by its shares, each leg by the line of its own',
           coalesce('leg ' || legs.part || ' of another line', 'no share')
    FROM claim_lines AS lines
    LEFT JOIN legs ON legs.claim_line_id = lines.id AND NOT EXISTS (
        SELECT FROM claim_line_shares AS shares
        WHERE shares.claim_line_id = lines.id AND shares.budget_line_id = legs.budget_line_id
              AND split_part(legs.part, '/', 1) = shares.part
    )
    WHERE lines.award_claim_id IS NOT NULL AND (
        legs.id IS NOT NULL OR NOT EXISTS (SELECT FROM claim_line_shares WHERE claim_line_id = lines.id)
    )
    """,
)

# Whoever took part in the case computes nothing again; the house itself may.
AGAIN = Check(
    "award.recomputed",
    f"""
    SELECT {AWARD.format("made.award_claim_id")}, 'computed again by one with no earlier part', made.made_by
    FROM award_recomputations AS made JOIN award_claims AS claims ON claims.id = made.award_claim_id
    JOIN claim_line_transitions AS steps ON steps.claim_line_id = claims.claim_line_id AND steps.at < made.made_at
    WHERE steps.person = made.made_by AND made.made_by <> 'timer' AND steps.event <> 'reduced'
    """,
)

SPENT = Check(
    "award.spent",
    """
    SELECT 'spending report spr_' || replace(reports.id::text, '-', ''),
           CASE WHEN reports.state = 'decided' THEN owed - spent ELSE 0 END || ' proposed back',
           coalesce(back.amount, 0) || ' proposed back'
    FROM spending_reports AS reports LEFT JOIN (
        SELECT award_claim_id, sum(amount) AS amount FROM clawback_proposals
        WHERE case_kind IN ('unspent', 'misspent') GROUP BY award_claim_id
    ) AS back ON back.award_claim_id = reports.award_claim_id
    WHERE CASE WHEN reports.state = 'decided' THEN owed - spent ELSE 0 END <> coalesce(back.amount, 0)
    """,
)

# Whatever the causes, no more is asked back of an award than is owed or paid of it.
BACK = Check(
    "award.asked_back",
    f"""
    SELECT {AWARD.format("back.award_claim_id")}, 'at most ' || coalesce(owed.amount, 0), back.amount::text
    FROM (
        SELECT award_claim_id, claim_line_id, sum(amount) AS amount FROM clawback_proposals
        GROUP BY award_claim_id, claim_line_id
    ) AS back LEFT JOIN (
        SELECT claim_line_id, sum(amount) AS amount FROM legs WHERE state <> 'dropped' GROUP BY claim_line_id
    ) AS owed ON owed.claim_line_id = back.claim_line_id
    WHERE back.amount > coalesce(owed.amount, 0)
    """,
)

# A report that is open is about no more than stands of its award.
REPORTED = Check(
    "award.reported",
    """
    SELECT 'spending report spr_' || replace(reports.id::text, '-', ''), 'about ' || lines.approved || ' at most',
           'about ' || reports.owed
    FROM spending_reports AS reports JOIN claim_lines AS lines ON lines.id = reports.claim_line_id
    WHERE reports.state IN ('owed', 'submitted') AND (lines.state = 'rejected' OR reports.owed > lines.approved)
    """,
)

CHECKS = (NAMED, USED, AIDED, RELEASED, BORNE, AGAIN, SPENT, BACK, REPORTED)


async def findings(connection: AsyncConnection) -> list[Finding]:
    """Everything in awards that does not add up."""
    return await checks.run(connection, CHECKS)
