"""States what must hold of invoices and bank slips, whoever writes there: each stands once, adds up, still proves."""

from services.voucher.ledger.store.checks import Check

INVOICE = "'invoice inv_' || replace({}::text, '-', '')"
SLIP = "'bank slip slp_' || replace({}::text, '-', '')"

NAMED = Check(
    "invoice.number",
    f"""
    SELECT {INVOICE.format("id")}, coalesce(code, '') || number, fapiao_key FROM invoices
    WHERE fapiao_key <> coalesce(code, '') || number
    """,
)

ONCE = Check(
    "invoice.once",
    f"""
    SELECT {INVOICE.format("id")}, 'one invoice for fapiao ' || fapiao_key, standing || ' invoices'
    FROM (
        SELECT id, fapiao_key, count(*) OVER (PARTITION BY fapiao_key) AS standing
        FROM invoices WHERE state IN ('registered', 'verified')
    ) AS invoices
    WHERE standing > 1
    """,
)

SUMS = Check(
    "invoice.sums",
    f"""
    SELECT {INVOICE.format("id")}, total || ' of ' || invoices.net || ' and ' || invoices.tax,
           'lines of ' || coalesce(lines.net, 0) || ' and ' || coalesce(lines.tax, 0)
    FROM invoices LEFT JOIN (
        SELECT invoice_id, sum(net) AS net, sum(tax) AS tax FROM invoice_lines GROUP BY invoice_id
    ) AS lines ON lines.invoice_id = invoices.id
    WHERE (total, invoices.net, invoices.tax) IS DISTINCT FROM (lines.net + lines.tax, lines.net, lines.tax)
    """,
)

# While a line is under review its invoice may be refused; then nothing is approved upon it.
PROVES = Check(
    "invoice.proves",
    f"""
    SELECT {INVOICE.format("invoices.id")}, 'stands for claim line cln_' || replace(lines.id::text, '-', ''),
           invoices.state
    FROM invoices JOIN invoice_allocations AS drawn ON drawn.invoice_id = invoices.id AND drawn.released_at IS NULL
    JOIN claim_lines AS lines ON lines.id = drawn.claim_line_id AND lines.state NOT IN ('in_review', 'returned')
    WHERE invoices.state NOT IN ('registered', 'verified')
    """,
)

SLIP_ONCE = Check(
    "bank_slip.once",
    f"""
    SELECT {SLIP.format("id")}, 'one slip for transfer ' || slip_key, standing || ' slips'
    FROM (
        SELECT id, slip_key, count(*) OVER (PARTITION BY slip_key) AS standing
        FROM bank_slips WHERE state = 'registered'
    ) AS slips
    WHERE standing > 1
    """,
)

CHECKS = (NAMED, ONCE, SUMS, PROVES, SLIP_ONCE)
