"""Remembers, for the life of a process, what keeps and makes secrets: the vault, the password threads, the signer."""

from dataclasses import dataclass

from services.gateway.keys import Signer
from services.gateway.passwords import Passwords
from services.gateway.vault import Vault


@dataclass(frozen=True)
class Keeper:
    """Handed to the operations that need a secret kept, checked or signed."""

    vault: Vault
    passwords: Passwords
    signer: Signer
