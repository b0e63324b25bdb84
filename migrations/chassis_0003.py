"""Orders decisions and attempts by transaction, made while everybody writes on."""

from migrations import concurrent
from migrations.chassis_0002 import FOLLOWED


def upgrade() -> None:
    """One index each."""
    for table in FOLLOWED:
        concurrent.make_index(f"ix_{table}_xact_id", f"ON {table} (xact, id)")


def downgrade() -> None:
    """The way back."""
    for table in FOLLOWED:
        concurrent.drop_index(f"ix_{table}_xact_id")
