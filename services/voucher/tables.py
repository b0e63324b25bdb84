"""Remembers where the voucher service's tables are declared: one metadata for all its wings, no schema named."""

from sqlalchemy import text

from services.chassis.tables import Base, new_metadata
from services.standards.holding import Kind

METADATA = new_metadata()
HOLDER_KINDS = "(" + ", ".join(f"'{kind}'" for kind in Kind) + ")"
"""What a holder may be."""
ORGANIZATION = text(f"'{Kind.ORGANIZATION}'")
"""What every holder was before teams and persons could be one."""


class VoucherBase(Base):
    """The base of every table of the voucher service."""

    __abstract__ = True
    metadata = METADATA
