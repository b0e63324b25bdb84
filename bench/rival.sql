-- One redemption as plain SQL: the same locks, the same limits, the same rows as the product's, each table once.
-- bench/rival.py sends these statements one by one (pgbench, :variables), and makes the rival's function of them.

-- what the caller names
SELECT
    rival.id_of('00000004', :the_place::bigint) AS the_voucher,
    rival.id_of('00000001', :the_place::bigint % :the_holders::bigint) AS the_holder,
    rival.id_of('00000002', :the_place::bigint % :the_providers::bigint) AS the_payee,
    rival.id_of('00000003', :the_place::bigint % :the_providers::bigint) AS the_provider,
    rival.hex(rival.id_of('00000004', :the_place::bigint)) AS the_voucher_hex,
    rival.hex(rival.id_of('00000001', :the_place::bigint % :the_holders::bigint)) AS the_holder_hex,
    rival.hex(rival.id_of('00000002', :the_place::bigint % :the_providers::bigint)) AS the_payee_hex,
    rival.hex(rival.id_of('00000003', :the_place::bigint % :the_providers::bigint)) AS the_provider_hex,
    :the_run::text || '-' || :the_client::text || '-' || :the_turn::text AS the_number,
    rival.new_id() AS the_redemption,
    rival.new_id() AS the_journal,
    'req_' || rival.hex(rival.new_id()) AS the_request
\gset

-- what moves, in the house's order: who writes a row locks it, and looks at it once it is his
UPDATE cap_counters SET used = used + 100
WHERE cap = 'jiangmen-service-2020/authorised-per-year' AND subject = 'org_' || :the_holder_hex::text
  AND period = '2020' AND used + 100 <= 100000000000000
RETURNING used - 100 AS the_used
\gset

UPDATE vouchers SET available = available - 100, captured = captured + 100, moved_at = business_now()
WHERE id = :the_voucher::uuid AND available >= 100 AND ends_at > business_now() AND state = 'active'
RETURNING available AS the_rest, round_id AS the_round, scheme_version_id AS the_version, claim_by_ends AS the_claim_by,
          funding_source AS the_source, moved_at AS the_now
\gset

SELECT
    rival.hex(:the_redemption::uuid) AS the_redemption_hex,
    (:the_now::timestamptz AT TIME ZONE 'Asia/Shanghai')::date AS the_day,
    replace((:the_now::timestamptz AT TIME ZONE 'UTC')::text, ' ', 'T') || 'Z' AS the_now_told,
    round((100000000000000 - :the_used::bigint) / 100.0, 2)::text AS the_left
\gset

-- the redemption, its capture, its books, its step
INSERT INTO redemptions (
    id, voucher_id, scheme_version_id, holder_id, provider_id, payee_id, region, kind, order_id, part, consent, category,
    currency, contract_number, contract_key, contract_signed_on, contract_amount, contract_completed_on, description,
    state, proposed_by, proposed_at, client, confirmed_by, authorised_at, authorised, held, captured, refunded, settled,
    takes, acted, steps, rate_version_id
) VALUES (
    :the_redemption::uuid, :the_voucher::uuid, :the_version::uuid, :the_holder::uuid, :the_provider::uuid,
    :the_payee::uuid, '440703', 'instant', :the_redemption::uuid, 1, 'provider_code', 'testing', 'CNY',
    :the_number::text, replace(:the_number::text, '-', ''), :the_day::date, 200, :the_day::date, '',
    'captured', 'holder', :the_now::timestamptz, 'per_' || :the_holder_hex::text, 'provider', :the_now::timestamptz,
    100, 0, 100, 0, 200,
    format('[{"cap": "jiangmen-service-2020/authorised-per-year", "period": "2020", "measure": "amount",
              "subject": "org_%1$s"}]', :the_holder_hex::text)::jsonb,
    format('["per_%1$s"]', :the_holder_hex::text)::jsonb, 1, :the_version::uuid
);

INSERT INTO captures (
    id, redemption_id, number, amount, refunded, captured_at, settlement, completed_on, last, delivered_at, claim_by_ends
) VALUES (
    :the_redemption::uuid, :the_redemption::uuid, 1, 100, 0, :the_now::timestamptz, 200, :the_day::date, true,
    :the_now::timestamptz, :the_claim_by::timestamptz
);

INSERT INTO journals (id, "row", event, booked_at, value_on, actor, request_id, subject_kind, subject_id)
VALUES (
    :the_journal::uuid, 7, 'redeemed', :the_now::timestamptz, :the_day::date, 'per_' || :the_holder_hex::text,
    :the_request::text, 'redemption', :the_redemption::uuid
);

INSERT INTO entries (journal_id, position, book, place, owner, part, amount, currency, funding_source, round_id)
VALUES
    (:the_journal::uuid, 1, 'quota', 'available', :the_voucher::uuid, '', -100, 'CNY', :the_source::text,
     :the_round::uuid),
    (:the_journal::uuid, 2, 'quota', 'captured', :the_voucher::uuid, '', 100, 'CNY', :the_source::text,
     :the_round::uuid);

INSERT INTO redemption_transitions (
    id, redemption_id, number, event, to_state, at, person, client, request_id, journal_id, held, captured, refunded
) VALUES (
    rival.new_id(), :the_redemption::uuid, 1, 'redeemed', 'captured', :the_now::timestamptz,
    'per_' || :the_holder_hex::text, 'per_' || :the_holder_hex::text, :the_request::text, :the_journal::uuid, 0, 100, 0
);

