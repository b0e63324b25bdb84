"""A subject is told by its own dimensions, each once, and not by too many."""

import pytest

from services.registry.statistics.domain.subject import DIMENSIONS, Subject, dimension_faults


@pytest.mark.parametrize("subject", Subject)
def test_every_dimension_of_a_subject_is_taken(subject: Subject) -> None:
    assert [dimension_faults(subject, [name], most=1) for name in DIMENSIONS[subject]] == [[]] * len(
        DIMENSIONS[subject]
    )


def test_all_faults_are_told_at_once() -> None:
    faults = dimension_faults(Subject.TEAMS, ["size", "region", "region"], most=2)
    assert [fault.code for fault in faults] == ["statistics.dimension", "statistics.too_many", "statistics.twice"]
