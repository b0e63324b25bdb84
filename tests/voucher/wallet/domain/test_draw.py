"""A seed draws the same order for everybody, and a draw keeps to what was promised."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.chassis.refusals import Refusal
from services.voucher.wallet.domain.draw import Draw, digest, lot, order, seed_of
from tests.voucher.wallet.samples import ROUND

AT = datetime(2020, 9, 15, 9, tzinfo=UTC)
PROMISED = Draw(
    round_id=ROUND,
    commitment=digest("word"),
    public_source="the draw of tomorrow",
    committed_by="per_1",
    committed_at=AT,
)


@given(some.text(min_size=1, max_size=20), some.sets(some.integers(min_value=1, max_value=10**9), max_size=30))
def test_the_order_holds_every_number_once_and_depends_on_the_seed_alone(seed: str, numbers: set[int]) -> None:
    drawn = order(seed, numbers)
    assert sorted(drawn) == sorted(numbers)
    assert drawn == order(seed, sorted(numbers, reverse=True))


def test_the_lot_of_a_number_is_what_the_published_words_say() -> None:
    assert lot("ab", 7) == digest("ab:7")
    assert seed_of("word", "02 05") == digest("word:02 05")
    assert digest("test") == "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def test_it_is_drawn_with_the_secret_that_was_promised_by_another_person_once() -> None:
    drawn = PROMISED.drawn("word", "02 05", by="per_2", at=AT)
    assert (drawn.seed, drawn.drawn_by) == (seed_of("word", "02 05"), "per_2")
    for secret, by, of, code in (
        ("word", "per_1", PROMISED, "draw.same_person"),
        ("other", "per_2", PROMISED, "draw.secret_differs"),
        ("word", "per_2", drawn, "draw.done"),
    ):
        with pytest.raises(Refusal) as refused:
            of.drawn(secret, "02 05", by=by, at=AT)
        assert refused.value.reasons[0].code == code


def test_the_public_text_has_the_form_that_was_promised_and_only_its_digits_are_free() -> None:
    of = replace(PROMISED, public_form="0.00 / 12")
    assert of.drawn("word", "9.99 / 34", by="per_2", at=AT).public_text == "9.99 / 34"
    for told in ("9.99/34", "99.9 / 34", "9.99 / 3", "9.99 / 3a"):
        with pytest.raises(Refusal) as refused:
            of.drawn("word", told, by="per_2", at=AT)
        assert refused.value.code == "draw.text_form"


def test_a_secret_is_not_shown_by_accident() -> None:
    assert "word" not in repr(PROMISED.drawn("word", "02 05", by="per_2", at=AT))


def test_a_promise_comes_behind_a_draw_that_was_carried_out() -> None:
    drawn = PROMISED.drawn("word", "02 05", by="per_2", at=AT)
    assert PROMISED.instead_of(drawn, known=True).turn == 2
    assert PROMISED.instead_of(None, known=True) == PROMISED


def test_who_promised_takes_it_back_only_while_nobody_knows_what_is_drawn() -> None:
    other = replace(PROMISED, commitment=digest("other"))
    assert other.instead_of(PROMISED, known=False) == other
    assert replace(other, committed_by="per_2").instead_of(PROMISED, known=True).turn == 1
    with pytest.raises(Refusal) as refused:
        other.instead_of(PROMISED, known=True)
    assert refused.value.code == "draw.promised"


def test_what_was_not_carried_out_has_no_seed() -> None:
    assert PROMISED.drawn("word", "02 05", by="per_2", at=AT).known_seed == seed_of("word", "02 05")
    with pytest.raises(ValueError, match="not carried out"):
        _ = PROMISED.known_seed
