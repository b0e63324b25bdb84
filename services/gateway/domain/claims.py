"""Decides what an access token says: the claims of RFC 9068 and ours, and nothing personal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.gateway.domain.session import ACCESS_TOKEN_LIFE
from services.gateway.domain.standing import Standing

ISSUER = "innovoucher"
AUDIENCE = "innovoucher"
REGISTRANT = "registrant"
"""The role of a person who has none yet: he may look at himself and at his own registration."""


@dataclass(frozen=True)
class Bearer:
    """Who will hold a token. subject, person, session, token_id: shown ids; client: the program that asked."""

    subject: str
    person: str
    client: str
    session: str
    token_id: str
    mode: str


def claims(bearer: Bearer, standing: Standing, *, organization: str | None, at: datetime) -> dict[str, Any]:
    """The claims of a token issued at a real instant; it lives ten minutes. Absent bounds are left out."""
    issued = int(at.timestamp())
    said = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": bearer.subject,
        "per": bearer.person,
        "client_id": bearer.client,
        "org": organization,
        "roles": list(standing.roles) or [REGISTRANT],
        "region": standing.region,
        "stage": standing.stage,
        "bureau": standing.bureau,
        "treasury": standing.treasury,
        "mode": bearer.mode,
        "scope": " ".join(standing.roles) or REGISTRANT,
        "sid": bearer.session,
        "jti": bearer.token_id,
        "iat": issued,
        "exp": issued + int(ACCESS_TOKEN_LIFE.total_seconds()),
    }
    return {name: value for name, value in said.items() if value is not None}
