"""States what must hold of holders' own money, of the claim lines that use it and of the books, and finds otherwise."""

from services.voucher.ledger.store.checks import Check

ESCROW = "'redemption red_' || replace({}::text, '-', '')"

# What a line uses is the holder's part of its work as long as it lives.
USED = Check(
    "escrow.used",
    f"""
    SELECT {ESCROW.format("escrows.redemption_id")}, coalesce(lines.used, 0)::text, escrows.used::text
    FROM escrows LEFT JOIN (
        SELECT redemption_id, sum(greatest(0, settlement - claimed)) AS used FROM claim_lines
        WHERE state NOT IN ('rejected', 'withdrawn') GROUP BY redemption_id
    ) AS lines ON lines.redemption_id = escrows.redemption_id
    WHERE coalesce(lines.used, 0) <> escrows.used
    """,
)

# What stands in the book is what came in, less what is owed to providers and what is on its way back.
STANDS = Check(
    "escrow.deposit",
    f"""
    SELECT {ESCROW.format("coalesce(kept.redemption_id, folded.owner)")}, coalesce(kept.stands, 0)::text,
           coalesce(folded.stands, 0)::text
    FROM (
        SELECT escrows.redemption_id, received - refunded - coalesce(sum(legs.amount), 0) AS stands
        FROM escrows
        LEFT JOIN claim_lines AS lines ON lines.redemption_id = escrows.redemption_id
        LEFT JOIN legs ON legs.claim_line_id = lines.id AND legs.of_deposit AND legs.state <> 'dropped'
        GROUP BY escrows.redemption_id
    ) AS kept
    FULL JOIN (
        SELECT owner, -sum(amount) AS stands FROM entries WHERE place = 'deposit' GROUP BY owner
    ) AS folded ON folded.owner = kept.redemption_id
    WHERE coalesce(kept.stands, 0) <> coalesce(folded.stands, 0)
    """,
)

# An approved line owes its payee what the holder paid in for it, whole, beside the subsidy.
LEG = Check(
    "escrow.leg",
    """
    SELECT 'claim line cln_' || replace(lines.id::text, '-', ''), own::text, coalesce(sums.amount, 0)::text
    FROM (
        SELECT claim_lines.id,
               CASE WHEN claim_lines.state IN ('approved', 'disclosed', 'released')
                    THEN greatest(0, settlement - claimed) ELSE 0 END AS own
        FROM claim_lines JOIN escrows ON escrows.redemption_id = claim_lines.redemption_id
    ) AS lines LEFT JOIN (
        SELECT claim_line_id, sum(amount) AS amount FROM legs WHERE of_deposit AND legs.state <> 'dropped'
        GROUP BY claim_line_id
    ) AS sums ON sums.claim_line_id = lines.id
    WHERE coalesce(sums.amount, 0) <> own
    """,
)

CHECKS = (USED, STANDS, LEG)
