"""Which states a version of a scheme has, and which step leads from one to another."""

from enum import StrEnum

from services.chassis.refusals import Refusal


class VersionState(StrEnum):
    """draft → published → superseded | withdrawn. What is published never changes."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


def may_publish(state: VersionState) -> None:
    """Only a draft is published. Refusal ``scheme.not_draft``."""
    if state is not VersionState.DRAFT:
        raise Refusal("scheme.not_draft", numbers={"state": state})


def may_open_round(state: VersionState) -> None:
    """Only a published version carries a round. Refusal ``scheme.not_published``."""
    if state is not VersionState.PUBLISHED:
        raise Refusal("scheme.not_published", numbers={"state": state})
