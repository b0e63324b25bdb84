"""The life of a voucher: what two persons ask for and decide, and everything that was done to one."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

CHANGE_REQUESTS = """
CREATE TABLE change_requests (
    id uuid NOT NULL CONSTRAINT pk_change_requests PRIMARY KEY,
    voucher_id uuid NOT NULL CONSTRAINT fk_change_requests_voucher_id_vouchers REFERENCES vouchers (id),
    kind text NOT NULL CONSTRAINT ck_change_requests_kind CHECK (kind IN ('top_up', 'cancel', 'extend')),
    amount bigint,
    currency text,
    reason text NOT NULL,
    document text,
    client text NOT NULL,
    client_ref text,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    state text NOT NULL CONSTRAINT ck_change_requests_state CHECK (
        state IN ('asked', 'granted', 'refused', 'withdrawn')
    ),
    decided_by text,
    decided_at timestamptz,
    note text,
    CONSTRAINT ck_change_requests_amount CHECK (
        (kind = 'top_up') = (amount IS NOT NULL) AND (amount IS NULL) = (currency IS NULL) AND amount > 0
    ),
    CONSTRAINT ck_change_requests_document CHECK (kind = 'extend' OR document IS NOT NULL),
    CONSTRAINT ck_change_requests_decided CHECK (
        (state = 'asked') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)
    ),
    CONSTRAINT ck_change_requests_two_persons CHECK ((decided_by = asked_by) = (state = 'withdrawn')),
    CONSTRAINT uq_change_requests_client UNIQUE (client, client_ref)
)
"""

VOUCHER_CHANGES = """
CREATE TABLE voucher_changes (
    id uuid NOT NULL CONSTRAINT pk_voucher_changes PRIMARY KEY,
    voucher_id uuid NOT NULL CONSTRAINT fk_voucher_changes_voucher_id_vouchers REFERENCES vouchers (id),
    kind text NOT NULL CONSTRAINT ck_voucher_changes_kind CHECK (
        kind IN ('activated', 'suspended', 'resumed', 'extended', 'cancelled', 'topped_up')
    ),
    from_state text NOT NULL,
    to_state text NOT NULL,
    reason text NOT NULL,
    document text,
    made_by text NOT NULL,
    at timestamptz NOT NULL,
    request_id text,
    amount bigint NOT NULL,
    ends_before timestamptz NOT NULL,
    ends_after timestamptz NOT NULL,
    dates jsonb,
    journal_id uuid CONSTRAINT fk_voucher_changes_journal_id_journals REFERENCES journals (id)
        CONSTRAINT uq_voucher_changes_journal_id UNIQUE,
    change_request_id uuid
        CONSTRAINT fk_voucher_changes_change_request_id_change_requests REFERENCES change_requests (id)
        CONSTRAINT uq_voucher_changes_change_request_id UNIQUE,
    CONSTRAINT ck_voucher_changes_booked CHECK (amount >= 0 AND (amount > 0) = (journal_id IS NOT NULL)),
    CONSTRAINT ck_voucher_changes_moves CHECK (amount = 0 OR kind IN ('extended', 'cancelled', 'topped_up')),
    CONSTRAINT ck_voucher_changes_worth_more CHECK (kind <> 'topped_up' OR amount > 0),
    CONSTRAINT ck_voucher_changes_two_persons CHECK (
        kind NOT IN ('cancelled', 'topped_up') OR change_request_id IS NOT NULL
    ),
    CONSTRAINT ck_voucher_changes_dates CHECK ((kind = 'extended') = (dates IS NOT NULL))
)
"""

INDEXES = (
    "CREATE UNIQUE INDEX uq_change_requests_asked ON change_requests (voucher_id, kind) WHERE state = 'asked'",
    "CREATE INDEX ix_change_requests_voucher_id ON change_requests (voucher_id)",
    "CREATE UNIQUE INDEX uq_voucher_changes_once ON voucher_changes (voucher_id, kind)"
    " WHERE kind IN ('activated', 'cancelled', 'extended')",
    "CREATE INDEX ix_voucher_changes_of_voucher ON voucher_changes (voucher_id, at, id)",
)

# What was asked for never changes, only how it was decided; what was done never changes at all.
GRANTS = (
    f"GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at, note) ON change_requests TO {ROLE}",
    f"GRANT SELECT, INSERT ON voucher_changes TO {ROLE}",
)


def upgrade() -> None:
    """Lay both tables."""
    for statement in (CHANGE_REQUESTS, VOUCHER_CHANGES, *INDEXES, *GRANTS):
        op.execute(statement)


def downgrade() -> None:
    """The way back."""
    for table in ("voucher_changes", "change_requests"):
        op.execute(f"DROP TABLE {table}")
