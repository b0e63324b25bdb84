"""Remembers where the voucher service's tables are declared: one metadata for all its wings, no schema named."""

from services.chassis.tables import Base, new_metadata

METADATA = new_metadata()


class VoucherBase(Base):
    """The base of every table of the voucher service."""

    __abstract__ = True
    metadata = METADATA
