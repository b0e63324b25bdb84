"""What a client is shown of what proves a journal."""

from services.chassis.models import StrictModel
from services.voucher.ledger.domain import merkle
from services.voucher.oversight.api.names import JournalId
from services.voucher.oversight.domain.proof import Proof


class SealedView(StrictModel):
    """Where the row's leaf stands: `beside` are the hashes beside its way to the root that `seal` states.

    `seal` is the signed seal (JWS) and `index` the leaf's place among its `count`. Hashes are hexadecimal.
    """

    number: int
    algorithm: str
    leaf: str
    index: int
    count: int
    beside: list[str]
    seal: str


class ProofView(StrictModel):
    """A journal that is booked on it: `row` is the text that its leaf is the hash of.

    `sealed` is null while it waits for its seal.
    """

    journal_id: JournalId
    row: str
    sealed: SealedView | None


def proof_view(proof: Proof) -> ProofView:
    """A proof as shown."""
    return ProofView(journal_id=proof.journal_id, row=proof.row, sealed=_sealed(proof))


def _sealed(proof: Proof) -> SealedView | None:
    if proof.sealed is None:
        return None
    seal = proof.sealed.signed.seal
    return SealedView(
        number=seal.number,
        algorithm=seal.algorithm,
        leaf=merkle.leaf_hash(seal.algorithm, proof.row.encode()).hex(),
        index=proof.sealed.index,
        count=seal.count,
        beside=[one.hex() for one in proof.sealed.beside],
        seal=proof.sealed.signed.jws,
    )
