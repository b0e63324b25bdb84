"""States what must hold of claims, their evidence, their legs and the books together, and finds where it does not."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.ledger.domain.finding import Finding
from services.voucher.ledger.store import checks
from services.voucher.ledger.store.checks import Check
from services.voucher.settlement.store.disclosure_audit import CHECKS as DISCLOSURE
from services.voucher.settlement.store.escrow_audit import CHECKS as ESCROW
from services.voucher.settlement.store.evidence_audit import CHECKS as EVIDENCE

LINE = "'claim line cln_' || replace({}::text, '-', '')"
CAPTURE = "'capture cap_' || replace({}::text, '-', '')"
INVOICE = "'invoice inv_' || replace({}::text, '-', '')"
SLIP = "'bank slip slp_' || replace({}::text, '-', '')"
OWED = "CASE WHEN state IN ('approved', 'disclosed', 'released') THEN approved ELSE 0 END"
"""What a claim line is owed by its state, in fen: nothing any more once an objection against it was upheld."""

CAPTURED = Check(
    "claim.capture",
    f"""
    SELECT coalesce({LINE.format("lines.id")}, {CAPTURE.format("marked.id")}),
           'a live line and its capture name each other',
           coalesce('line ' || lines.state, 'no live line') || ' and '
           || CASE WHEN marked.id IS NULL THEN 'no capture' ELSE 'a capture' END
    FROM (SELECT * FROM claim_lines WHERE capture_id IS NOT NULL AND state NOT IN ('rejected', 'withdrawn')) AS lines
    FULL JOIN (SELECT * FROM captures WHERE claim_line_id IS NOT NULL) AS marked
        ON marked.claim_line_id = lines.id AND marked.id = lines.capture_id
    WHERE lines.id IS NULL OR marked.id IS NULL
    """,
)

# Nothing of a capture is refunded while a line lives on it, but what its approval left over.
STANDS = Check(
    "claim.stands",
    f"""
    SELECT {LINE.format("lines.id")}, 'work of ' || captures.settlement || ', captured ' || (amount - refunded),
           'work of ' || lines.settlement || ', claimed ' || claimed || ', approved ' || coalesce(approved::text, '–')
    FROM claim_lines AS lines JOIN captures ON captures.claim_line_id = lines.id
    WHERE lines.settlement <> captures.settlement OR lines.redemption_id <> captures.redemption_id
          OR coalesce(approved, claimed) <> amount - refunded
    """,
)

LEGS = Check(
    "claim.legs",
    f"""
    SELECT {LINE.format("lines.id")}, state || ': legs of ' || {OWED}, 'legs of ' || coalesce(sums.amount, 0)
    FROM claim_lines AS lines LEFT JOIN (
        SELECT claim_line_id, sum(amount) AS amount FROM legs WHERE legs.state <> 'dropped' AND NOT of_deposit
        GROUP BY claim_line_id
    ) AS sums ON sums.claim_line_id = lines.id
    WHERE coalesce(sums.amount, 0) <> {OWED}
    """,
)

# What a leg owes by its state is what the book says of it: from its approval until it is sent.
PAYABLE = Check(
    "claim.payable",
    f"""
    SELECT {LINE.format("coalesce(legs.claim_line_id, folded.owner)")} || ', leg ' || coalesce(legs.part, folded.part),
           coalesce(legs.owed, 0)::text, coalesce(folded.owed, 0)::text
    FROM (
        SELECT claim_line_id, part, CASE WHEN state = 'payable' OR state = 'in_payment' AND sent_at IS NULL
                                    THEN amount ELSE 0 END AS owed FROM legs
    ) AS legs
    FULL JOIN (
        SELECT owner, part, -sum(amount) AS owed FROM entries WHERE place = 'payable' GROUP BY owner, part
    ) AS folded ON folded.owner = legs.claim_line_id AND folded.part = legs.part
    WHERE coalesce(legs.owed, 0) <> coalesce(folded.owed, 0)
    """,
)

# The cost that a line's journals have booked, what was recovered taken off: what is owed of it, and so never above what
# was captured for it.
COST = Check(
    "claim.cost",
    f"""
    SELECT {LINE.format("lines.id")}, state || ': ' || {OWED} || ' of ' || claimed, coalesce(booked.cost, 0)::text
    FROM claim_lines AS lines LEFT JOIN (
        SELECT subject_id, sum(amount) AS cost FROM journals JOIN entries ON entries.journal_id = journals.id
        WHERE subject_kind = 'claim_line' AND place IN ('cost', 'recoveries') GROUP BY subject_id
    ) AS booked ON booked.subject_id = lines.id
    WHERE coalesce(booked.cost, 0) <> {OWED}
    """,
)

INVOICES = Check(
    "invoice.allocated",
    f"""
    SELECT {INVOICE.format("lines.invoice_id")} || ', line ' || lines.number, coalesce(drawn.amount, 0)::text,
           lines.allocated::text
    FROM invoice_lines AS lines LEFT JOIN (
        SELECT invoice_id, line_number, sum(amount) AS amount FROM invoice_allocations
        WHERE released_at IS NULL GROUP BY invoice_id, line_number
    ) AS drawn ON drawn.invoice_id = lines.invoice_id AND drawn.line_number = lines.number
    WHERE coalesce(drawn.amount, 0) <> lines.allocated OR lines.allocated > lines.net + lines.tax
    """,
)

SLIPS = Check(
    "bank_slip.allocated",
    f"""
    SELECT {SLIP.format("bank_slips.id")}, coalesce(drawn.amount, 0)::text, bank_slips.allocated::text
    FROM bank_slips LEFT JOIN (
        SELECT slip_id, sum(amount) AS amount FROM slip_allocations WHERE released_at IS NULL GROUP BY slip_id
    ) AS drawn ON drawn.slip_id = bank_slips.id
    WHERE coalesce(drawn.amount, 0) <> bank_slips.allocated OR bank_slips.allocated > bank_slips.amount
    """,
)

# A line that lives, or was approved once, shows the whole of the work; one withdrawn, or never approved, shows nothing.
SHOWN = Check(
    "claim.evidence",
    f"""
    SELECT {LINE.format("lines.id")},
           state || ': invoices of ' || CASE WHEN coalesce(approved, settlement) > 0 AND state <> 'withdrawn'
                                        THEN settlement ELSE 0 END,
           'invoices of ' || coalesce(drawn.amount, 0)
    FROM claim_lines AS lines LEFT JOIN (
        SELECT claim_line_id, sum(amount) AS amount FROM invoice_allocations
        WHERE released_at IS NULL GROUP BY claim_line_id
    ) AS drawn ON drawn.claim_line_id = lines.id
    WHERE capture_id IS NOT NULL
          AND coalesce(drawn.amount, 0) <> CASE WHEN coalesce(approved, settlement) > 0 AND state <> 'withdrawn'
                                       THEN settlement ELSE 0 END
    """,
)

BOOKED = Check(
    "claim.journals",
    f"""
    SELECT {LINE.format("coalesce(journals.subject_id, transitions.claim_line_id)")}, 'one transition for each journal',
           coalesce('journal ' || journals.id, 'no journal') || ' and '
           || coalesce('transition ' || transitions.number, 'no transition')
    FROM (SELECT * FROM journals WHERE subject_kind = 'claim_line') AS journals
    FULL JOIN (SELECT * FROM claim_line_transitions WHERE journal_id IS NOT NULL) AS transitions
        ON transitions.journal_id = journals.id
    WHERE journals.subject_id IS DISTINCT FROM transitions.claim_line_id
    """,
)

# What a line's journal took out of captured went out of that line's redemption.
GIVEN_BACK = Check(
    "claim.given_back",
    f"""
    SELECT {LINE.format("lines.id")}, 'redemption red_' || replace(lines.redemption_id::text, '-', ''),
           'redemption red_' || replace(transitions.redemption_id::text, '-', '')
    FROM redemption_transitions AS transitions
    JOIN journals ON journals.id = transitions.journal_id AND journals.subject_kind = 'claim_line'
    JOIN claim_lines AS lines ON lines.id = journals.subject_id
    WHERE lines.redemption_id <> transitions.redemption_id
    """,
)

HISTORY = Check(
    "claim.history",
    f"""
    SELECT {LINE.format("lines.id")},
           steps || ' steps to ' || state || coalesce(' at ' || lines.stage, ''),
           coalesce(numbers || ' steps to ' || to_state || coalesce(' at ' || last.stage, ''), 'no step')
    FROM claim_lines AS lines LEFT JOIN (
        SELECT DISTINCT ON (claim_line_id) claim_line_id, to_state, stage,
               count(*) OVER (PARTITION BY claim_line_id) AS numbers
        FROM claim_line_transitions ORDER BY claim_line_id, number DESC
    ) AS last ON last.claim_line_id = lines.id
    WHERE (steps, state, lines.stage) IS DISTINCT FROM (numbers, to_state, last.stage)
    """,
)

TOLD = Check(
    "claim.events",
    f"""
    SELECT {LINE.format("lines.id")}, steps || ' events', coalesce(told.number, 0) || ' events'
    FROM claim_lines AS lines LEFT JOIN (
        SELECT subject_id, count(*) AS number FROM events WHERE subject_kind = 'claim_line' GROUP BY subject_id
    ) AS told ON told.subject_id = 'cln_' || replace(lines.id::text, '-', '')
    WHERE coalesce(told.number, 0) <> steps
    """,
)

# Who submitted or corrected a line, or decided it at one stage, decides it at no other and upholds no objection to it.
FOUR_EYES = Check(
    "claim.four_eyes",
    f"""
    SELECT {LINE.format("earlier.claim_line_id")}, 'another person for step ' || later.number,
           later.person || ' took steps ' || earlier.number || ' and ' || later.number
    FROM claim_line_transitions AS earlier
    JOIN claim_line_transitions AS later
        ON later.claim_line_id = earlier.claim_line_id AND later.number > earlier.number
    WHERE earlier.person = later.person AND earlier.event IN ('submitted', 'corrected', 'passed_on', 'approved')
          AND later.event IN ('passed_on', 'approved', 'rejected', 'returned', 'objection_upheld')
    """,
)

CHECKS = (
    CAPTURED,
    STANDS,
    LEGS,
    PAYABLE,
    COST,
    INVOICES,
    SLIPS,
    SHOWN,
    BOOKED,
    GIVEN_BACK,
    HISTORY,
    TOLD,
    FOUR_EYES,
    *EVIDENCE,
    *ESCROW,
)


async def findings(connection: AsyncConnection) -> list[Finding]:
    """Everything in claims, their evidence, their legs and their disclosure that does not add up."""
    return await checks.run(connection, (*CHECKS, *DISCLOSURE))
