"""Speaks HTTP for how often reviewers differ who did not know of each other."""

from collections.abc import Sequence
from fractions import Fraction

from services.chassis.http import Db, Permitted, router
from services.chassis.models import StrictModel
from services.voucher.wallet.api.names import RoundId
from services.voucher.wallet.operations import review_reading
from services.voucher.wallet.store.application_reviews import Pair

routes = router()
PER_MILLION = 1_000_000


class PairView(StrictModel):
    """Two persons, by reference, who answered the same applications blindly at a stage. rate: differed ÷ reviewed."""

    stage: str
    persons: list[str]
    reviewed: int
    differed: int
    rate: str


class StageAgreement(StrictModel):
    """The same of all pairs at a stage."""

    stage: str
    pairs: int
    reviewed: int
    differed: int
    rate: str


class ReviewAgreement(StrictModel):
    """How often reviewers of a round differed. Rates are decimal text with six places, rounded down."""

    round_id: RoundId
    stages: list[StageAgreement]
    pairs: list[PairView]


def _rate(differed: int, reviewed: int) -> str:
    millionths = int(Fraction(differed * PER_MILLION, reviewed))
    return f"{millionths // PER_MILLION}.{millionths % PER_MILLION:06d}"


def _stage(name: str, pairs: Sequence[Pair]) -> StageAgreement:
    of_stage = [pair for pair in pairs if pair.stage == name]
    reviewed, differed = sum(pair.reviewed for pair in of_stage), sum(pair.differed for pair in of_stage)
    return StageAgreement(
        stage=name, pairs=len(of_stage), reviewed=reviewed, differed=differed, rate=_rate(differed, reviewed)
    )


@routes.get("/v1/reports/review-agreement", tags=["reports"])
async def get_review_agreement(db: Db, permit: Permitted, round_id: RoundId) -> ReviewAgreement:
    """How often two reviewers who did not know of each other differed, by stage and by pair."""
    pairs = await review_reading.agreement(db, permit=permit, round_id=round_id)
    return ReviewAgreement(
        round_id=round_id,
        stages=[_stage(name, pairs) for name in dict.fromkeys(pair.stage for pair in pairs)],
        pairs=[
            PairView(
                stage=pair.stage,
                persons=[pair.first, pair.second],
                reviewed=pair.reviewed,
                differed=pair.differed,
                rate=_rate(pair.differed, pair.reviewed),
            )
            for pair in pairs
        ],
    )
