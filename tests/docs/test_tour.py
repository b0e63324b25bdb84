"""Holds the README's tour to the truth: its commands are run, and print what stands under them."""

import pytest

from tests.docs.tour import README, Step, masked, play, rewritten, steps

TEXT = README.read_text(encoding="utf-8")
LONGEST_STEP = 11
HEADINGS = ("1. Issue.", "2. Redeem.", "3. Invoice.", "4. Pay.", "5. Reconcile.", "6. At the counter.")
RECONCILE = 5


def test_the_tour_has_a_beginning_and_six_short_steps() -> None:
    tour = steps(TEXT)
    assert len(tour) == 1 + len(HEADINGS)
    assert all(f"**{heading}**" in TEXT for heading in HEADINGS)
    assert max(step.commands.count("\n") for step in tour) <= LONGEST_STEP


@pytest.fixture(scope="module")
def outputs() -> list[str]:
    """What each step prints, and what one prints once more with a word of its commands changed."""
    tour = steps(TEXT)
    changed = tour[RECONCILE].commands.replace("agrees,lines,", "agrees,waiting,")
    return play([*tour, Step(changed, "")])


@pytest.mark.slow
def test_every_step_prints_what_stands_under_it(outputs: list[str]) -> None:
    assert [masked(output) for output in outputs[:-1]] == [masked(step.output) for step in steps(TEXT)]


@pytest.mark.slow
def test_a_command_that_is_changed_prints_something_else(outputs: list[str]) -> None:
    assert "\ntrue  2  2  0\n" in steps(TEXT)[RECONCILE].output
    assert "\ntrue  0  2  0\n" in outputs[-1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sent  15000.00", "sent  15000.01"),
        ("true  2  2  0", "true  2  1  1"),
        ("2030-09-26", "2030-09-27"),
        ("P0000010001B", "P0000010002C"),
        ("dsc_01a20267cfd974ce86ee2e7845bfae5c", "obj"),
    ],
)
def test_a_changed_output_differs(one: str, other: str) -> None:
    assert masked(one) != masked(other)


def test_what_is_drawn_by_chance_does_not_count_and_is_not_written_anew() -> None:
    one, other = "59QY-4BAK-28MD-W  active\n", "7KQ3-AAAA-28MD-X  active\n"
    assert masked(one) == masked(other)
    text = f"```sh\nls\n```\n```text\n{one}```\n"
    assert rewritten(text, [other]) == text
    assert rewritten(text, ["used\n"]) == text.replace(one, "used\n")
