"""Speaks HTTP for `/v1/schemes:simulate` and `/v1/simulations`: a scheme file is tried on applicants and a budget."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any, Literal, Self, cast
from uuid import UUID

from fastapi import APIRouter
from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError
from starlette.responses import Response

from services.chassis import jobs
from services.chassis.endpoints import JobView, job_view
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import DocumentId
from services.chassis.models import Day, Money, MoneyAsked, StrictModel
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.api.names import PlannedDay, RoundId
from services.voucher.wallet.domain.outlook import Dry
from services.voucher.wallet.domain.population import WHOLE, Population
from services.voucher.wallet.domain.queue import GENERAL
from services.voucher.wallet.operations import long_simulations, simulating
from services.voucher.wallet.operations.simulating import Asked, OfFile, OfRound, Tried

FILE_MAX = 64 * 1024
"""As many characters as a scheme file may have bytes; how many those are is looked at when it is read."""

ReadScheme = Callable[[str], Scheme]
"""Reads a scheme file that issues vouchers; handed in, since files are read in a room above the scheme's rules."""

HOLDERS_MAX = 100_000
MONTHS_MAX = 1_200
ONE_OF = {"message_zh": "申领者须为批次、文件或模拟人群之一"}
ORDER = {"message_zh": "起始值不得大于终止值"}
Weight = Annotated[int, Field(ge=1, le=1_000_000)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Weights = Annotated[dict[Word, Weight], Field(min_length=1, max_length=500)]
PerMyriad = Annotated[int, Field(ge=0, le=WHOLE)]


class PopulationAsked(StrictModel):
    """A made-up population: how many holders, and how often each value is drawn compared with the others.

    They ask for amounts in whole steps, and have been registered for so many months. listed: how many in ten thousand
    stand on a list.
    """

    holders: int = Field(ge=1, le=HOLDERS_MAX)
    asks_from: MoneyAsked
    asks_to: MoneyAsked
    step: MoneyAsked
    sizes: Weights
    regions: Weights
    kinds: Weights = Field(default_factory=lambda: {"organization": 1})
    classes: Weights = Field(default_factory=lambda: {GENERAL: 1})
    listed: dict[Word, PerMyriad] = Field(default_factory=dict, max_length=50)
    months_from: int = Field(default=36, ge=0, le=MONTHS_MAX)
    months_to: int = Field(default=36, ge=0, le=MONTHS_MAX)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.asks_from.fen > self.asks_to.fen or self.months_from > self.months_to:
            raise PydanticCustomError("population_order", "What it begins with is above what it ends with", ORDER)
        return self

    @property
    def amounts(self) -> list[MoneyAsked]:
        """Every amount that it names."""
        return [self.asks_from, self.asks_to, self.step]

    @property
    def population(self) -> Population:
        """The same as the simulation reads it."""
        said = {name: getattr(self, name) for name in ("holders", "sizes", "regions", "kinds", "classes", "listed")}
        asks = {name: getattr(self, name).fen for name in ("asks_from", "asks_to", "step")}
        return Population(**said, **asks, months_from=self.months_from, months_to=self.months_to)


class NewSimulation(StrictModel):
    """A scheme file and on whom it is tried: the applicants of a round, the holders of a CSV file, or a population.

    A file was sent to `/v1/documents` before; its first line names its columns: asked and, where known, region,
    size_class, legal_form, registered_on, members, residences (`incubator:provincial`), holder, lists
    (`list:class; list`), price, came_on and points; any other column is left unread. Without a budget it is what
    everybody needs. as_of: the day of their facts, today if none is given; seed: of the population and of a lottery.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "file": "scheme: jiangmen-service-2020\n",
                    "budget": {"amount": "4308980.00", "currency": "CNY"},
                    "population": {
                        "holders": 500,
                        "asks_from": {"amount": "5000.00", "currency": "CNY"},
                        "asks_to": {"amount": "20000.00", "currency": "CNY"},
                        "step": {"amount": "500.00", "currency": "CNY"},
                        "sizes": {"micro": 6, "small": 3, "medium": 1},
                        "regions": {"440703": 2, "440781": 1},
                    },
                }
            ]
        }
    )

    file: str = Field(min_length=1, max_length=FILE_MAX)
    budget: MoneyAsked | None = None
    round_id: RoundId | None = None
    holders_file: DocumentId | None = None
    population: PopulationAsked | None = None
    as_of: PlannedDay | None = None
    seed: str = Field(default=simulating.SEED, min_length=1, max_length=128)
    lang: Literal["en", "zh-CN"] = "en"

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        if [self.round_id, self.holders_file, self.population].count(None) != 2:
            raise PydanticCustomError(
                "simulation_source", "Applicants come from a round, a file or a population", ONE_OF
            )
        return self

    def asked(self, scheme: Scheme) -> Asked:
        """The same as the operation takes it, with the scheme that its file says."""
        amounts = [] if self.population is None else self.population.amounts
        return Asked(
            scheme=scheme,
            budget=None if self.budget is None else self.budget.fen,
            currencies=frozenset(one.currency for one in (*amounts, self.budget) if one is not None),
            day=self.as_of,
            seed=self.seed,
            of=self._of,
        )

    @property
    def _of(self) -> OfRound | OfFile | Population:
        if self.population is not None:
            return self.population.population
        return OfRound(self.round_id) if self.round_id is not None else OfFile(cast(UUID, self.holders_file))


class DryView(StrictModel):
    """Where the budget ran dry: the place in the queue, the number, the local day on which that one came."""

    rank: int
    number: int
    came_on: Day


class RefusalsView(StrictModel):
    """How many applicants one rule refuses, and what they asked for; one may break several."""

    code: str
    rule: str | None
    clause: str | None
    applicants: int
    asked: Money


class PointView(StrictModel):
    """The same with so many points of rate more or less: what everybody in line would need, and what is issued."""

    points: int
    needed: Money
    issued: Money
    served: int
    dry: DryView | None


class GroupView(StrictModel):
    """What became of a class of the queue, a size class or a region."""

    by: str
    value: str
    applicants: int
    asked: Money
    served: int
    issued: Money


class RowView(StrictModel):
    """A row of the table, in words."""

    what: str
    applicants: int | None
    amount: str | None


class SimulationView(StrictModel):
    """What a scheme would do: sums, refusals by rule, what a point of rate costs, groups; a table and an SVG picture.

    ignored: columns of the file that were not read.
    """

    scheme: str
    applicants: int
    asked: Money
    refused: int
    served: int
    waiting: int
    budget: Money
    issued: Money
    left: Money
    dry: DryView | None
    refusals: list[RefusalsView]
    rate: list[PointView]
    groups: list[GroupView]
    table: list[RowView]
    chart: str
    ignored: list[str]


def simulations_router(scheme_of: ReadScheme) -> APIRouter:
    """The endpoint; `scheme_of` reads the file."""
    routes = router()

    @routes.post("/v1/schemes:simulate", tags=["schemes"])
    async def simulate_scheme(body: NewSimulation, db: Db, permit: Permitted) -> SimulationView:
        """Try a scheme file: when the budget runs dry, whom which rule refuses, what a point of rate costs."""
        asked = body.asked(scheme_of(body.file))
        return _view(await simulating.simulate(db, permit=permit, asked=asked), body.lang)

    @routes.post("/v1/simulations", status_code=202, response_model=JobView, tags=["schemes"])
    async def request_simulation(
        body: NewSimulation, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(job_view, status=202)]
    ) -> Response:
        """Try a scheme file on more than some thousand applicants: the job reports what trying at once would answer."""
        said = body.model_dump(mode="json", exclude_none=True)
        asked = body.asked(scheme_of(body.file))
        return answered(await long_simulations.request(db, keyed, permit=permit, asked=asked, said=said))

    return routes


def simulation_job(scheme_of: ReadScheme) -> jobs.Handler:
    """The job; `scheme_of` reads the file."""

    async def carry_out(run: jobs.Run) -> dict[str, Any]:
        body = NewSimulation.model_validate(run.job.payload["asked"])
        tried = await long_simulations.carry_out(run, body.asked(scheme_of(body.file)))
        return _view(tried, body.lang).model_dump(mode="json")

    return carry_out


def _view(tried: Tried, lang: str) -> SimulationView:
    scheme, found = tried.scheme, tried.outlook

    def money(fen: int) -> Money:
        return Money.of(fen, scheme.currency)

    return SimulationView(
        scheme=scheme.id,
        applicants=found.applicants,
        asked=money(found.asked),
        refused=found.refused,
        served=found.served,
        waiting=found.waiting,
        budget=money(found.budget),
        issued=money(found.issued),
        left=money(found.left),
        dry=_dry(found.dry),
        refusals=[RefusalsView(**{**asdict(one), "asked": money(one.asked)}) for one in found.refusals],
        rate=[
            PointView(
                points=one.points,
                needed=money(one.needed),
                issued=money(one.issued),
                served=one.served,
                dry=_dry(one.dry),
            )
            for one in found.points
        ],
        groups=[
            GroupView(**{**asdict(one), "asked": money(one.asked), "issued": money(one.issued)}) for one in found.groups
        ],
        table=[RowView(**asdict(row)) for row in simulating.rows(tried, lang=lang)],
        chart=simulating.picture(tried, lang=lang),
        ignored=list(tried.ignored),
    )


def _dry(dry: Dry | None) -> DryView | None:
    return None if dry is None else DryView(**asdict(dry))
