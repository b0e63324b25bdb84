"""A draft is published once, and only what is published carries a round."""

import pytest

from services.chassis.refusals import Refusal
from services.voucher.scheme.domain.versions import VersionState, may_open_round, may_publish


@pytest.mark.parametrize("state", VersionState)
def test_only_a_draft_is_published(state: VersionState) -> None:
    if state is VersionState.DRAFT:
        may_publish(state)
    else:
        with pytest.raises(Refusal, match=r"scheme\.not_draft"):
            may_publish(state)


@pytest.mark.parametrize("state", VersionState)
def test_only_a_published_version_carries_a_round(state: VersionState) -> None:
    if state is VersionState.PUBLISHED:
        may_open_round(state)
    else:
        with pytest.raises(Refusal, match=r"scheme\.not_published"):
            may_open_round(state)
