"""Makes the access tokens of many holders and providers, signed with the house's own key: nobody has to log in."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from bench.world import Size, id_of
from services.chassis.ids import new_id, show
from services.gateway import keys
from services.gateway.domain.claims import Bearer, claims
from services.gateway.domain.standing import Standing
from services.gateway.keys import Signer
from services.gateway.operations.tokens import OWN_PAGES


def holders(folder: Path, size: Size) -> list[str]:
    """A token for each holder, good for ten minutes."""
    return _tokens(keys.load(folder), "holder", [id_of("holder", number) for number in range(size.holders)])


def providers(folder: Path, size: Size) -> list[str]:
    """A token for each provider, good for ten minutes."""
    return _tokens(keys.load(folder), "provider", [id_of("payee", number) for number in range(size.providers)])


def operator(folder: Path, bureau: str) -> str:
    """A token for whoever works in a bureau, good for ten minutes."""
    return keys.load(folder).sign(
        claims(_bearer("per_operator"), Standing(("operator",), bureau=bureau), organization=None, at=datetime.now(UTC))
    )


def _tokens(signer: Signer, role: str, organizations: list[UUID]) -> list[str]:
    now = datetime.now(UTC)
    return [signer.sign(_claims(role, one, now)) for one in organizations]


def _claims(role: str, organization: UUID, now: datetime) -> dict[str, object]:
    """Of the person who acts for an organisation; each has the number of his organisation."""
    bearer = _bearer(show("per", organization))
    return claims(bearer, Standing((role,), organization), organization=show("org", organization), at=now)


def _bearer(person: str) -> Bearer:
    return Bearer(person, person, OWN_PAGES, show("ses", new_id()), show("tok", new_id()), "test")
