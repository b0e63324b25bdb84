"""Decides who may call which of the gateway's endpoints, and which of all paths need no token at all."""

import re

from services.chassis.authorisation import PUBLIC, ROLES, Table, grants
from services.chassis.endpoints import SHARED_AUTHORISATION
from services.chassis.health import HEALTH_AUTHORISATION
from services.gateway.domain.claims import REGISTRANT
from services.gateway.domain.roles import MEMBER_ROLES

_EVERYBODY = grants("own", *ROLES, REGISTRANT)
_ADMIN = grants("any", "admin")
_MEMBERS = grants("own", *MEMBER_ROLES)
_OPERATOR = grants("any", "operator")
_AUDITOR = grants("any", "auditor")

AUTHORISATION: Table = {
    **HEALTH_AUTHORISATION,
    "list_tasks": SHARED_AUTHORISATION["list_tasks"],
    "log_in": PUBLIC,
    "refresh_tokens": PUBLIC,
    "activate_account": PUBLIC,
    "log_out": _EVERYBODY,
    "issue_token": PUBLIC,
    "revoke_token": PUBLIC,
    "introspect_token": PUBLIC,
    "get_key_set": PUBLIC,
    "get_authorization_server": PUBLIC,
    "get_me": _EVERYBODY,
    "list_sessions": _EVERYBODY,
    "end_session": _EVERYBODY,
    "create_registration": PUBLIC,
    "list_registrations": _OPERATOR + _AUDITOR + _MEMBERS + grants("own", REGISTRANT),
    "get_registration": _OPERATOR + _AUDITOR + _MEMBERS + grants("own", REGISTRANT),
    "confirm_registration": _OPERATOR,
    "reject_registration": _OPERATOR,
    "list_memberships": _MEMBERS + _OPERATOR + _AUDITOR + _ADMIN,
    "create_membership": _OPERATOR,
    "end_membership": _MEMBERS + _OPERATOR,
    "create_invitation": _MEMBERS,
    "propose_role_grant": _ADMIN,
    "second_role_grant": _ADMIN,
    "decline_role_grant": _ADMIN,
    "end_role_grant": _ADMIN,
    "list_role_grants": _ADMIN + _AUDITOR,
    "create_client": _MEMBERS,
    "list_clients": _MEMBERS + _ADMIN + _AUDITOR,
    "get_client": _MEMBERS + _ADMIN + _AUDITOR,
    "rotate_client": _MEMBERS,
    "disable_client": _MEMBERS + _ADMIN,
    "offer_device_pin": _MEMBERS,
    "pair_device": PUBLIC,
    "list_devices": _MEMBERS,
    "revoke_device": _MEMBERS,
    "disable_person": _ADMIN,
    "enable_person": _ADMIN,
    "erase_person": _ADMIN,
    "list_revocations": grants("any", "service"),
    "list_problems": PUBLIC,
    "get_openapi": PUBLIC,
    "get_root": PUBLIC,
    "get_docs": PUBLIC,
    "get_docs_asset": PUBLIC,
}

UNCOUNTED = frozenset({"/healthz", "/readyz"})
"""Asked by probes: no limit is spent."""

POLLED = UNCOUNTED | {"/v1/revocations", "/.well-known/jwks.json"}
"""Asked by programs of ours every few seconds: no line of the log is spent while all is well."""

PUBLIC_PATHS = UNCOUNTED | {
    "/v1/auth/login",
    "/v1/auth/refresh",
    "/v1/auth/activate",
    "/v1/auth/devices",
    "/oauth2/token",
    "/oauth2/revoke",
    "/oauth2/introspect",
    "/.well-known/jwks.json",
    "/.well-known/oauth-authorization-server",
    "/.well-known/voucher-keys.json",
    "/v1/problems",
    "/openapi.json",
    "/",
    "/docs",
}
"""Paths whose every method is public; limited by address."""

PUBLIC_CALLS = frozenset({("POST", "/v1/registrations")})
"""Public by one method only."""

PUBLIC_READS = re.compile(
    "/v1/(directory|disclosures(/[^/]+)?|assessments/published|policies(/[^/]+)?|schemes/schema|statistics(/coverage)?"
    "|rounds/[^/]+/(draw|notices)|supported-objects(/[^/]+)?|targets)"
)
"""What everybody may read and staff alone writes; limited by address."""

PUBLIC_FOLDERS = ("/docs/",)


def needs_token(method: str, path: str) -> bool:
    """Whether a request is let through to its service only with a valid token."""
    read = method == "GET" and PUBLIC_READS.fullmatch(path) is not None
    public = path in PUBLIC_PATHS or (method, path) in PUBLIC_CALLS or path.startswith(PUBLIC_FOLDERS)
    return not (public or read)
