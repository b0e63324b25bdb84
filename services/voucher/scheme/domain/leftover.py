"""Decides what a voucher pays of a price below its face, and what becomes of the rest: stays, reclaimed or paid."""

from dataclasses import dataclass

from services.voucher.scheme.domain.rule import Rule


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is paid, and of the face what stays usable and what goes back to the pool; in fen, together the face.

    over_price: what of the payment lies above the price: only a voucher whose face is paid has any.
    """

    pays: int
    over_price: int = 0
    stays: int = 0
    reclaimed: int = 0


def outcome(rule: Rule[str], face: int, price: int) -> Outcome:
    """What becomes of a voucher's face (fen) when it meets a price (fen): what it could pay of what is bought.

    ``paid``: whoever takes it gets the face, even for less; ``reclaimed``: no change is given; ``stays``: the rest
    pays for something else. ValueError for a negative amount.
    """
    if min(face, price) < 0:
        raise ValueError("face and price are at least zero")
    if rule.value == "paid":
        return Outcome(face, over_price=max(0, face - price))
    pays = min(face, price)
    rest = face - pays
    return Outcome(pays, reclaimed=rest) if rule.value == "reclaimed" else Outcome(pays, stays=rest)
