"""Decides how accounts are kept: persons sealed, logins and refresh tokens found again only by keyed hash."""

import hashlib
import hmac
import secrets

from services.chassis import vault
from services.chassis.database import Mode
from services.gateway.domain.pairing import PIN_DIGITS

PAIRING_PIN = "pairing-pin"
"""What a device's PIN is hashed for: eight digits are found back from a plain hash, from a keyed one they are not."""


class Vault(vault.Vault):
    """The gateway's own: it seals persons, finds logins and PINs, and follows refresh tokens."""

    def __init__(self, master_key: bytes) -> None:
        super().__init__(master_key, service="gateway", purposes=("login-index", "refresh-chain", PAIRING_PIN))

    def login_index(self, login: str) -> bytes:
        """What a normalised login is found by."""
        return self.digest("login-index", login)

    def successor(self, token: str) -> str:
        """The refresh token that follows a given one: the same every time, and nobody else can compute it."""
        mode, _, _ = token.rpartition("_")
        return f"{mode}_{self.digest('refresh-chain', token).hex()}"


def fresh_token(kind: str, mode: Mode) -> str:
    """A random token with 256 bits of entropy whose first words tell kind and mode, such as ``rt_live_…``."""
    return f"{kind}_{mode}_{secrets.token_hex(32)}"


def fresh_pin() -> str:
    """A random PIN for a device."""
    return f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"


def mode_of(token: str) -> Mode | None:
    """The mode that a token of ours was made in; None when it says none."""
    words = token.split("_")
    if len(words) != 3:
        return None
    return "live" if words[1] == "live" else "test" if words[1] == "test" else None


def hash_token(token: str) -> bytes:
    """What is kept of a random token. With 256 bits of entropy a plain SHA-256 cannot be guessed back."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def same_hash(token: str, kept: bytes) -> bool:
    """Whether a token is the one whose hash was kept, in constant time."""
    return hmac.compare_digest(hash_token(token), kept)
