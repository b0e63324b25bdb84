"""A round has one of its scheme's windows, may be cancelled or settled; samples are promised before they are drawn."""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

ROUNDS = f"""
ALTER TABLE rounds
    ADD COLUMN scheme_window bigint NOT NULL DEFAULT 1 CONSTRAINT ck_rounds_scheme_window CHECK (scheme_window >= 1),
    ADD COLUMN window_turn bigint NOT NULL DEFAULT 1 CONSTRAINT ck_rounds_window_turn CHECK (window_turn >= 1),
    DROP CONSTRAINT ck_rounds_state,
    ADD CONSTRAINT ck_rounds_state
        CHECK (state IN ('draft', 'published', 'running', 'paused', 'finished', 'settled', 'cancelled'));
GRANT UPDATE (window_turn) ON rounds TO {ROLE}
"""

NOTICES = """
ALTER TABLE round_notices
    DROP CONSTRAINT ck_round_notices_kind,
    ADD CONSTRAINT ck_round_notices_kind CHECK (kind IN ('pause', 'resume', 'extend', 'repeat', 'cancel'))
"""

# A column that is added to a big table is checked in the migration after this one, while others write to it.
APPLICATIONS = f"""
ALTER TABLE applications ADD COLUMN window_turn bigint NOT NULL DEFAULT 1;
ALTER TABLE applications ADD CONSTRAINT ck_applications_window_turn CHECK (window_turn >= 1) NOT VALID;
GRANT UPDATE (window_turn) ON applications TO {ROLE}
"""

VOUCHERS = f"""
ALTER TABLE vouchers ADD COLUMN lost_by_provider bigint NOT NULL DEFAULT 0;
ALTER TABLE vouchers ADD CONSTRAINT ck_vouchers_lost_by_provider CHECK (lost_by_provider >= 0) NOT VALID;
GRANT UPDATE (lost_by_provider) ON vouchers TO {ROLE}
"""

DRAWS = """
ALTER TABLE round_draws
    ADD COLUMN purpose text NOT NULL DEFAULT 'lottery'
        CONSTRAINT ck_round_draws_purpose CHECK (purpose IN ('lottery', 'audit', 'second_review', 'legs')),
    ADD COLUMN turn bigint NOT NULL DEFAULT 1 CONSTRAINT ck_round_draws_turn CHECK (turn >= 1),
    DROP CONSTRAINT pk_round_draws,
    ADD CONSTRAINT pk_round_draws PRIMARY KEY (round_id, purpose, turn)
"""

SAMPLES = """
ALTER TABLE sample_draws
    ADD COLUMN turn bigint,
    ADD COLUMN amount bigint,
    ADD COLUMN drawn_amount bigint,
    ADD CONSTRAINT ck_sample_draws_amounts CHECK (drawn_amount BETWEEN 0 AND amount),
    ADD CONSTRAINT ck_sample_draws_promised CHECK (num_nulls(turn, amount, drawn_amount) IN (0, 3)),
    ADD CONSTRAINT fk_sample_draws_promise_round_draws FOREIGN KEY (round_id, kind, turn)
        REFERENCES round_draws (round_id, purpose, turn),
    ADD CONSTRAINT uq_sample_draws_promise UNIQUE (round_id, kind, turn)
"""


def upgrade() -> None:
    """Widen what rounds, their draws and samples may be."""
    for block in (ROUNDS, NOTICES, APPLICATIONS, VOUCHERS, DRAWS, SAMPLES):
        for statement in block.split(";"):
            op.execute(statement)


def downgrade() -> None:
    """Back to one window, and samples by a seed that was promised by nobody.

    A round that was settled or cancelled, and a notice that cancels, have no place in it, so there may be none.
    """
    op.execute(
        "ALTER TABLE sample_draws DROP CONSTRAINT uq_sample_draws_promise,"
        " DROP CONSTRAINT fk_sample_draws_promise_round_draws, DROP COLUMN turn, DROP COLUMN amount,"
        " DROP COLUMN drawn_amount"
    )
    op.execute("DELETE FROM round_draws WHERE purpose <> 'lottery' OR turn > 1")
    op.execute(
        "ALTER TABLE round_draws DROP CONSTRAINT pk_round_draws, DROP COLUMN purpose, DROP COLUMN turn,"
        " ADD CONSTRAINT pk_round_draws PRIMARY KEY (round_id)"
    )
    op.execute("ALTER TABLE vouchers DROP COLUMN lost_by_provider")
    op.execute("ALTER TABLE applications DROP COLUMN window_turn")
    op.execute(
        "ALTER TABLE round_notices DROP CONSTRAINT ck_round_notices_kind,"
        " ADD CONSTRAINT ck_round_notices_kind CHECK (kind IN ('pause', 'resume', 'extend', 'repeat'))"
    )
    op.execute(
        "ALTER TABLE rounds DROP COLUMN scheme_window, DROP COLUMN window_turn, DROP CONSTRAINT ck_rounds_state,"
        " ADD CONSTRAINT ck_rounds_state"
        " CHECK (state IN ('draft', 'published', 'running', 'paused', 'finished'))"
    )
