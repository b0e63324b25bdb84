"""Decides who may call what of imports and exports."""

from services.chassis.authorisation import Table, grants
from services.registry.callers import OPERATOR

_STAFF = grants("any", "operator", "auditor")

AUTHORISATION: Table = {
    "create_import": OPERATOR,
    "list_imports": _STAFF,
    "get_import": _STAFF,
    "list_import_lines": _STAFF,
    "get_import_report": _STAFF,
}
