"""Decides which histories there are, whose role uses each schema, and which tables the code expects in it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from sqlalchemy import MetaData
from sqlalchemy.dialects.postgresql.base import ischema_names

from services.chassis.tables import Base, ChassisBase, Xid8, new_metadata

FOLDER = Path(__file__).parent
CLOCK_HISTORY = "business"
SERVICES = ("gateway", "registry", "voucher")
HISTORIES = (CLOCK_HISTORY, *SERVICES)
"""In the order of migration: every other schema reads the clock."""

SERVICE_ROLES = {service: f"innovoucher_{service}" for service in SERVICES}
"""The role that each service logs in with; the clock has none of its own."""

ischema_names["xid8"] = Xid8


def target_metadata(history: str) -> MetaData:
    """The tables that the code declares for a schema, the chassis's among them, in one collection."""
    merged = new_metadata()
    if history in SERVICES:
        for declared in (ChassisBase.metadata, *_declared(history)):
            for table in declared.tables.values():
                table.to_metadata(merged)
    return merged


def _declared(service: str) -> list[MetaData]:
    """What the service's modules called ``…tables`` declare; every one is imported, so that none is missed."""
    root = FOLDER.parent / "services" / service
    for module in sorted(root.rglob("*tables.py")):
        import_module(".".join(module.relative_to(FOLDER.parent).with_suffix("").parts))
    mine = (base for base in _descendants(Base) if base.__module__.startswith(f"services.{service}."))
    return list({id(base.metadata): base.metadata for base in mine}.values())


def _descendants(base: type[Base]) -> Iterator[type[Base]]:
    for derived in base.__subclasses__():
        yield derived
        yield from _descendants(derived)
