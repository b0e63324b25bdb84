"""Why record and register may differ, as operators said it."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ACCEPTANCES = """
CREATE TABLE register_acceptances (
    check_id uuid NOT NULL,
    reason text NOT NULL,
    accepted_at timestamptz NOT NULL,
    accepted_by text NOT NULL,
    CONSTRAINT pk_register_acceptances PRIMARY KEY (check_id),
    CONSTRAINT fk_register_acceptances_check_id_register_checks FOREIGN KEY (check_id) REFERENCES register_checks (id)
)
"""


def upgrade() -> None:
    """Make the table; a look is accepted once, and nobody takes it back."""
    op.execute(ACCEPTANCES)
    op.execute("GRANT SELECT, INSERT ON register_acceptances TO innovoucher_registry")


def downgrade() -> None:
    """The way back, which forgets the reasons; the decisions on the organisations keep them."""
    op.execute("DROP TABLE register_acceptances")
