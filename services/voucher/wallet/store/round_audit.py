"""States what must hold of rounds by their method, classes, caps and backing, whoever wrote them."""

from services.voucher.ledger.store.checks import Check

ROUND = "'round rnd_' || replace({}::text, '-', '')"
APPLICATION = "'application app_' || replace({}::text, '-', '')"

# Nobody overtakes: whoever was served stands before everybody who was left without. A class that has had its share
# keeps its own from being served; and who came first and was told that he is not served was told so for good, as was
# who was left out of an earlier turn of the window.
IN_ORDER = Check(
    "application.in_order",
    f"""
    SELECT {APPLICATION.format("late.id")}, 'rank ' || late.rank || ' waits behind',
           'rank ' || late.rank || ' was served before rank ' || early.rank
    FROM vouchers
    JOIN applications AS late ON late.id = vouchers.application_id
    JOIN (
        SELECT round_id, min(rank) AS rank,
               CASE applications.state WHEN 'unserved' THEN applications.window_turn END AS left_out
        FROM applications
        JOIN rounds ON rounds.id = round_id JOIN scheme_versions ON scheme_versions.id = scheme_version_id
        WHERE (applications.state IN ('approved', 'waitlisted')
               OR (applications.state = 'unserved' AND method <> 'first_come'))
          AND NOT jsonb_path_exists(document, '$.allocation.class_shares.value[*] ? (@."class" == $name)',
                                    jsonb_build_object('name', queue_class))
        GROUP BY round_id, left_out
    ) AS early ON early.round_id = late.round_id AND early.rank < late.rank
              AND coalesce(left_out, late.window_turn) = late.window_turn
    """,
)

# The share is of all that the round was given, by lines and beyond them; what came back may be given again.
CLASS_SHARE = Check(
    "round.class_share",
    f"""
    SELECT {ROUND.format("round_id")} || ', class ' || queue_class, 'at most ' || floor(given * at_most),
           standing::text
    FROM (
        SELECT vouchers.round_id, queue_class, (share ->> 'at_most')::numeric AS at_most,
               sum(face - reclaimed) AS standing,
               (SELECT sum(amount) FROM entries JOIN journals ON journals.id = journal_id
                WHERE place = 'round_pool' AND owner = vouchers.round_id AND "row" IN (2, 3)) AS given
        FROM vouchers
        JOIN applications ON applications.id = application_id
        JOIN scheme_versions ON scheme_versions.id = scheme_version_id,
        jsonb_array_elements(document -> 'allocation' -> 'class_shares' -> 'value') AS share
        WHERE share ->> 'class' = queue_class
        GROUP BY vouchers.round_id, queue_class, share
    ) AS sums
    WHERE standing > floor(given * at_most)
    """,
)

# An application counts in the year (or once and for all) of its submission, until it is rejected or withdrawn.
APPLIED = Check(
    "counter.applications",
    """
    WITH caps AS (
        SELECT id AS scheme_version_id, document ->> 'scheme' || '/' || (cap ->> 'cap') AS cap,
               cap ->> 'year_of' AS year_of, document ->> 'zone' AS zone
        FROM scheme_versions, jsonb_array_elements(document -> 'caps') AS cap
        WHERE cap ->> 'counts' = 'applications'
    ), sums AS (
        SELECT cap, 'org_' || replace(quota_root_id::text, '-', '') AS subject,
               CASE WHEN year_of IS NULL THEN 'once'
                    ELSE extract(year FROM submitted_at AT TIME ZONE zone)::text END AS period, count(*) AS used
        FROM applications JOIN rounds ON rounds.id = round_id JOIN caps USING (scheme_version_id)
        WHERE submitted_at IS NOT NULL AND applications.state NOT IN ('rejected', 'withdrawn')
        GROUP BY 1, 2, 3
    ), counters AS (
        SELECT * FROM cap_counters WHERE cap IN (SELECT cap FROM caps)
    )
    SELECT 'counter ' || cap || ' of ' || subject || ' in ' || period, coalesce(sums.used, 0)::text,
           coalesce(counters.used::text, 'no such counter')
    FROM sums FULL JOIN counters USING (cap, subject, period)
    WHERE coalesce(sums.used, 0) <> coalesce(counters.used, 0)
    """,
)

# What a round may issue beyond its budget is what the books say, and never more than its factor makes of its lines.
OVER_ISSUED = Check(
    "round.over_issued",
    f"""
    SELECT {ROUND.format("id")}, 'over-issued ' || folded || ', at most ' || ceiling, over_issued::text
    FROM (
        SELECT rounds.id, over_issued,
               coalesce((SELECT -sum(amount) FROM entries
                         WHERE place = 'over_issue' AND owner = rounds.id), 0) AS folded,
               coalesce((SELECT sum(amount) FROM entries JOIN journals ON journals.id = journal_id
                         WHERE place = 'round_pool' AND owner = rounds.id AND "row" = 2), 0)
                * (coalesce((document #>> '{{backing,value,factor}}')::numeric, 1) - 1) AS ceiling
        FROM rounds JOIN scheme_versions ON scheme_versions.id = scheme_version_id
    ) AS sums
    WHERE over_issued <> folded OR over_issued > ceiling
    """,
)

CHECKS = (IN_ORDER, CLASS_SHARE, APPLIED, OVER_ISSUED)
