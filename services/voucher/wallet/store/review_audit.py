"""States what must hold of reviews and samples: nobody passes a stage unseen, and every draw comes out again."""

from services.voucher.ledger.store.checks import Check

APPLICATION = "'application app_' || replace({}::text, '-', '')"
THROUGH = "applications.state IN ('reviewed', 'approved', 'issued', 'waitlisted')"

REVIEWED = Check(
    "application.reviewed",
    f"""
    SELECT {APPLICATION.format("applications.id")}, 'approved at the stage ' || asked.stage, 'no approval there'
    FROM applications
    JOIN rounds ON rounds.id = round_id
    JOIN scheme_versions ON scheme_versions.id = scheme_version_id
    CROSS JOIN jsonb_array_elements_text(document #> '{{applications,review,value}}') AS asked (stage)
    WHERE {THROUGH} AND NOT EXISTS (
        SELECT FROM application_reviews
        WHERE application_id = applications.id AND application_reviews.stage = asked.stage AND answer = 'approve'
    )
    """,
)

INSPECTED = Check(
    "application.inspected",
    f"""
    SELECT {APPLICATION.format("applications.id")}, 'inspected', 'in the audit sample and ' || applications.state
    FROM applications JOIN sample_places ON application_id = applications.id
    WHERE kind = 'audit' AND picked IS NOT NULL AND {THROUGH} AND NOT EXISTS (
        SELECT FROM application_reviews
        WHERE application_reviews.application_id = applications.id AND stage = 'inspection' AND answer = 'approve'
    )
    """,
)

# The draw as anybody may redo it: the lots of the seed, the smallest first, and of these as many as the draw says.
DRAWN = Check(
    "sample.drawn",
    """
    SELECT 'draw sdr_' || replace(draw_id::text, '-', '') || ', number ' || number,
           'place ' || due || CASE WHEN due <= drawn THEN ', drawn' ELSE '' END,
           'place ' || place || coalesce(', ' || picked, '')
    FROM (
        SELECT draw_id, number, place, picked, drawn,
               row_number() OVER (PARTITION BY draw_id
                                  ORDER BY sha256(convert_to(seed || ':' || number, 'UTF8'))) AS due
        FROM sample_places JOIN sample_draws ON sample_draws.id = draw_id
    ) AS again
    WHERE place <> due OR coalesce(picked = 'seed', false) <> (due <= drawn)
    """,
)

# A seed that was promised is made of what was promised, by two persons, and an audit's share is one of the fen as well.
PROMISED = Check(
    "sample.promised",
    """
    SELECT 'draw sdr_' || replace(sample_draws.id::text, '-', ''), 'seed ' || coalesce(round_draws.seed, 'none')
           || ', amount ' || ceil(amount * part), 'seed ' || sample_draws.seed || ', amount ' || drawn_amount
    FROM sample_draws
    JOIN round_draws ON (round_draws.round_id, purpose, round_draws.turn)
                      = (sample_draws.round_id, kind, sample_draws.turn)
    CROSS JOIN LATERAL (
        SELECT split_part(share, '/', 1)::numeric / coalesce(nullif(split_part(share, '/', 2), ''), '1')::numeric
    ) AS shares (part)
    WHERE round_draws.seed IS DISTINCT FROM sample_draws.seed
       OR encode(sha256(convert_to(secret || ':' || public_text, 'UTF8')), 'hex') <> round_draws.seed
       OR encode(sha256(convert_to(secret, 'UTF8')), 'hex') <> commitment
       OR kind = 'audit' AND drawn_amount < amount * part
    """,
)

# Who brought an application back by upholding its appeal has had his say of it.
RULED = Check(
    "application.ruled",
    f"""
    SELECT {APPLICATION.format("appeals.application_id")}, 'reviewed by others than who decided its appeal',
           'reviewed by ' || person
    FROM appeals JOIN application_reviews ON application_reviews.application_id = appeals.application_id
                                         AND person = decided_by
    """,
)

CHECKS = (REVIEWED, INSPECTED, DRAWN, PROMISED, RULED)
