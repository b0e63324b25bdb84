"""Decides who reads the change feed."""

from services.chassis.authorisation import Table, grants

AUTHORISATION: Table = {
    "list_changes": grants("any", "service", "auditor"),
}
