"""States what must hold of statements, their lines, what they were for and the books, and finds where it does not."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.ledger.domain.finding import Finding
from services.voucher.ledger.store import checks
from services.voucher.ledger.store.checks import Check

STATEMENT = "'statement sta_' || replace({}::text, '-', '')"
LINE = "'statement_line stl_' || replace({}::text, '-', '')"
ACCOUNT = "'payer_account pac_' || replace({}::text, '-', '')"
JOURNAL = "'journal jnl_' || replace({}::text, '-', '')"

FILE = Check(
    "statement.file",
    f"""
    SELECT {STATEMENT.format("id")}, sha256, encode(sha256(content), 'hex') FROM statements
    WHERE sha256 <> encode(sha256(content), 'hex')
    """,
)

ADDED = Check(
    "statement.added",
    f"""
    SELECT {STATEMENT.format("statements.id")}, added || ' lines', count(lines.id) || ' lines'
    FROM statements LEFT JOIN statement_lines AS lines ON lines.statement_id = statements.id
    GROUP BY statements.id HAVING added <> count(lines.id)
    """,
)

# What the bank said, fact by fact, as domain.movement writes it.
TOLD = Check(
    "statement_line.digest",
    f"""
    SELECT {LINE.format("id")}, digest, told
    FROM (
        SELECT id, digest, encode(sha256(convert_to(concat_ws(
            E'\\n', payer_account_id, to_char(booked_on, 'YYYY-MM-DD'), amount, counterparty_name, counterparty_account,
            bank_reference, text, occurrence
        ), 'UTF8')), 'hex') AS told
        FROM statement_lines
    ) AS lines
    WHERE digest <> told
    """,
)

BOOKED = Check(
    "statement_line.booked",
    f"""
    SELECT {LINE.format("lines.id")}, lines.amount || ' on ' || lines.booked_on,
           coalesce(sums.amount || ' on ' || journals.value_on, 'nothing')
    FROM statement_lines AS lines
    LEFT JOIN journals ON journals.id = lines.journal_id
    LEFT JOIN (
        SELECT journal_id, owner, sum(amount) AS amount FROM entries WHERE place = 'bank' GROUP BY journal_id, owner
    ) AS sums ON sums.journal_id = lines.journal_id AND sums.owner = lines.payer_account_id
    WHERE lines.state <> 'imported'
      AND (lines.amount, lines.booked_on) IS DISTINCT FROM (sums.amount, journals.value_on)
    """,
)

# Nothing moves on an account that the bank has not told of.
TOLD_OF = Check(
    "bank.line",
    f"""
    SELECT {JOURNAL.format("entries.journal_id")}, 'a line of the bank', 'none'
    FROM entries JOIN payer_accounts ON payer_accounts.id = entries.owner
    LEFT JOIN statement_lines AS lines ON lines.journal_id = entries.journal_id
    WHERE entries.place = 'bank' AND lines.id IS NULL
    """,
)

BALANCE = Check(
    "payer_account.balance",
    f"""
    SELECT {ACCOUNT.format("id")}, coalesce(closing_balance, 0) || ' by the last statement',
           told || ' by its lines, ' || booked || ' booked and ' || waiting || ' waiting'
    FROM (
        SELECT id, closing_balance,
               coalesce((SELECT sum(amount) FROM statement_lines
                         WHERE payer_account_id = payer_accounts.id), 0) AS told,
               coalesce((SELECT sum(amount) FROM statement_lines
                         WHERE payer_account_id = payer_accounts.id AND state = 'imported'), 0) AS waiting,
               coalesce((SELECT sum(amount) FROM entries
                         WHERE place = 'bank' AND owner = payer_accounts.id), 0) AS booked
        FROM payer_accounts
    ) AS accounts
    WHERE coalesce(closing_balance, 0) <> told OR told <> booked + waiting
    """,
)

SUSPENSE = Check(
    "statement_line.suspense",
    f"""
    SELECT {LINE.format("coalesce(lines.id, folded.owner)")},
           CASE lines.state WHEN 'exception' THEN lines.amount ELSE 0 END || ' in suspense',
           coalesce(folded.amount, 0) || ' in suspense'
    FROM statement_lines AS lines FULL JOIN (
        SELECT owner, -sum(amount) AS amount FROM entries WHERE place = 'suspense' GROUP BY owner
    ) AS folded ON folded.owner = lines.id
    WHERE coalesce(folded.amount, 0) <> CASE lines.state WHEN 'exception' THEN lines.amount ELSE 0 END
    """,
)

CLEARED = Check(
    "statement_line.cleared",
    f"""
    SELECT {LINE.format("lines.id")}, 'suspense_cleared of ' || lines.id,
           coalesce(event || ' of ' || subject_id, 'none')
    FROM statement_lines AS lines LEFT JOIN journals ON journals.id = lines.cleared_by_id
    WHERE lines.cleared_by_id IS NOT NULL
      AND (event, subject_id) IS DISTINCT FROM ('suspense_cleared', lines.id)
    """,
)

# Each payout that the bank has answered for has the line that says so, of its amount, account and day; so has each
# return and each funding.
MATCHED = Check(
    "statement_line.match",
    f"""
    SELECT coalesce({LINE.format("lines.id")}, named.name), coalesce(named.name || ' of ' || named.told, 'nothing'),
           coalesce(lines.amount || ' on ' || lines.booked_on || ' of ' || lines.payer_account_id, 'no line')
    FROM (
        SELECT * FROM statement_lines WHERE match_id IS NOT NULL
    ) AS lines
    FULL JOIN (
        SELECT 'payout' AS kind, id, 'payout ' || reference AS name,
               -amount || ' on ' || settled_on || ' of ' || payer_account_id AS told
        FROM payouts WHERE settled_on IS NOT NULL
        UNION ALL
        SELECT 'return', id, 'return of ' || reference, amount || ' on ' || returned_on || ' of ' || payer_account_id
        FROM payouts WHERE returned_on IS NOT NULL
        UNION ALL
        SELECT 'deposit', id, 'deposit ' || reference, received || ' on ' || received_on || ' of ' || payer_account_id
        FROM deposits WHERE received_on IS NOT NULL
        UNION ALL
        SELECT 'refund', id, 'refund ' || reference, -amount || ' on ' || settled_on || ' of ' || payer_account_id
        FROM deposit_refunds WHERE settled_on IS NOT NULL
        UNION ALL
        SELECT 'funding', id, 'funding ' || reference, amount || ' on ' || received_on || ' of ' || payer_account_id
        FROM fundings WHERE received_on IS NOT NULL
    ) AS named ON named.kind = lines.match_kind AND named.id = lines.match_id
    WHERE named.told IS DISTINCT FROM lines.amount || ' on ' || lines.booked_on || ' of ' || lines.payer_account_id
    """,
)

FOUR_EYES = Check(
    "statement_line.four_eyes",
    f"""
    SELECT {LINE.format("lines.id")}, 'two persons', matched_by || ' twice'
    FROM statement_lines AS lines
    JOIN statements ON statements.id = lines.statement_id
    LEFT JOIN payouts ON payouts.id = lines.match_id
    LEFT JOIN payout_batches AS batches ON batches.id = payouts.batch_id
    LEFT JOIN fundings ON fundings.id = lines.match_id
    LEFT JOIN deposit_refunds AS refunds ON refunds.id = lines.match_id
    WHERE matched_how = 'by_hand' AND matched_by IN (
        imported_by, batches.made_by, batches.decided_by, batches.sent_by, fundings.proposed_by, fundings.decided_by,
        refunds.proposed_by, refunds.decided_by
    )
    """,
)

OWNED = Check(
    "statement_line.owner",
    f"""
    SELECT open.name, '1 task', count(tasks.id) || ' tasks'
    FROM (
        SELECT id, {LINE.format("id")} AS name FROM statement_lines WHERE state = 'exception'
        UNION ALL
        SELECT id, {STATEMENT.format("id")} FROM statements WHERE state = 'disagrees'
    ) AS open
    LEFT JOIN tasks ON tasks.subject_id = open.id AND tasks.closed_at IS NULL
    GROUP BY open.id, open.name HAVING count(tasks.id) <> 1
    """,
)

CHECKS = (FILE, ADDED, TOLD, BOOKED, TOLD_OF, BALANCE, SUSPENSE, CLEARED, MATCHED, FOUR_EYES, OWNED)


async def findings(connection: AsyncConnection) -> list[Finding]:
    """Everything that is wrong between the bank and the books."""
    return await checks.run(connection, CHECKS)
