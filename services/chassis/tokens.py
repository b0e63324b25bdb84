"""Decides who is calling: verifies ES256 access tokens (RFC 9068, RFC 8725) with the gateway's published keys."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import jwt
import structlog

from services.chassis.database import Mode
from services.chassis.refusals import Refusal
from services.standards.holding import Holder, Kind, holder_of

ISSUER = "innovoucher"
AUDIENCE = "innovoucher"
TOKEN_BYTES_MAX = 8192
CACHE_MAX = 10_000
KEYS_AGAIN_SECONDS = 10.0
KEYS_RETRY_SECONDS = 1.0
CLOCK_LEEWAY_SECONDS = 5
REQUIRED = ["iss", "aud", "sub", "per", "roles", "mode", "sid", "jti", "iat", "exp"]
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Caller:
    """Who is calling, as the token says.

    subject: ``per_…`` or ``cli_…``; person: the natural person behind it (four eyes count persons, not accounts);
    organization: for whom, by kind an organisation, a team or a person; region, stage, bureau, treasury: what a staff
    role is bound to.
    """

    subject: str
    person: str
    organization: UUID | None
    roles: frozenset[str]
    mode: Mode
    session: str
    token_id: str
    issued_at: int
    region: str | None = None
    stage: str | None = None
    bureau: str | None = None
    treasury: str | None = None
    kind: Kind = Kind.ORGANIZATION

    @property
    def holder(self) -> Holder | None:
        """For whom he acts, as it is named outside; None for staff and services."""
        return None if self.organization is None else Holder(self.kind, self.organization)


class KeyRing:
    """The published keys by kid, fetched again when an unknown kid turns up, at most every ten seconds.

    After a fetch that failed, once a second: tokens that nobody can verify must not become a flood of calls.
    """

    def __init__(self, fetch: Callable[[], Awaitable[dict[str, Any]]]) -> None:
        self._fetch = fetch
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetching = asyncio.Lock()
        self._again_at = float("-inf")
        self._reached = False

    async def key(self, kid: str) -> jwt.PyJWK:
        """The public key of a kid; Refusal ``auth.invalid`` for an unknown one, ``auth.keys_unavailable``."""
        if kid not in self._keys:
            async with self._fetching:
                if kid not in self._keys and time.monotonic() >= self._again_at:
                    await self._refresh()
        if kid not in self._keys:
            raise Refusal("auth.invalid" if self._reached else "auth.keys_unavailable")
        return self._keys[kid]

    async def at_hand(self) -> bool:
        """Whether there are keys to verify with; fetched when there are none yet."""
        if not self._keys:
            async with self._fetching:
                await self._refresh()
        return bool(self._keys)

    async def _refresh(self) -> None:
        try:
            document = await self._fetch()
            self._keys = {entry["kid"]: jwt.PyJWK(entry, algorithm="ES256") for entry in document["keys"]}
        except Exception:
            log.exception("keys.unavailable")
            self._reached = False
        else:
            self._reached = True
        self._again_at = time.monotonic() + (KEYS_AGAIN_SECONDS if self._reached else KEYS_RETRY_SECONDS)


class Verifier:
    """Turns a token into a Caller; what was verified is remembered by the token's hash until it expires."""

    def __init__(self, keys: KeyRing) -> None:
        self.keys = keys
        self._seen: OrderedDict[bytes, tuple[int, Caller]] = OrderedDict()

    async def verify(self, token: str) -> Caller:
        """The caller; Refusal ``auth.invalid`` or ``auth.expired``."""
        if len(token) > TOKEN_BYTES_MAX:
            raise Refusal("auth.invalid")
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        known = self._seen.get(digest)
        if known is None:
            known = await self._check(token)
            self._seen[digest] = known
            if len(self._seen) > CACHE_MAX:
                self._seen.popitem(last=False)
        expires, caller = known
        if expires + CLOCK_LEEWAY_SECONDS <= time.time():
            self._seen.pop(digest, None)
            raise Refusal("auth.expired")
        return caller

    async def _check(self, token: str) -> tuple[int, Caller]:
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, UnicodeEncodeError) as error:
            raise Refusal("auth.invalid") from error
        kid = header.get("kid")
        if (
            header.get("typ") != "at+jwt"
            or header.get("alg") != "ES256"
            or not isinstance(kid, str)
            or "crit" in header
        ):
            raise Refusal("auth.invalid")
        key = await self.keys.key(kid)
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=["ES256"],
                issuer=ISSUER,
                audience=AUDIENCE,
                leeway=CLOCK_LEEWAY_SECONDS,
                options={"require": REQUIRED, "strict_aud": True},
            )
            return int(claims["exp"]), _caller(claims)
        except jwt.ExpiredSignatureError as error:
            raise Refusal("auth.expired") from error
        except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
            raise Refusal("auth.invalid") from error


def _caller(claims: dict[str, Any]) -> Caller:
    acts_for = None if (named := claims.get("org")) is None else holder_of(named)
    mode = claims["mode"]
    if mode not in ("live", "test"):
        raise ValueError("mode")
    return Caller(
        subject=_name(claims["sub"]),
        person=_name(claims["per"]),
        organization=None if acts_for is None else acts_for.id,
        roles=frozenset(_text(role) for role in claims["roles"]),
        mode=mode,
        session=_text(claims["sid"]),
        token_id=_text(claims["jti"]),
        issued_at=int(claims["iat"]),
        region=claims.get("region"),
        stage=claims.get("stage"),
        bureau=claims.get("bureau"),
        treasury=claims.get("treasury"),
        kind=Kind.ORGANIZATION if acts_for is None else acts_for.kind,
    )


def _name(value: Any) -> str:
    """Who it is: never nobody, or four eyes could not be counted."""
    if not (name := _text(value)):
        raise ValueError("a name expected")
    return name


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value
