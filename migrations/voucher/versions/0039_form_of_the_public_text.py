"""A promise fixes the form of the public text as well: who draws chooses nothing of its wording."""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

# what the previous release promises has no form
FORM = """
ALTER TABLE round_draws
    ADD COLUMN public_form text CONSTRAINT ck_round_draws_public_form CHECK (public_form ~ '[0-9]'),
    ADD CONSTRAINT ck_round_draws_public_text CHECK (
        translate(public_text, '123456789', '000000000') = translate(public_form, '123456789', '000000000')
    )
"""


def upgrade() -> None:
    """Lay the form of the text beside where it will be found."""
    op.execute(FORM)
    op.execute(f"GRANT UPDATE (public_form) ON round_draws TO {ROLE}")


def downgrade() -> None:
    """The way back."""
    op.execute("ALTER TABLE round_draws DROP CONSTRAINT ck_round_draws_public_text, DROP COLUMN public_form")
