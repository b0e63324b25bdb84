"""States what must hold of redemptions, vouchers, counters and books together, and finds where it does not."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.ledger.domain.finding import Finding
from services.voucher.ledger.store import checks
from services.voucher.ledger.store.checks import Check

REDEMPTION = "'redemption red_' || replace({}::text, '-', '')"
VOUCHER = "'voucher vch_' || replace({}::text, '-', '')"

ON_VOUCHER = Check(
    "voucher.redemptions",
    f"""
    SELECT {VOUCHER.format("vouchers.id")},
           'held ' || coalesce(sums.held, 0) || ', captured ' || coalesce(sums.captured, 0),
           'held ' || vouchers.held || ', captured ' || vouchers.captured
    FROM vouchers LEFT JOIN (
        SELECT voucher_id, sum(held) AS held, sum(captured - refunded) AS captured FROM redemptions GROUP BY voucher_id
    ) AS sums ON sums.voucher_id = vouchers.id
    WHERE vouchers.held <> coalesce(sums.held, 0) OR vouchers.captured <> coalesce(sums.captured, 0)
    """,
)

CAPTURED = Check(
    "redemption.captures",
    f"""
    SELECT {REDEMPTION.format("redemptions.id")},
           'captured ' || coalesce(sums.amount, 0) || ', refunded ' || coalesce(sums.refunded, 0),
           'captured ' || redemptions.captured || ', refunded ' || redemptions.refunded
    FROM redemptions LEFT JOIN (
        SELECT redemption_id, sum(amount) AS amount, sum(refunded) AS refunded FROM captures GROUP BY redemption_id
    ) AS sums ON sums.redemption_id = redemptions.id
    WHERE redemptions.captured <> coalesce(sums.amount, 0) OR redemptions.refunded <> coalesce(sums.refunded, 0)
    """,
)

# Every journal of a redemption was booked by one transition, and no transition names another one's. A decision on a
# claim line that moves captured value is one journal for both: one transition follows from it.
BOOKED = Check(
    "redemption.journals",
    f"""
    SELECT CASE WHEN redemption_id IS NULL AND subject_kind = 'claim_line'
           THEN 'claim line cln_' || replace(subject_id::text, '-', '')
           ELSE {REDEMPTION.format("coalesce(redemption_id, subject_id)")} END,
           'one transition for each journal', coalesce('journal ' || journals.id, 'no journal') || ' and '
           || coalesce('transition ' || transitions.number, 'no transition')
    FROM (
        SELECT * FROM journals WHERE subject_kind = 'redemption'
        OR subject_kind = 'claim_line' AND EXISTS (
            SELECT FROM entries WHERE entries.journal_id = journals.id AND entries.place = 'captured'
        )
    ) AS journals
    FULL JOIN (SELECT * FROM redemption_transitions WHERE journal_id IS NOT NULL) AS transitions
        ON transitions.journal_id = journals.id
    WHERE redemption_id IS NULL OR subject_id IS NULL
          OR subject_kind = 'redemption' AND subject_id <> redemption_id
    """,
)

# What a journal moves on the voucher is what its transition says stood before and after.
MOVED = Check(
    "redemption.moved",
    f"""
    SELECT {REDEMPTION.format("redemption_id")} || ', step ' || number,
           'held ' || held_moved || ', captured ' || captured_moved,
           'held ' || held_booked || ', captured ' || captured_booked
    FROM (
        SELECT steps.redemption_id, steps.number, steps.held_moved, steps.captured_moved,
               coalesce(sum(entries.amount) FILTER (WHERE entries.place = 'held'), 0) AS held_booked,
               coalesce(sum(entries.amount) FILTER (WHERE entries.place = 'captured'), 0) AS captured_booked
        FROM (
            SELECT redemption_id, number, journal_id,
                   held - coalesce(lag(held) OVER history, 0) AS held_moved,
                   captured - refunded - coalesce(lag(captured - refunded) OVER history, 0) AS captured_moved
            FROM redemption_transitions WINDOW history AS (PARTITION BY redemption_id ORDER BY number)
        ) AS steps
        LEFT JOIN entries ON entries.journal_id = steps.journal_id
        GROUP BY steps.redemption_id, steps.number, steps.held_moved, steps.captured_moved
    ) AS moves
    WHERE held_moved <> held_booked OR captured_moved <> captured_booked
    """,
)

HISTORY = Check(
    "redemption.history",
    f"""
    SELECT {REDEMPTION.format("redemptions.id")},
           steps || ' steps to ' || state || ', held ' || redemptions.held || ', captured ' || redemptions.captured,
           coalesce(numbers || ' steps to ' || to_state || ', held ' || last.held || ', captured ' || last.captured,
                    'no step')
    FROM redemptions LEFT JOIN (
        SELECT DISTINCT ON (redemption_id) redemption_id, to_state, held, captured, refunded,
               count(*) OVER (PARTITION BY redemption_id) AS numbers
        FROM redemption_transitions ORDER BY redemption_id, number DESC
    ) AS last ON last.redemption_id = redemptions.id
    WHERE (steps, state, redemptions.held, redemptions.captured, redemptions.refunded)
          IS DISTINCT FROM (numbers, to_state, last.held, last.captured, last.refunded)
    """,
)

TOLD = Check(
    "redemption.events",
    f"""
    SELECT {REDEMPTION.format("redemptions.id")}, steps || ' events', coalesce(told.number, 0) || ' events'
    FROM redemptions LEFT JOIN (
        SELECT subject_id, count(*) AS number FROM events WHERE subject_kind = 'redemption' GROUP BY subject_id
    ) AS told ON told.subject_id = 'red_' || replace(redemptions.id::text, '-', '')
    WHERE coalesce(told.number, 0) <> steps
    """,
)

# A cap that counts fen counts what is held and what stands captured; one that counts times, each that has either. What
# is counted as state aid is counted with awards, by the wing that knows both.
COUNTED = Check(
    "counter.redemptions",
    """
    SELECT 'counter ' || cap || ' of ' || subject || ' in ' || period, coalesce(sums.used, 0)::text, counters.used::text
    FROM (
        SELECT take ->> 'cap' AS cap, take ->> 'subject' AS subject, take ->> 'period' AS period,
               sum(CASE take ->> 'measure' WHEN 'amount' THEN held + captured - refunded
                   ELSE (held + captured - refunded > 0)::int END) AS used
        FROM redemptions, jsonb_array_elements(takes) AS take
        WHERE NOT starts_with(take ->> 'cap', 'aid:')
        GROUP BY 1, 2, 3
    ) AS sums
    LEFT JOIN cap_counters AS counters USING (cap, subject, period)
    WHERE sums.used IS DISTINCT FROM counters.used
    """,
)

# The vouchers that pay an order at the counter share its whole price, each part once.
ORDERED = Check(
    "redemption.orders",
    f"""
    SELECT {REDEMPTION.format("order_id")}, max(contract_amount) || ' in ' || max(part) || ' parts',
           sum(settlement) || ' in ' || count(*) || ' parts'
    FROM redemptions JOIN captures ON captures.redemption_id = redemptions.id
    WHERE kind = 'instant'
    GROUP BY order_id
    HAVING sum(settlement) <> max(contract_amount) OR min(contract_amount) <> max(contract_amount)
           OR count(*) <> max(part) OR count(DISTINCT part) <> max(part)
    """,
)

# The lines of a contract come to its price, and those of what was delivered of it to what that cost; so do their taxes.
LINES = """
    SELECT {subject},
           {amount} || ', tax ' || coalesce({tax}::text, 'unsaid'),
           sums.amount || ', tax ' || coalesce(sums.tax::text, 'unsaid')
    FROM {table}, LATERAL (
        SELECT sum((line ->> 'amount')::bigint) AS amount,
               CASE WHEN count(line ->> 'tax') = count(*) THEN sum((line ->> 'tax')::bigint) END AS tax
        FROM jsonb_array_elements({lines}) AS line
    ) AS sums
    WHERE {lines} IS NOT NULL AND (sums.amount, sums.tax) IS DISTINCT FROM ({amount}, {tax})
    """
OF_CONTRACT = Check(
    "redemption.contract_lines",
    LINES.format(
        subject=REDEMPTION.format("redemptions.id"),
        table="redemptions",
        lines="contract_lines",
        amount="contract_amount",
        tax="contract_tax",
    ),
)
OF_CAPTURE = Check(
    "redemption.delivered_lines",
    LINES.format(
        subject=REDEMPTION.format("captures.redemption_id") + " || ', capture ' || captures.number",
        table="captures",
        lines="captures.lines",
        amount="captures.settlement",
        tax="captures.tax",
    ),
)

CHECKS = (ON_VOUCHER, CAPTURED, BOOKED, MOVED, HISTORY, TOLD, COUNTED, ORDERED, OF_CONTRACT, OF_CAPTURE)


async def findings(connection: AsyncConnection) -> list[Finding]:
    """Everything in redemptions that does not add up."""
    return await checks.run(connection, CHECKS)
