"""Decides who may look: the auditor at everything."""

from services.chassis.authorisation import Table, grants

AUTHORISATION: Table = {"get_audit": grants("any", "auditor")}
