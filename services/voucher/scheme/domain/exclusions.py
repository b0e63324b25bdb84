"""What a voucher may not pay for."""

from dataclasses import dataclass

from services.voucher.scheme.domain.rule import Rule


@dataclass(frozen=True, slots=True)
class Exclusions:
    """The categories that a voucher may pay for, and what it may not; a rule that is None is not asked.

    services: kinds of work that are refused within an eligible category (`statutory_test`, `production_batch_test`,
    `standard_training`, `software_purchase`, `advertising`); funded: whether work that other money paid is refused;
    subcontracted: whether work that the provider hands on is.
    """

    categories: Rule[tuple[str, ...]]
    related_parties: Rule[bool]
    services: Rule[tuple[str, ...]] | None = None
    funded: Rule[bool] | None = None
    subcontracted: Rule[bool] | None = None
