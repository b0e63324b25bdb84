"""Decides how what speaks against applicants is kept while a long simulation goes on: each set of rules once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.chassis.refusals import Reason
from services.voucher.wallet.domain.applicant import Applicant
from services.voucher.wallet.domain.simulation import Against, Trial, judge

Said = tuple[str, str | None, str | None]
"""A code, its rule and its clause: all that a simulation tells of a refusal."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found out so far: the sets of refusals there are, and which of them holds of each applicant in turn."""

    sets: tuple[tuple[Said, ...], ...] = ()
    of: tuple[int, ...] = ()

    @classmethod
    def read(cls, kept: Mapping[str, Any], *, total: int) -> "Judged":
        """What an earlier try kept; nothing where it was of another number of applicants, who came or went since."""
        if kept.get("total") != total:
            return cls()
        sets = tuple(tuple((code, rule, clause) for code, rule, clause in one) for one in kept["sets"])
        return cls(sets, tuple(kept["of"]))

    def kept(self, *, total: int) -> dict[str, Any]:
        """The same as JSON has it."""
        return {"total": total, "sets": [[list(said) for said in one] for one in self.sets], "of": list(self.of)}

    def more(self, trial: Trial, batch: Sequence[Applicant]) -> "Judged":
        """With the applicants who come next."""
        places = {one: place for place, one in enumerate(self.sets)}
        said = [tuple((reason.code, reason.rule, reason.clause) for reason in judge(trial, one)) for one in batch]
        of = [places.setdefault(one, len(places)) for one in said]
        return Judged(tuple(places), (*self.of, *of))

    def against(self, applicants: Sequence[Applicant]) -> Against:
        """What speaks against each of these, in the order in which they were looked at."""
        found = [
            tuple(Reason(code, rule, numbers={}, clause=clause) for code, rule, clause in one) for one in self.sets
        ]
        return {one.number: found[place] for one, place in zip(applicants, self.of, strict=True)}
