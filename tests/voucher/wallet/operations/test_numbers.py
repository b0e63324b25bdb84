"""A voucher number cannot be guessed and survives being read aloud."""

from stdnum.iso7064 import mod_37_36

from services.voucher.wallet.operations import numbers


def test_every_number_checks_and_has_no_easily_misread_character() -> None:
    drawn = {numbers.draw() for _ in range(500)}
    assert len(drawn) == 500
    for number in drawn:
        assert mod_37_36.is_valid(number)
        assert set(number) <= set(numbers.ALPHABET)
        assert len(number) == 13


def test_one_wrong_character_is_always_found() -> None:
    number = numbers.draw()
    for place, right in enumerate(number):
        for wrong in set(numbers.ALPHABET) - {right}:
            assert not mod_37_36.is_valid(number[:place] + wrong + number[place + 1 :])


def test_it_is_shown_in_groups() -> None:
    assert numbers.shown("ABCDEFGHJKMNP") == "ABCD-EFGH-JKMN-P"
