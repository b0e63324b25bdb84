"""What is searched, and searches, as their tests need them."""

from dataclasses import replace
from uuid import UUID

from services.chassis.database import Database
from services.chassis.ids import parse
from services.registry.asked import Asked
from services.registry.providers.domain.offering import OfferingFacts
from services.registry.providers.operations import offerings
from services.registry.search.domain.question import Narrowed
from services.registry.search.operations.projection import read_on
from services.registry.search.operations.searching import Reader, search
from services.registry.search.store.finding import Found
from services.registry.sight import Sight
from tests.registry.samples import admitted, asked, organization

ZONE = "Asia/Shanghai"
ALL = Sight(everything=True)
ANY = Narrowed()


async def read_all(database: Database) -> None:
    """Take in whatever is in the feed."""
    while await read_on(database):
        pass


async def page(
    database: Database,
    typed: str | None,
    narrowed: Narrowed = ANY,
    *,
    sight: Sight | None = ALL,
    after: str | None = None,
    limit: int = 50,
) -> tuple[list[Found], str | None]:
    """A page of what somebody finds who may see all."""
    return await search(Reader(database, ZONE, sight), typed, narrowed, after=after, limit=limit)


async def found(
    database: Database, typed: str | None, narrowed: Narrowed = ANY, *, sight: Sight | None = ALL
) -> list[str]:
    """The names of what somebody finds, the best first, once the feed is read."""
    await read_all(database)
    return [one.name for one in (await page(database, typed, narrowed, sight=sight))[0]]


async def firms(database: Database, *names: str) -> list[UUID]:
    """Recorded firms of these names."""
    return [await organization(database, number, name=name) for number, name in enumerate(names, start=1)]


async def offering(
    database: Database, owner: UUID, provider: UUID, name: str = "金属成分检测", *, publish: bool = True
) -> UUID:
    """The id of an offering in testing of this owner's provider, where no reviewer has to approve it."""
    facts = OfferingFacts("testing", name, None, 120_000, "CNY", "批次")
    told = await offerings.record_offering(provider_of(database, "create_offering", owner), provider, facts)
    identifier = parse("off", told["id"])
    if publish:
        await offerings.publish_offering(provider_of(database, "publish_offering", owner), identifier)
    return identifier


async def listed(database: Database, name: str = "江门市检测中心") -> tuple[UUID, UUID, UUID]:
    """The ids of a firm, of the provider that it is, and of what it has published."""
    firm = await organization(database, 1, name=name)
    provider = await admitted(database, firm)
    return firm, provider, await offering(database, firm, provider)


def provider_of(database: Database, operation: str, owner: UUID) -> Asked:
    """A request of the provider himself."""
    request = asked(database, operation, "provider", organization=owner)
    return replace(request, settings=request.settings.model_copy(update={"offerings_approved": False}))
