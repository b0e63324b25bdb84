"""Decides how what speaks against applicants is kept while a long simulation goes on: each set of rules once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from services.chassis.refusals import Reason
from services.voucher.wallet.domain.applicant import Applicant
from services.voucher.wallet.domain.simulation import Against, Trial, judge

Said = tuple[str, str | None, str | None]
"""A code, its rule and its clause: all that a simulation tells of a refusal."""


def digest(applicants: Sequence[Applicant]) -> str:
    """By what applicants are known again: a SHA-256 of all that is known of each, in their order."""
    known = sha256()
    for one in applicants:
        known.update(repr(one).encode())
    return known.hexdigest()


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found out so far: the sets of refusals there are, and which of them holds of each applicant in turn."""

    sets: tuple[tuple[Said, ...], ...] = ()
    of: tuple[int, ...] = ()

    @classmethod
    def read(cls, kept: Mapping[str, Any], *, line: str) -> "Judged":
        """What an earlier try kept; nothing where it was of other applicants, some of whom came, went or changed since.

        line: the digest of those who are looked at.
        """
        if kept.get("line") != line:
            return cls()
        sets = tuple(tuple((code, rule, clause) for code, rule, clause in one) for one in kept["sets"])
        return cls(sets, tuple(kept["of"]))

    def kept(self, *, line: str) -> dict[str, Any]:
        """The same as JSON has it, with the digest of those who are looked at."""
        return {"line": line, "sets": [[list(said) for said in one] for one in self.sets], "of": list(self.of)}

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
