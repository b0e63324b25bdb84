"""States what must hold of batches, payouts, legs, files and books together, and finds where it does not."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.ledger.domain.finding import Finding
from services.voucher.ledger.store import checks
from services.voucher.ledger.store.checks import Check

BATCH = "'payout batch pbt_' || replace({}::text, '-', '')"
PAYOUT = "'payout pyt_' || replace({}::text, '-', '')"

TOTALS = Check(
    "payout.batch",
    f"""
    SELECT {BATCH.format("batches.id")}, coalesce(sums.number, 0) || ' payouts of ' || coalesce(sums.total, 0),
           batches.payouts || ' payouts of ' || batches.total
    FROM payout_batches AS batches LEFT JOIN (
        SELECT batch_id, count(*) AS number, sum(amount) AS total FROM payouts GROUP BY batch_id
    ) AS sums ON sums.batch_id = batches.id
    WHERE (sums.number, sums.total) IS DISTINCT FROM (batches.payouts, batches.total::numeric)
    """,
)

# The canonical JSON of domain.batch.digest_of, so that whatever the approver was shown can be shown again.
SHOWN = Check(
    "payout.digest",
    f"""
    SELECT {BATCH.format("id")}, digest, made
    FROM (
        SELECT batches.id, batches.digest, encode(sha256(convert_to(
            '{{"batch":' || batches.number || ',"payer_account":"' || batches.payer_account_id || '","payouts":['
            || string_agg(
                '{{"account_number":' || to_json(payouts.account_number) || ',"amount":' || payouts.amount
                || ',"bank_code":' || to_json(payouts.bank_code) || ',"currency":' || to_json(payouts.currency::text)
                || ',"id":"' || payouts.id || '","payee_name":' || to_json(payouts.payee_name)
                || ',"position":' || payouts.position || ',"reference":' || to_json(payouts.reference) || '}}',
                ',' ORDER BY payouts.position
            ) || '],"total":' || sum(payouts.amount) || '}}', 'UTF8')), 'hex') AS made
        FROM payout_batches AS batches JOIN payouts ON payouts.batch_id = batches.id GROUP BY batches.id
    ) AS batches
    WHERE digest <> made
    """,
)

STATES = Check(
    "payout.states",
    f"""
    SELECT {PAYOUT.format("payouts.id")}, 'a state of a batch that is ' || batches.state, payouts.state
    FROM payouts JOIN payout_batches AS batches ON batches.id = payouts.batch_id
    WHERE NOT CASE batches.state
        WHEN 'draft' THEN payouts.state = 'prepared' WHEN 'submitted' THEN payouts.state = 'prepared'
        WHEN 'approved' THEN payouts.state = 'approved' WHEN 'file_written' THEN payouts.state = 'approved'
        WHEN 'sent' THEN payouts.state IN ('sent', 'settled', 'returned')
        WHEN 'done' THEN payouts.state IN ('settled', 'returned') ELSE payouts.state = 'cancelled' END
    """,
)

# One live payout for each leg that is on its way or paid, of what is owed and to whom it is owed.
ON_LEG = Check(
    "payout.leg",
    f"""
    SELECT coalesce({PAYOUT.format("payouts.id")}, 'leg leg_' || replace(legs.id::text, '-', '')),
           coalesce(payouts.amount || ' for a leg ' || payouts.leg_state, 'a live payout'),
           coalesce(legs.amount || ' ' || legs.state, 'no leg that names it')
    FROM (
        SELECT *, CASE state WHEN 'settled' THEN 'paid' ELSE 'in_payment' END AS leg_state
        FROM payouts WHERE state NOT IN ('returned', 'cancelled')
    ) AS payouts
    FULL JOIN (SELECT * FROM legs WHERE payout_id IS NOT NULL) AS legs ON legs.payout_id = payouts.id
    WHERE (payouts.leg_id, payouts.leg_state, payouts.amount, payouts.payee_id, payouts.claim_line_id, payouts.part)
          IS DISTINCT FROM (legs.id, legs.state, legs.amount, legs.payee_id, legs.claim_line_id, legs.part)
       OR payouts.sent_at IS DISTINCT FROM legs.sent_at
    """,
)

# What was sent stands in transit until its bank line; both are booked once and whole.
IN_TRANSIT = Check(
    "payout.in_transit",
    f"""
    SELECT {PAYOUT.format("payouts.id")} || ', ' || payouts.state,
           'sent ' || (CASE WHEN sent_at IS NULL THEN 0 ELSE payouts.amount END)
           || ', settled ' || (CASE WHEN settled_on IS NULL THEN 0 ELSE payouts.amount END),
           'sent ' || coalesce(booked.sent, 0) || ', settled ' || coalesce(booked.settled, 0)
    FROM payouts LEFT JOIN (
        SELECT owner, coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) AS sent,
               coalesce(sum(amount) FILTER (WHERE amount > 0), 0) AS settled
        FROM entries WHERE place = 'in_transit' GROUP BY owner
    ) AS booked ON booked.owner = payouts.id
    WHERE coalesce(booked.sent, 0) <> (CASE WHEN sent_at IS NULL THEN 0 ELSE payouts.amount END)
       OR coalesce(booked.settled, 0) <> (CASE WHEN settled_on IS NULL THEN 0 ELSE payouts.amount END)
    """,
)

FILES = Check(
    "payout.file",
    f"""
    SELECT {BATCH.format("batches.id")} || ', ' || batches.state,
           coalesce(files.name || ' of ' || batches.payouts || ' lines and ' || batches.total || ', ' || files.sha256,
                    'a bank file'),
           coalesce(files.lines || ' lines and ' || files.total || ', ' || files.made, 'none')
    FROM payout_batches AS batches LEFT JOIN (
        SELECT *, encode(sha256(content), 'hex') AS made FROM bank_files
    ) AS files ON files.batch_id = batches.id
    WHERE (files.id IS NULL AND batches.state IN ('file_written', 'sent', 'done'))
       OR (files.id IS NOT NULL AND batches.state IN ('draft', 'submitted', 'approved', 'rejected'))
       OR (files.lines, files.total, files.made, files.payer_account_id)
          <> (batches.payouts, batches.total, files.sha256, batches.payer_account_id)
    """,
)

# Persons, not accounts; who took part in a case neither makes nor approves its payment.
FOUR_EYES = Check(
    "payout.four_eyes",
    f"""
    SELECT subject, 'two persons', person
    FROM (
        SELECT {BATCH.format("id")} AS subject, made_by AS person FROM payout_batches
        WHERE made_by IN (decided_by, sent_by)
        UNION ALL
        SELECT {PAYOUT.format("payouts.id")}, 'one who took part in the case'
        FROM payouts JOIN payout_batches AS batches ON batches.id = payouts.batch_id
        JOIN claim_lines ON claim_lines.id = payouts.claim_line_id
        WHERE batches.state IN ('approved', 'file_written', 'sent', 'done')
          AND (claim_lines.acted ? batches.made_by OR claim_lines.acted ? batches.decided_by)
        UNION ALL
        SELECT 'funding fnd_' || replace(id::text, '-', ''), proposed_by FROM fundings WHERE proposed_by = decided_by
        UNION ALL
        SELECT 'deposit refund rfd_' || replace(id::text, '-', ''), proposed_by FROM deposit_refunds
        WHERE proposed_by = decided_by
        UNION ALL
        SELECT 'bank account bka_' || replace(id::text, '-', ''), submitted_by FROM bank_accounts
        WHERE submitted_by = decided_by
    ) AS decided
    """,
)

DRAWN = Check(
    "funding.drawn",
    """
    SELECT 'budget line bln_' || replace(coalesce(received.budget_line_id, booked.owner)::text, '-', ''),
           coalesce(received.total, 0)::text, coalesce(booked.total, 0)::text
    FROM (
        SELECT budget_line_id, sum(amount) AS total FROM fundings WHERE state = 'received' GROUP BY budget_line_id
    ) AS received
    FULL JOIN (
        SELECT owner, -sum(amount) AS total FROM entries WHERE place = 'treasury_drawn' GROUP BY owner
    ) AS booked ON booked.owner = received.budget_line_id
    WHERE coalesce(received.total, 0) <> coalesce(booked.total, 0)
    """,
)

FUNDED = Check(
    "funding.line",
    """
    SELECT 'budget line bln_' || replace(budget_lines.id::text, '-', ''),
           coalesce(approved.total, 0)::text, budget_lines.funded::text
    FROM budget_lines LEFT JOIN (
        SELECT budget_line_id, sum(amount) AS total FROM fundings WHERE state IN ('approved', 'received')
        GROUP BY budget_line_id
    ) AS approved ON approved.budget_line_id = budget_lines.id
    WHERE coalesce(approved.total, 0) <> budget_lines.funded
    """,
)

# What came in for a redemption and what was approved to go back is what its escrow says.
ESCROW = Check(
    "escrow.moved",
    """
    SELECT 'redemption red_' || replace(escrows.redemption_id::text, '-', ''),
           coalesce(came.total, 0) || ' in, ' || coalesce(went.total, 0) || ' back', received || ' in, ' || refunded
           || ' back'
    FROM escrows
    LEFT JOIN (SELECT redemption_id, sum(received) AS total FROM deposits GROUP BY redemption_id) AS came
        ON came.redemption_id = escrows.redemption_id
    LEFT JOIN (
        SELECT redemption_id, sum(amount) AS total FROM deposit_refunds WHERE state IN ('approved', 'settled')
        GROUP BY redemption_id
    ) AS went ON went.redemption_id = escrows.redemption_id
    WHERE (coalesce(came.total, 0), coalesce(went.total, 0)) <> (received::numeric, refunded::numeric)
    """,
)

# A refund that was approved stands in transit until its bank line.
GOING_BACK = Check(
    "deposit_refund.in_transit",
    """
    SELECT 'deposit refund rfd_' || replace(refunds.id::text, '-', '') || ', ' || state,
           (CASE state WHEN 'approved' THEN amount ELSE 0 END)::text, coalesce(booked.stands, 0)::text
    FROM deposit_refunds AS refunds LEFT JOIN (
        SELECT owner, -sum(amount) AS stands FROM entries WHERE place = 'in_transit' GROUP BY owner
    ) AS booked ON booked.owner = refunds.id
    WHERE coalesce(booked.stands, 0) <> (CASE state WHEN 'approved' THEN amount ELSE 0 END)
    """,
)

# Holders' own money pays nobody else's debt, and no treasury's money pays theirs.
APART = Check(
    "payout.escrow",
    f"""
    SELECT {PAYOUT.format("payouts.id")}, 'an account in escrow for a deposit alone', accounts.kind
    FROM payouts JOIN payer_accounts AS accounts ON accounts.id = payouts.payer_account_id
    JOIN legs ON legs.id = payouts.leg_id
    WHERE legs.of_deposit <> (accounts.kind = 'escrow')
    """,
)

CHECKS = (
    *(TOTALS, SHOWN, STATES, ON_LEG, IN_TRANSIT, FILES, FOUR_EYES, DRAWN, FUNDED),
    *(ESCROW, GOING_BACK, APART),
)


async def findings(connection: AsyncConnection) -> list[Finding]:
    """Everything in payouts that does not add up."""
    return await checks.run(connection, CHECKS)