-- why, who hears of it, who tried, and what is answered should he ask again
INSERT INTO decisions (
    id, subject_kind, subject_id, kind, outcome, actor, at, rule, clause, numbers, scheme_version, request_id
)
SELECT rival.new_id(), 'redemption', :the_redemption::uuid, kind, outcome, 'per_' || :the_holder_hex::text,
       :the_now::timestamptz, rule, clause, numbers, :the_version::uuid, :the_request::text
FROM (
    VALUES
    ('redeem.price', 'captured', 'rate.flat', 'row jiangmen-service-2020',
     format('{"price": "2.00", "share": "1/2", "steps": "rate.flat 1.00", "subsidy": "1.00", "captured": "1.00",
              "rate_case": null, "rate_version": "scv_%1$s"}', rival.hex(:the_version::uuid))::jsonb),
    ('redeem.consent', 'given', 'evidence.instant', 'our default, not in the notice', '{"means": "provider_code"}'),
    ('authorise.category', 'eligible', 'exclusions.categories', 'policy jiangmen-2016-draft（七）',
     '{"category": "testing"}'),
    ('authorise.parties', 'unrelated', 'exclusions.related_parties', 'our default, not in the notice', '{}'),
    ('authorise.dates', 'within', 'validity.completed', 'row jiangmen-service-2020',
     format('{"from": "2019-10-02", "until": "2020-10-15", "signed_on": "%1$s"}', :the_day::text)::jsonb),
    ('authorise.cap', 'within', 'cap.authorised-per-year', 'row jiangmen-service-2020',
     format('{"left": "%1$s", "period": "2020"}', :the_left::text)::jsonb)
) AS rulings (kind, outcome, rule, clause, numbers);

INSERT INTO events (id, type, subject_kind, subject_id, audience, data, at)
VALUES (
    rival.new_id(), 'redemption.redeemed', 'redemption', 'red_' || :the_redemption_hex::text,
    ARRAY[:the_holder::uuid, :the_payee::uuid],
    format('{"held": {"amount": "0.00", "currency": "CNY"}, "state": "captured",
             "captured": {"amount": "1.00", "currency": "CNY"}, "refunded": {"amount": "0.00", "currency": "CNY"},
             "authorised": {"amount": "1.00", "currency": "CNY"},
             "voucher_id": "vch_%1$s", "provider_id": "prv_%2$s"}',
           :the_voucher_hex::text, :the_provider_hex::text)::jsonb,
    :the_now::timestamptz
);

INSERT INTO idempotency_keys (caller, operation, key, fingerprint, status, answer, object_id, created_at)
VALUES (
    'per_' || :the_holder_hex::text, 'redeem_voucher', :the_number::text,
    encode(sha256(convert_to(:the_number::text, 'UTF8')), 'hex'), 201,
    format('{"order_id": "red_%1$s", "subsidy": {"amount": "1.00", "currency": "CNY"},
             "own_share": {"amount": "1.00", "currency": "CNY"},
             "over_price": {"amount": "0.00", "currency": "CNY"},
             "spendable_after": {"amount": "%2$s", "currency": "CNY"},
             "redemptions": [{
                "id": "red_%1$s", "order_id": "red_%1$s", "kind": "instant", "part": 1, "consent": "provider_code",
                "state": "captured", "voucher_id": "vch_%3$s", "holder_id": "org_%4$s", "provider_id": "prv_%5$s",
                "payee_id": "org_%6$s", "category": "testing", "offering_id": null, "description": "",
                "client_ref": null, "contract": {"number": "%7$s", "signed_on": "%8$s", "completed_on": "%8$s",
                    "amount": {"amount": "2.00", "currency": "CNY"}, "tax": null, "lines": []},
                "amount": null, "proposed_by": "holder", "proposed_at": "%9$s", "confirmed_by": "provider",
                "authorised_at": "%9$s", "authorised": {"amount": "1.00", "currency": "CNY"},
                "held": {"amount": "0.00", "currency": "CNY"}, "captured": {"amount": "1.00", "currency": "CNY"},
                "refunded": {"amount": "0.00", "currency": "CNY"}, "released": {"amount": "0.00", "currency": "CNY"},
                "settled": {"amount": "2.00", "currency": "CNY"}, "delivery": null,
                "over_price": {"amount": "0.00", "currency": "CNY"}, "services": [], "subcontracted": false,
                "funded_by": [], "reimbursed": false, "replaces": null, "let_go_by": null,
                "captures": [{
                    "id": "cap_%1$s", "number": 1, "amount": {"amount": "1.00", "currency": "CNY"},
                    "refunded": {"amount": "0.00", "currency": "CNY"}, "captured_at": "%9$s", "on_claim": false,
                    "delivery": {"settlement": {"amount": "2.00", "currency": "CNY"}, "completed_on": "%8$s",
                        "delivered_at": "%9$s", "last": true, "result_document_id": null,
                        "tax": null, "lines": []}}],
                "deliver_by": null, "deliver_by_ends": null, "due_at": null, "due_on": null, "void_asked_by": null,
                "rating": null}]}',
           :the_redemption_hex::text, round(:the_rest::bigint / 100.0, 2)::text, :the_voucher_hex::text,
           :the_holder_hex::text, :the_provider_hex::text, :the_payee_hex::text, :the_number::text, :the_day::text,
           :the_now_told::text)::jsonb,
    :the_redemption::uuid, clock_timestamp()
);

INSERT INTO attempts (
    id, operation, caller, organization, subject_id, key, outcome, reasons, request_id, at
) VALUES (
    rival.new_id(), 'redeem_voucher', 'per_' || :the_holder_hex::text, :the_holder::uuid, :the_redemption::uuid,
    :the_number::text, 'done', '[]', :the_request::text, :the_now::timestamptz
);
