"""Remembers where the registry's tables are declared: one metadata for all its wings, no schema named."""

from services.chassis.tables import Base, new_metadata

METADATA = new_metadata()
ENDS = "until_on IS NULL OR until_on >= from_on"
"""A period ends on or after the day it begins."""


class RegistryBase(Base):
    """The base of every table of the registry."""

    __abstract__ = True
    metadata = METADATA
