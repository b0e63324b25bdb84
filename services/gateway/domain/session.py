"""Decides how long a session lives and what a refresh token is worth: rotate it, repeat the answer, or end the family.

RFC 9700 section 4.14: a replayed refresh token ends the whole session. A reply lost on the way is no theft: within
the grace after first use, and while the successor is unused, the same successor is given again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.gateway.domain.roles import Duty
from services.standards.holding import Kind

REPLAY_GRACE = timedelta(seconds=30)
ACCESS_TOKEN_LIFE = timedelta(minutes=10)
CLOCK_TOLERANCE = timedelta(minutes=1)
"""How far the clocks of two machines may differ before a revocation is forgotten too early."""

_IDLE = {Duty.MEMBER: timedelta(days=30)}
_WHOLE = {Duty.MEMBER: timedelta(days=180)}
_STAFF_IDLE = timedelta(hours=2)
_STAFF_WHOLE = timedelta(hours=12)


@dataclass(frozen=True)
class Session:
    """One device's session; every refresh prolongs it up to its last end. kind: what organization_id names."""

    id: UUID
    person_id: UUID
    organization_id: UUID | None
    device: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    kind: Kind = Kind.ORGANIZATION

    def live(self, at: datetime) -> bool:
        """Neither ended nor past its end."""
        return self.ended_at is None and at < self.expires_at


@dataclass(frozen=True)
class RefreshToken:
    """One link of a session's chain, known by its hash."""

    hash: bytes
    session_id: UUID
    expires_at: datetime
    used_at: datetime | None = None
    successor_used: bool = False


class Worth(StrEnum):
    """What a presented refresh token is worth."""

    ROTATE = "rotate"
    REPEAT = "repeat"
    EXPIRED = "expired"
    REPLAYED = "replayed"


def worth(token: RefreshToken, session: Session, *, at: datetime) -> Worth:
    """Judge a presented refresh token at a real instant."""
    if not session.live(at):
        return Worth.EXPIRED
    if token.used_at is not None:
        honest = not token.successor_used and at <= token.used_at + REPLAY_GRACE
        return Worth.REPEAT if honest else Worth.REPLAYED
    return Worth.ROTATE if at < token.expires_at else Worth.EXPIRED


def session_end(duty: Duty, *, created_at: datetime) -> datetime:
    """The instant at which a session ends whatever happens: 180 days for members, 12 hours for staff and admins."""
    return created_at + _WHOLE.get(duty, _STAFF_WHOLE)


def idle_end(duty: Duty, session: Session, *, at: datetime) -> datetime:
    """When an unused refresh token dies: 30 days for members, 2 hours for staff; never past the session."""
    return min(at + _IDLE.get(duty, _STAFF_IDLE), session.expires_at)
