"""What a seal says of a batch of rows, in what order rows are sealed, and how each seal holds the one before it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.voucher.ledger.domain import merkle

FORM = 1
"""The version of the canonical form of rows: which columns a leaf is made of. See docs/seals-cycle.md."""
ROWS_MAX = 10_000
GENESIS = bytes(merkle.HASH_BYTES)
"""What the first seal names as the head before it."""
NAME_BYTES = 17


class Kind(StrEnum):
    """What is sealed, in the order in which the rows of one transaction are."""

    ATTEMPT = "attempt"
    DECISION = "decision"
    JOURNAL = "journal"


_INITIALS: Mapping[int, Kind] = {ord(kind[0]): kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: its transaction, its kind, and its sequence (journals) or id (the others) as text."""

    xact: int
    kind: Kind
    ref: str

    def __str__(self) -> str:
        """As a seal says it."""
        return f"{self.xact}/{self.kind}/{self.ref}"


START = Place(0, Kind.JOURNAL, str(2**63 - 1))
"""Before every row: no transaction has this number, and a row that says so is a stray."""


@dataclass(frozen=True, slots=True)
class Name:
    """Which row it is."""

    kind: Kind
    id: UUID

    @property
    def packed(self) -> bytes:
        """As it stands in a seal: the kind's initial and the 16 bytes of the id."""
        return self.kind[0].encode() + self.id.bytes

    @classmethod
    def of(cls, packed: bytes) -> "Name":
        """Read it back; KeyError when its kind is none of ours."""
        return cls(_INITIALS[packed[0]], UUID(bytes=packed[1:]))


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows in their order: 17 bytes of name and 32 of leaf hash each, one behind the other."""

    names: bytes
    leaves: bytes

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.names) // NAME_BYTES

    def name_list(self) -> list[bytes]:
        """The names, one by one."""
        return _cut(self.names, NAME_BYTES)

    def leaf_list(self) -> list[bytes]:
        """The leaf hashes, one by one."""
        return _cut(self.leaves, merkle.HASH_BYTES)


def _cut(packed: bytes, size: int) -> list[bytes]:
    return [packed[place : place + size] for place in range(0, len(packed), size)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One seal. upto: the place of its last row; names: the digest of its rows' names; root: that of their tree.

    previous: the head of the seal before it; key: the public key that signs it (base64url); sealed_at: real time, UTC.
    """

    number: int
    algorithm: str
    form: int
    count: int
    upto: Place
    names: bytes
    root: bytes
    previous: bytes
    key: str
    sealed_at: datetime

    @property
    def statement(self) -> bytes:
        """What is signed: its fields as canonical JSON (RFC 8785), all of them text."""
        said = {
            "algorithm": self.algorithm,
            "count": str(self.count),
            "form": str(self.form),
            "key": self.key,
            "names": self.names.hex(),
            "number": str(self.number),
            "previous": self.previous.hex(),
            "root": self.root.hex(),
            "sealed_at": instant_text(self.sealed_at),
            "upto": str(self.upto),
        }
        return canonical(said)

    @property
    def head(self) -> bytes:
        """The hash of its statement, and so of everything sealed up to here."""
        return merkle.digest(self.algorithm, self.statement)


@dataclass(frozen=True, slots=True)
class Signed:
    """A seal as it stands in the chain: with the head that it is stored under and its signature (JWS)."""

    seal: Seal
    head: bytes
    jws: str


def next_seal(
    previous: Signed | None, rows: Rows, *, algorithm: str, upto: Place, key: str, sealed_at: datetime
) -> Seal:
    """The seal of these rows behind another one, or the first."""
    return Seal(
        number=1 if previous is None else previous.seal.number + 1,
        algorithm=algorithm,
        form=FORM,
        count=rows.count,
        upto=upto,
        names=merkle.digest(algorithm, rows.names),
        root=merkle.root(algorithm, rows.leaf_list()),
        previous=GENESIS if previous is None else previous.head,
        key=key,
        sealed_at=sealed_at,
    )


def canonical(value: Any) -> bytes:
    """JSON of text, null, lists and objects as RFC 8785 writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def instant_text(instant: datetime) -> str:
    """RFC 3339 in UTC with six decimals, as leaves and seals tell instants."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
