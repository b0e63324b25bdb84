"""States what must hold of the ledger's tables, whoever wrote them, and finds the rows of which it does not."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.ledger.domain.chart import CHART, NormalSide
from services.voucher.ledger.domain.finding import Finding
from services.voucher.ledger.store import checks
from services.voucher.ledger.store.checks import Check


def _listed(kinds: list[str]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


_GUARDED = _listed([kind.value for kind, account in CHART.items() if account.guarded])
_CREDIT = _listed([kind.value for kind, account in CHART.items() if account.side is NormalSide.CREDIT])

JOURNAL = "'journal jnl_' || replace({}::text, '-', '')"
LINE = "'budget_line bln_' || replace({}::text, '-', '')"
CHANGE = "'budget_change bch_' || replace({}::text, '-', '')"
ENTRY = JOURNAL.format("journal_id") + " || ', entry ' || position"

BALANCED = Check(
    "journal.balanced",
    f"""
    SELECT {JOURNAL.format("journal_id")} || ', ' || book || ' ' || currency, '0',
           sum(amount) || ' in entries '
           || string_agg(position || ': ' || place || ' ' || amount, ', ' ORDER BY position)
    FROM entries GROUP BY journal_id, book, currency HAVING sum(amount) <> 0
    """,
)

WHOLE = Check(
    "journal.whole",
    f"""
    SELECT {JOURNAL.format("coalesce(journals.id, entries.journal_id)")}, 'a journal with entries from 1 without a gap',
           CASE count(journals.id) WHEN 0 THEN 'no journal, ' ELSE '' END
           || coalesce('entries ' || string_agg(position::text, ', ' ORDER BY position), 'no entries')
    FROM journals FULL JOIN entries ON journals.id = entries.journal_id
    GROUP BY coalesce(journals.id, entries.journal_id)
    HAVING count(journals.id) = 0 OR count(position) = 0 OR min(position) <> 1 OR max(position) <> count(position)
    """,
)

# In the order of booking, which the locks make the order of every place's own changes.
GUARDED = Check(
    "place.guarded",
    f"""
    SELECT DISTINCT ON (place, owner, part, currency)
           place || ' of ' || owner || ' ' || part || ', after ' || {JOURNAL.format("journal_id")},
           'at least 0', standing || ' ' || currency
    FROM (
        SELECT place, owner, part, currency, journal_id, sequence,
               (CASE WHEN place IN ({_CREDIT}) THEN -1 ELSE 1 END)
               * sum(sum(amount)) OVER (PARTITION BY place, owner, part, currency ORDER BY sequence) AS standing
        FROM entries JOIN journals ON journals.id = entries.journal_id
        WHERE place IN ({_GUARDED})
        GROUP BY place, owner, part, currency, journal_id, sequence
    ) AS prefixes
    WHERE standing < 0 ORDER BY place, owner, part, currency, sequence
    """,
)

STORED = Check(
    "budget_line.stored",
    f"""
    SELECT {LINE.format("coalesce(budget_lines.id, folded.owner)")},
           'appropriation ' || coalesce(folded.appropriation, 0) || ', free ' || coalesce(folded.free, 0)
           || ', granted ' || coalesce(folded.granted, 0),
           coalesce('appropriation ' || budget_lines.appropriation || ', free ' || budget_lines.free || ', granted '
                    || budget_lines.granted, 'no such line')
    FROM budget_lines FULL JOIN (
        SELECT owner, coalesce(-sum(amount) FILTER (WHERE place = 'appropriation'), 0) AS appropriation,
               coalesce(sum(amount) FILTER (WHERE place = 'line_free'), 0) AS free,
               coalesce(sum(amount) FILTER (WHERE place = 'line_granted'), 0) AS granted
        FROM entries WHERE place IN ('appropriation', 'line_free', 'line_granted') GROUP BY owner
    ) AS folded ON folded.owner = budget_lines.id
    WHERE budget_lines.appropriation IS DISTINCT FROM coalesce(folded.appropriation, 0)
       OR budget_lines.free IS DISTINCT FROM coalesce(folded.free, 0)
       OR budget_lines.granted IS DISTINCT FROM coalesce(folded.granted, 0)
    """,
)

# Over-issue enters a round without a line, so what a line gave to rounds is all that stands in their pools and
# vouchers by its name; that rounds keep what they were given is entry.closed.
WHERE_IT_STANDS = Check(
    "budget_line.adds_up",
    f"""
    SELECT {LINE.format("id")}, 'appropriation ' || appropriation,
           'free ' || free || ' + granted ' || granted || ' + rounds ' || given
    FROM (
        SELECT id, appropriation, free, granted,
               coalesce((SELECT sum(amount) FROM entries
                         WHERE budget_line_id = budget_lines.id AND place = 'round_pool'), 0) AS given
        FROM budget_lines
    ) AS lines
    WHERE appropriation <> free + granted + given
    """,
)

RETURNED = Check(
    "budget_line.returned",
    f"""
    SELECT {LINE.format("budget_line_id")}, 'at least 0 in round ' || round_id, sum(amount)::text
    FROM entries WHERE budget_line_id IS NOT NULL AND place = 'round_pool'
    GROUP BY budget_line_id, round_id HAVING sum(amount) < 0
    """,
)

SPENT = Check(
    "budget_line.spent",
    f"""
    SELECT {LINE.format("id")}, 'at most ' || appropriation, 'cost ' || cost || ', treasury_drawn ' || drawn
    FROM (
        SELECT budget_lines.id, appropriation,
               coalesce(sum(amount) FILTER (WHERE place = 'cost'), 0) AS cost,
               coalesce(-sum(amount) FILTER (WHERE place = 'treasury_drawn'), 0) AS drawn
        FROM budget_lines JOIN entries ON entries.owner = budget_lines.id GROUP BY budget_lines.id
    ) AS spending
    WHERE greatest(cost, drawn) > appropriation
    """,
)

# What the treasury gave is what was spent of it or is still somewhere: debits are positive, and credits negative.
DRAWN = Check(
    "treasury.drawn",
    """
    SELECT 'treasury_drawn - treasury_surrendered in ' || currency,
           coalesce(sum(amount) FILTER (WHERE NOT treasury), 0)
           || coalesce(': ' || string_agg(place || ' ' || amount, ', ' ORDER BY place) FILTER (WHERE NOT treasury), ''),
           coalesce(-sum(amount) FILTER (WHERE treasury), 0)::text
    FROM (
        SELECT currency, place, place IN ('treasury_drawn', 'treasury_surrendered') AS treasury, sum(amount) AS amount
        FROM entries WHERE book = 'money' AND place <> 'opening' GROUP BY currency, place
    ) AS places
    GROUP BY currency HAVING sum(amount) <> 0
    """,
)

CLOSED = Check(
    "entry.closed",
    f"""
    SELECT {JOURNAL.format("journal_id")}, 'what it moves of a round or a line stays there',
           sum(amount) || ' ' || currency || ' left ' || fund
    FROM (
        SELECT journal_id, book, currency, amount, 'round ' || round_id AS fund FROM entries
        WHERE round_id IS NOT NULL
        UNION ALL
        SELECT journal_id, book, currency, amount, 'budget line ' || budget_line_id FROM entries
        WHERE budget_line_id IS NOT NULL
    ) AS funds
    GROUP BY journal_id, book, currency, fund HAVING sum(amount) <> 0
    """,
)

OWNED = Check(
    "entry.owner",
    f"""
    SELECT {ENTRY}, 'the owner of ' || place || ' in its funding', coalesce(round_id::text, '-') || ' / '
           || coalesce(budget_line_id::text, '-') || ' for ' || owner
    FROM entries
    WHERE (place IN ('appropriation', 'line_free', 'line_granted', 'cost', 'recoveries', 'treasury_drawn',
                     'treasury_surrendered') AND budget_line_id IS DISTINCT FROM owner)
       OR (place IN ('over_issue', 'round_pool') AND round_id IS DISTINCT FROM owner)
       OR (place IN ('available', 'held', 'captured') AND round_id IS NULL)
       OR (place IN ('payable', 'in_transit') AND budget_line_id IS NULL)
    """,
)

FUNDED = Check(
    "entry.funding",
    f"""
    SELECT {ENTRY}, budget_lines.currency || ' of ' || budget_lines.funding_source,
           entries.currency || ' of ' || entries.funding_source
    FROM entries JOIN budget_lines ON budget_lines.id = entries.budget_line_id
    WHERE (entries.currency, entries.funding_source) <> (budget_lines.currency, budget_lines.funding_source)
    """,
)

EFFECT = Check(
    "budget_change.effect",
    f"""
    SELECT {CHANGE.format("coalesce(budget_changes.id, booked.subject_id)")},
           CASE budget_changes.state WHEN 'approved' THEN '1 of ' || budget_changes.amount ELSE 'no journal' END,
           coalesce(journals || ' of ' || moved || ' (' || events || ')', 'no journal')
    FROM budget_changes FULL JOIN (
        SELECT subject_id, count(DISTINCT journals.id) AS journals, string_agg(DISTINCT event, ', ') AS events,
               coalesce(sum(amount) FILTER (WHERE amount > 0), 0) AS moved
        FROM journals LEFT JOIN entries ON entries.journal_id = journals.id
        WHERE subject_kind = 'budget_change' GROUP BY subject_id
    ) AS booked ON booked.subject_id = budget_changes.id
    WHERE coalesce(journals, 0) <> CASE budget_changes.state WHEN 'approved' THEN 1 ELSE 0 END
       OR (budget_changes.state = 'approved' AND (moved, events) IS DISTINCT FROM (
            budget_changes.amount,
            CASE kind WHEN 'allot' THEN 'allotted' WHEN 'cut' THEN 'cut' WHEN 'fund_round' THEN 'round_funded'
                      ELSE 'returned_to_line' END))
    """,
)

FOUR_EYES = Check(
    "budget_change.four_eyes",
    f"""
    SELECT {CHANGE.format("id")}, 'two persons', decided_by || ' twice' FROM budget_changes
    WHERE decided_by = proposed_by
    """,
)

CHECKS = (
    *(BALANCED, WHOLE, GUARDED, STORED, WHERE_IT_STANDS, RETURNED, SPENT, DRAWN, CLOSED, OWNED, FUNDED),
    *(EFFECT, FOUR_EYES),
)


async def findings(connection: AsyncConnection) -> list[Finding]:
    """Everything that is wrong in the ledger's own tables."""
    return await checks.run(connection, CHECKS)
