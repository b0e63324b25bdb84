"""Decides who may call the scheme's endpoints: operators write in their bureau, everybody reads what is published."""

from services.chassis.authorisation import PUBLIC, ROLES, Grant, Table, grants

OPERATOR = grants("bureau", "operator")
READERS = (
    *OPERATOR,
    *grants("any", "auditor"),
    *(Grant(role, "own") for role in ROLES if role not in {"operator", "auditor"}),
)

AUTHORISATION: Table = {
    "validate_scheme": OPERATOR,
    "create_scheme": OPERATOR,
    "publish_scheme": OPERATOR,
    "withdraw_scheme": OPERATOR,
    "get_scheme_schema": PUBLIC,
    "list_schemes": READERS,
    "get_scheme": READERS,
}
