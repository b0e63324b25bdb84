"""States what must hold of the lives of vouchers, and finds where state, history, requests and books disagree."""

from services.voucher.ledger.store.checks import Check

VOUCHER = "'voucher vch_' || replace({}::text, '-', '')"
REQUEST = "'change request chr_' || replace({}::text, '-', '')"

# A top-up and what comes back to an extended voucher are booked by their change alone; a cancelled voucher is swept
# again whenever something comes free on it, so its journals may be more than its one change.
BOOKED = Check(
    "voucher_change.booked",
    f"""
    SELECT {VOUCHER.format("coalesce(changes.voucher_id, booked.subject_id)")},
           'one change for each journal that moves as much',
           coalesce(changes.kind || ' ' || changes.amount, 'no change') || ' and '
           || coalesce(booked.event || ' ' || booked.moved, 'no journal')
    FROM (SELECT * FROM voucher_changes WHERE journal_id IS NOT NULL) AS changes
    FULL JOIN (
        SELECT journals.id, event, subject_id, owner, sum(entries.amount) AS moved
        FROM journals JOIN entries ON entries.journal_id = journals.id AND entries.place = 'available'
        WHERE event IN ('topped_up', 'reissued')
              OR journals.id IN (SELECT journal_id FROM voucher_changes WHERE kind = 'cancelled')
        GROUP BY journals.id, event, subject_id, owner
    ) AS booked ON booked.id = changes.journal_id
    WHERE (changes.voucher_id, abs(booked.moved), booked.event) IS DISTINCT FROM (
        booked.owner, changes.amount,
        CASE changes.kind WHEN 'topped_up' THEN 'topped_up' WHEN 'extended' THEN 'reissued' ELSE 'cancelled' END
    )
    """,
)

# A voucher that was activated when it was issued has no change that says so.
LIVED = Check(
    "voucher.changes",
    f"""
    SELECT {VOUCHER.format("id")},
           'extended ' || coalesce(extensions, 0) || ', suspended ' || coalesce(suspended, false) || ', cancelled '
           || coalesce(cancelled, false) || ', activated later ' || coalesce(activated, false),
           'extended ' || extended || ', suspended ' || (suspended_at IS NOT NULL) || ', cancelled '
           || (ends_by = 'cancelled') || ', activated later ' || coalesce(activated_at > issued_at, false)
    FROM vouchers
    LEFT JOIN (
        SELECT voucher_id, count(*) FILTER (WHERE kind = 'extended') AS extensions,
               bool_or(kind = 'cancelled') AS cancelled, bool_or(kind = 'activated') AS activated,
               (array_agg(kind ORDER BY at DESC, id DESC) FILTER (WHERE kind IN ('suspended', 'resumed')))[1]
               = 'suspended' AS suspended
        FROM voucher_changes GROUP BY voucher_id
    ) AS lives ON lives.voucher_id = vouchers.id
    WHERE (extended, suspended_at IS NOT NULL, ends_by = 'cancelled', coalesce(activated_at > issued_at, false))
          IS DISTINCT FROM (
              coalesce(extensions, 0), coalesce(suspended, false), coalesce(cancelled, false),
              coalesce(activated, false)
          )
    """,
)

DECIDED = Check(
    "change_request.granted",
    f"""
    SELECT {REQUEST.format("requests.id")},
           CASE requests.state WHEN 'granted' THEN 'one change by another person' ELSE 'no change' END,
           requests.state || ' and ' || coalesce(changes.kind || ' by ' || changes.made_by, 'no change')
    FROM change_requests AS requests LEFT JOIN voucher_changes AS changes ON changes.change_request_id = requests.id
    WHERE (requests.state = 'granted') <> (changes.id IS NOT NULL)
          OR changes.voucher_id <> requests.voucher_id OR changes.made_by <> requests.decided_by
          OR changes.amount <> requests.amount
    """,
)

CHECKS = (BOOKED, LIVED, DECIDED)
