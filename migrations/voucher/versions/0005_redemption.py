"""Redemptions, their captures, and every transition they went through."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

REDEMPTIONS = """
CREATE TABLE redemptions (
    id uuid NOT NULL CONSTRAINT pk_redemptions PRIMARY KEY,
    voucher_id uuid NOT NULL CONSTRAINT fk_redemptions_voucher_id_vouchers REFERENCES vouchers (id),
    scheme_version_id uuid NOT NULL
        CONSTRAINT fk_redemptions_scheme_version_id_scheme_versions REFERENCES scheme_versions (id),
    holder_id uuid NOT NULL,
    provider_id uuid NOT NULL,
    payee_id uuid NOT NULL,
    region text NOT NULL,
    kind text NOT NULL CONSTRAINT ck_redemptions_kind CHECK (kind IN ('contract', 'instant')),
    order_id uuid,
    part bigint NOT NULL,
    consent text CONSTRAINT ck_redemptions_consent CHECK (consent IN ('qr', 'secret', 'provider_code')),
    offering_id uuid,
    category text NOT NULL,
    currency text NOT NULL,
    contract_number text NOT NULL,
    contract_key text NOT NULL,
    contract_signed_on date NOT NULL,
    contract_amount bigint NOT NULL CONSTRAINT ck_redemptions_contract_amount CHECK (contract_amount > 0),
    contract_completed_on date,
    asked bigint CONSTRAINT ck_redemptions_asked CHECK (asked > 0),
    description text NOT NULL,
    state text NOT NULL CONSTRAINT ck_redemptions_state CHECK (
        state IN ('proposed', 'authorised', 'delivered', 'disputed', 'accepted', 'part_captured', 'captured',
            'refunded', 'voided', 'lapsed', 'declined', 'withdrawn')
    ),
    proposed_by text NOT NULL CONSTRAINT ck_redemptions_proposed_by CHECK (proposed_by IN ('holder', 'provider')),
    proposed_at timestamptz NOT NULL,
    client text NOT NULL,
    client_ref text,
    confirmed_by text CONSTRAINT ck_redemptions_confirmed_by CHECK (confirmed_by IN ('holder', 'provider')),
    authorised_at timestamptz,
    authorised bigint NOT NULL,
    held bigint NOT NULL,
    captured bigint NOT NULL,
    refunded bigint NOT NULL,
    settled bigint NOT NULL,
    delivery jsonb,
    takes jsonb NOT NULL,
    deliver_by date,
    deliver_by_ends timestamptz,
    due_at timestamptz,
    due_on date,
    void_asked_by text CONSTRAINT ck_redemptions_void_asked_by CHECK (void_asked_by IN ('holder', 'provider')),
    rating bigint CONSTRAINT ck_redemptions_rating CHECK (rating BETWEEN 1 AND 5),
    acted jsonb NOT NULL,
    steps bigint NOT NULL CONSTRAINT ck_redemptions_steps CHECK (steps > 0),
    CONSTRAINT ck_redemptions_part CHECK (part > 0 AND (part = 1 OR order_id IS NOT NULL)),
    CONSTRAINT ck_redemptions_instant_by_consent CHECK ((kind = 'instant') = (consent IS NOT NULL)),
    CONSTRAINT uq_redemptions_client UNIQUE (client, client_ref),
    CONSTRAINT ck_redemptions_two_sides CHECK (confirmed_by <> proposed_by),
    CONSTRAINT ck_redemptions_confirmed CHECK ((confirmed_by IS NULL) = (authorised = 0)),
    CONSTRAINT ck_redemptions_parts CHECK (
        held >= 0 AND refunded >= 0 AND refunded <= captured AND held + captured <= authorised
    ),
    CONSTRAINT ck_redemptions_held_while_open CHECK (
        (held > 0) = (state IN ('authorised', 'delivered', 'disputed', 'accepted', 'part_captured'))
    ),
    CONSTRAINT ck_redemptions_timer CHECK (
        (due_at IS NOT NULL) = (state IN ('proposed', 'authorised', 'delivered', 'accepted', 'part_captured'))
    )
)
"""

CAPTURES = """
CREATE TABLE captures (
    id uuid NOT NULL CONSTRAINT pk_captures PRIMARY KEY,
    redemption_id uuid NOT NULL CONSTRAINT fk_captures_redemption_id_redemptions REFERENCES redemptions (id),
    number bigint NOT NULL,
    amount bigint NOT NULL,
    refunded bigint NOT NULL,
    captured_at timestamptz NOT NULL,
    settlement bigint NOT NULL,
    completed_on date NOT NULL,
    document_id uuid,
    last boolean NOT NULL,
    delivered_at timestamptz NOT NULL,
    claim_by_ends timestamptz NOT NULL,
    claim_line_id uuid,
    CONSTRAINT uq_captures_number UNIQUE (redemption_id, number),
    CONSTRAINT ck_captures_parts CHECK (amount > 0 AND refunded >= 0 AND refunded <= amount)
)
"""

TRANSITIONS = """
CREATE TABLE redemption_transitions (
    id uuid NOT NULL CONSTRAINT pk_redemption_transitions PRIMARY KEY,
    redemption_id uuid NOT NULL
        CONSTRAINT fk_redemption_transitions_redemption_id_redemptions REFERENCES redemptions (id),
    number bigint NOT NULL,
    event text NOT NULL,
    from_state text,
    to_state text NOT NULL,
    at timestamptz NOT NULL,
    person text NOT NULL,
    client text NOT NULL,
    note text,
    document_id uuid,
    request_id text,
    journal_id uuid
        CONSTRAINT fk_redemption_transitions_journal_id_journals REFERENCES journals (id)
        CONSTRAINT uq_redemption_transitions_journal_id UNIQUE,
    held bigint NOT NULL,
    captured bigint NOT NULL,
    refunded bigint NOT NULL,
    CONSTRAINT uq_redemption_transitions_number UNIQUE (redemption_id, number)
)
"""

CHANGING = (
    "state, confirmed_by, authorised_at, authorised, held, captured, refunded, settled, delivery, takes, deliver_by,"
    " deliver_by_ends, due_at, due_on, void_asked_by, rating, acted, steps"
)

STATEMENTS = (
    REDEMPTIONS,
    CAPTURES,
    TRANSITIONS,
    "CREATE INDEX ix_redemptions_listed ON redemptions (proposed_at, id)",
    "CREATE INDEX ix_redemptions_of_voucher ON redemptions (voucher_id, proposed_at, id)",
    "CREATE INDEX ix_redemptions_of_holder ON redemptions (holder_id, proposed_at, id)",
    "CREATE INDEX ix_redemptions_of_payee ON redemptions (payee_id, proposed_at, id)",
    "CREATE INDEX ix_redemptions_client_ref ON redemptions (client_ref) WHERE client_ref IS NOT NULL",
    "CREATE UNIQUE INDEX uq_redemptions_contract ON redemptions (holder_id, payee_id, contract_key, part)"
    " WHERE held > 0 OR captured > refunded",
    "CREATE INDEX ix_redemptions_order_id ON redemptions (order_id) WHERE order_id IS NOT NULL",
    "CREATE INDEX ix_redemptions_due ON redemptions (state, due_at, id) WHERE due_at IS NOT NULL",
    "CREATE INDEX ix_redemption_transitions_document_id ON redemption_transitions (document_id)"
    " WHERE document_id IS NOT NULL",
    "CREATE INDEX ix_captures_unclaimed ON captures (claim_by_ends, id)"
    " WHERE claim_line_id IS NULL AND amount > refunded",
    "CREATE INDEX ix_captures_claim_line_id ON captures (claim_line_id) WHERE claim_line_id IS NOT NULL",
    f"GRANT SELECT, INSERT, UPDATE ({CHANGING}) ON redemptions TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (refunded, claim_line_id, claim_by_ends) ON captures TO {ROLE}",
    f"GRANT SELECT, INSERT ON redemption_transitions TO {ROLE}",
)


def upgrade() -> None:
    """Lay the redemption tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The way back, as long as nobody needs what was redeemed."""
    for table in ("redemption_transitions", "captures", "redemptions"):
        op.execute(f"DROP TABLE {table}")
