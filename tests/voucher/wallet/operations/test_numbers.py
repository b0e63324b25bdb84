"""A voucher number cannot be guessed and survives being read aloud."""

from services.standards import spelling
from services.voucher.wallet.operations import numbers


def test_every_number_is_another_and_soundly_spelled() -> None:
    drawn = numbers.draw(500)
    assert len(drawn) == 500
    assert all(spelling.is_sound(number, numbers.DRAWN) for number in drawn)
