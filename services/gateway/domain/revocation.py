"""Decides whose access tokens lose their worth early, and for how long that must be remembered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.gateway.domain.session import ACCESS_TOKEN_LIFE, CLOCK_TOLERANCE

Kind = Literal["person", "subject", "session", "token"]


@dataclass(frozen=True)
class Revocation:
    """Tokens of this person, subject (a client), session or id, issued up to ``not_after``, count no more (UTC).

    until: when the last of them has expired anyway, so that the feed may forget.
    """

    kind: Kind
    subject: str
    not_after: datetime
    until: datetime


def revoke(kind: Kind, subject: str, *, at: datetime) -> Revocation:
    """Everything issued so far is worthless from now on; what is issued later counts."""
    return Revocation(kind, subject, at, at + ACCESS_TOKEN_LIFE + CLOCK_TOLERANCE)
