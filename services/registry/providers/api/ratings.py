"""Speaks HTTP for ratings 评价 of accepted work."""

from typing import Annotated

from fastapi import Query
from pydantic import ConfigDict, Field

from services.chassis.http import router
from services.chassis.models import Instant, StrictModel
from services.registry.api.asking import AskedBy
from services.registry.api.words import Code, OfferingId, ProviderId
from services.registry.catalogue.domain.dossier import Document
from services.registry.providers.domain.rating import Rating
from services.registry.providers.operations import ratings

ratings_api = router()
BATCH = 200


class RatingBody(StrictModel):
    """What the holder of one redemption said when he accepted the work: 1 (poor) to 5 stars."""

    redemption: Annotated[str, Field(pattern=r"^red_[0-9a-f]{32}$")]
    provider: ProviderId
    category: Code
    offering: OfferingId | None = None
    stars: Annotated[int, Field(strict=True, ge=1, le=5)]
    rated_at: Instant

    @property
    def rating(self) -> Rating:
        """The same as the domain has it."""
        return Rating(self.redemption, self.provider, self.category, self.stars, self.rated_at, self.offering)


class NewRatings(StrictModel):
    """Ratings to keep; one that was told before changes nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "redemption": "red_0190f3c8a1b27d3e8f00112233445566",
                            "provider": "prv_0190f3c8a1b27d3e8f00112233445566",
                            "category": "laboratory-testing",
                            "offering": None,
                            "stars": 5,
                            "rated_at": "2020-10-12T02:30:00Z",
                        }
                    ]
                }
            ]
        }
    )

    items: Annotated[list[RatingBody], Field(min_length=1, max_length=BATCH)]


class RatingsTaken(StrictModel):
    """How many were new, how many known, and which are of a provider that nobody knows."""

    kept: int
    known: int
    unknown: list[str]


class Mean(StrictModel):
    """Of how many ratings, told by fives as they came in, and their mean in stars with two decimals."""

    count: int
    mean: str


class CategoryMean(Mean):
    """The same of one category."""

    category: str


class RatingsView(StrictModel):
    """What may be told of a provider's ratings: null, and no category, where none has five.

    overall: of those that are told by category; what a category still holds back is not in it.
    """

    provider: ProviderId
    overall: Mean | None
    categories: list[CategoryMean]


@ratings_api.post("/v1/ratings", tags=["providers"], response_model=RatingsTaken)
async def create_ratings(body: NewRatings, asked: AskedBy) -> Document:
    """Keep ratings as the voucher service heard them."""
    return await ratings.record_ratings(asked, [one.rating for one in body.items])


@ratings_api.get("/v1/ratings", tags=["providers"], response_model=RatingsView)
async def get_ratings(provider: Annotated[ProviderId, Query()], asked: AskedBy) -> Document:
    """How a provider is rated."""
    return await ratings.read_ratings(asked, provider)
