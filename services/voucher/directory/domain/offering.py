"""What a provider lists in the catalogue 服务产品, as the registry tells of it."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ListPrice:
    """A listed price of one unit, in minor units of its currency (fen for CNY)."""

    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Offering:
    """An offering as last heard of; price is None where it is agreed from case to case. What is published is fixed."""

    id: UUID
    provider_id: UUID
    category: str
    state: str
    price: ListPrice | None = None

    @property
    def listed(self) -> bool:
        """Whether it may be ordered: published and not withdrawn."""
        return self.state == "published"
