"""What the audit says when something does not add up: which check, whose row, and what was expected instead."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong.

    `check` names the invariant, `subject` the row ("journal 0190…", with all that leads to it) and `detail` says
    what was expected and what is there.
    """

    check: str
    subject: str
    detail: str

    @classmethod
    def differs(cls, check: str, subject: str, *, expected: object, actual: object) -> "Finding":
        """A finding of two figures that should be one; amounts are in minor units."""
        return cls(check, subject, f"expected {expected}, actual {actual}")
