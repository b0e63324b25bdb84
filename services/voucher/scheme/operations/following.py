"""Looks up what a scheme follows, under the locks of both, and writes it down at the first publication."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.refusals import refuse_all
from services.voucher.scheme.domain import lineage
from services.voucher.scheme.domain.lineage import Known, Predecessor, Succession
from services.voucher.scheme.domain.versions import VersionState
from services.voucher.scheme.operations.reading import Reading
from services.voucher.scheme.store import successions, versions
from services.voucher.scheme.store.versions import SchemeVersion


@dataclass(frozen=True, slots=True)
class Line:
    """A scheme's versions, oldest first, those of what it follows, and what is known of both; all of them locked."""

    own: Sequence[SchemeVersion]
    before: Sequence[SchemeVersion]
    known: Known

    @property
    def counting(self) -> list[SchemeVersion]:
        """Its own that were published and not withdrawn."""
        return [one for one in self.own if one.state in (VersionState.PUBLISHED, VersionState.SUPERSEDED)]

    @property
    def latest(self) -> SchemeVersion | None:
        """What the next version takes the place of: the last of its own that counts, or of the scheme before."""
        return next(reversed([*self.before, *self.counting]), None)

    @property
    def root(self) -> str | None:
        """The first scheme of the lineage; None where that is the scheme itself."""
        return None if self.known.predecessor is None else self.known.predecessor.root

    def refuse(self, read: Reading) -> None:
        """Refusal of all that forbids a file to follow what it names, each with its line."""
        refuse_all(read.reasons(list(lineage.faults(read.document, self.known))))


async def lock(connection: AsyncConnection, scheme_id: str, *, follows: str | None) -> Line:
    """A scheme and what it follows, locked in the order of their names against other writers."""
    names = sorted({scheme_id} if follows is None else {scheme_id, follows})
    found = {name: await versions.lock_scheme(connection, name) for name in names}
    own, before = found[scheme_id], [] if follows is None else [one for one in found[follows] if one.was_published]
    of = await successions.touching(connection, scheme_id, follows=follows)
    known = Known(
        predecessor=_predecessor(before[-1]) if before else None,
        follower=next((one for one in of if follows is not None and one.follows == follows), None),
        own=next((one for one in of if one.scheme_id == scheme_id), None),
        published=any(one.was_published for one in own),
    )
    return Line(own, before, known)


def _predecessor(version: SchemeVersion) -> Predecessor:
    return Predecessor(version.scheme_id, version.bureau, version.root or version.scheme_id)


async def settle(connection: AsyncConnection, line: Line, version: SchemeVersion, *, at: datetime) -> None:
    """Write down what a scheme follows, for good, when its first version is published."""
    before = line.known.predecessor
    if before is not None and line.known.own is None:
        one = Succession(version.scheme_id, before.scheme_id, before.root)
        await successions.add(connection, one, version_id=version.id, at=at)
