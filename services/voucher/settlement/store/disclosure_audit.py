"""States what must hold of disclosures, objections and stops together with the lines and legs they are about."""

from services.voucher.ledger.store.checks import Check

LINE = "'claim line cln_' || replace({}::text, '-', '')"
DISCLOSURE = "'disclosure dsc_' || replace({}::text, '-', '')"
OBJECTION = "'objection obj_' || replace({}::text, '-', '')"
STOP = "'stop stp_' || replace({}::text, '-', '')"

# Whoever is paid was shown before, once, with the amount that was approved; what was shown went no other way. An award
# that was reduced is shown once more since, with what is left of it.
SHOWN = Check(
    "disclosure.lines",
    f"""
    SELECT {LINE.format("lines.id")},
           CASE WHEN state IN ('disclosed', 'released') THEN 'shown once with ' || approved ELSE 'not shown yet' END,
           state || ', shown ' || coalesce(shown.times, 0) || ' times with ' || coalesce(shown.amount, 0)
    FROM claim_lines AS lines LEFT JOIN (
        SELECT claim_line_id, count(*) AS times, max(amount) AS amount FROM disclosure_lines
        JOIN disclosures ON disclosures.id = disclosure_id AND published_at IS NOT NULL
        WHERE NOT EXISTS (
            SELECT FROM claim_line_transitions AS less
            WHERE less.claim_line_id = disclosure_lines.claim_line_id AND less.event = 'reduced'
                  AND less.at >= published_at
        )
        GROUP BY claim_line_id
    ) AS shown ON shown.claim_line_id = lines.id
    WHERE (state IN ('disclosed', 'released') AND (shown.times, shown.amount) IS DISTINCT FROM (1, approved))
          OR (state IN ('in_review', 'returned', 'approved', 'withdrawn') AND shown.times > 0)
    """,
)

# The text that the digest is taken from, written again as `domain.disclosure.digest_of` writes it.
DIGEST = Check(
    "disclosure.digest",
    f"""
    SELECT {DISCLOSURE.format("disclosures.id")}, disclosures.digest, told.digest
    FROM disclosures JOIN (
        SELECT disclosure_id, encode(sha256(convert_to('[' || string_agg(
            '{{"amount":"' || amount / 100 || '.' || lpad((amount % 100)::text, 2, '0')
            || '","category":' || to_json(category)
            || ',"claim_line_id":"cln_' || replace(claim_line_id::text, '-', '')
            || '","currency":"' || currency || '","holder_name":' || to_json(holder_name)
            || ',"payee_name":' || to_json(payee_name) || ',"position":' || position || '}}',
            ',' ORDER BY position) || ']', 'UTF8')), 'hex') AS digest
        FROM disclosure_lines GROUP BY disclosure_id
    ) AS told ON told.disclosure_id = disclosures.id
    WHERE told.digest <> disclosures.digest
    """,
)

CLOSED = Check(
    "disclosure.closed",
    f"""
    SELECT {LINE.format("lines.id")}, 'released when its disclosure closed', 'disclosed, and nothing objected to it'
    FROM disclosures
    JOIN disclosure_lines AS shown ON shown.disclosure_id = disclosures.id
    JOIN claim_lines AS lines ON lines.id = shown.claim_line_id
    WHERE disclosures.state = 'closed' AND lines.state = 'disclosed' AND NOT EXISTS (
        SELECT FROM objections WHERE claim_line_id = lines.id AND objections.state = 'live'
    ) AND NOT EXISTS (
        SELECT FROM claim_line_transitions AS less
        WHERE less.claim_line_id = lines.id AND less.event = 'reduced' AND less.at >= disclosures.published_at
    )
    """,
)

BLOCKED = Check(
    "objection.blocks",
    f"""
    SELECT {OBJECTION.format("objections.id")}, 'a disclosed line, stopped on every leg',
           lines.state || ', ' || (SELECT count(*) FROM legs WHERE claim_line_id = lines.id) || ' legs, '
           || (SELECT count(*) FROM stops WHERE objection_id = objections.id AND stops.state = 'live') || ' stopped'
    FROM objections JOIN claim_lines AS lines ON lines.id = objections.claim_line_id
    WHERE objections.state = 'live' AND (lines.state <> 'disclosed' OR EXISTS (
        SELECT FROM legs WHERE claim_line_id = lines.id AND NOT EXISTS (
            SELECT FROM stops WHERE leg_id = legs.id AND objection_id = objections.id AND stops.state = 'live'
        )
    ))
    """,
)

# Who decides an objection has no earlier part in the case, and then has one; upheld, all are decided as one.
FOUR_EYES = Check(
    "objection.four_eyes",
    f"""
    SELECT {OBJECTION.format("ruled.id")}, 'decided by one with no earlier part in the case, and kept on it',
           ruled.decided_by || ' of ' || lines.acted::text
    FROM objections AS ruled JOIN claim_lines AS lines ON lines.id = ruled.claim_line_id
    WHERE NOT lines.acted @> to_jsonb(ruled.decided_by) OR EXISTS (
        SELECT FROM objections AS other WHERE other.claim_line_id = ruled.claim_line_id AND (
            other.filed_by = ruled.decided_by AND other.filed_at <= ruled.decided_at
            OR other.decided_by = ruled.decided_by AND other.decided_at < ruled.decided_at
        )
    ) OR EXISTS (
        SELECT FROM claim_line_transitions AS taken
        WHERE taken.claim_line_id = ruled.claim_line_id AND taken.person = ruled.decided_by
              AND taken.event IN ('submitted', 'corrected', 'returned', 'passed_on', 'approved')
    )
    """,
)

ENDED = Check(
    "stop.objection",
    f"""
    SELECT {STOP.format("stops.id")},
           CASE objections.state WHEN 'dismissed' THEN 'lifted' ELSE objections.state END, stops.state
    FROM stops JOIN objections ON objections.id = stops.objection_id
    WHERE stops.state <> CASE objections.state WHEN 'dismissed' THEN 'lifted' ELSE objections.state END
    """,
)

HELD = Check(
    "stop.holds",
    f"""
    SELECT {STOP.format("stops.id")}, 'leg leg_' || replace(legs.id::text, '-', '') || ' not sent while it lived',
           'sent at ' || legs.sent_at
    FROM stops JOIN legs ON legs.id = stops.leg_id
    WHERE legs.sent_at >= stops.since AND (stops.ended_at IS NULL OR legs.sent_at < stops.ended_at)
    """,
)

CHECKS = (SHOWN, DIGEST, CLOSED, BLOCKED, FOUR_EYES, ENDED, HELD)
