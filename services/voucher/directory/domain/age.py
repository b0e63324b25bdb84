"""How old what we heard of the registry may be: past 15 minutes it warns, past 24 hours nothing new is frozen.

And whether it is believed at all: where it is not, nothing new is frozen from that moment on.
"""

from dataclasses import dataclass
from datetime import timedelta

from services.chassis.refusals import Reason

WARN_AFTER = timedelta(minutes=15)
REFUSE_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Age:
    """Real time since the directory was last known to be complete; None when it never was.

    distrusted: why the registry is not believed, one of `trust.Lie`; None while it is.
    """

    since_heard: timedelta | None
    distrusted: str | None = None

    @property
    def warns(self) -> bool:
        """Older than 15 minutes: readiness says so."""
        return self.since_heard is None or self.since_heard > WARN_AFTER

    @property
    def refuses(self) -> bool:
        """Older than 24 hours, or never heard: new authorisations are refused, never guessed."""
        return self.since_heard is None or self.since_heard > REFUSE_AFTER

    @property
    def hours(self) -> int | None:
        """Whole hours, for messages."""
        return None if self.since_heard is None else int(self.since_heard.total_seconds() // 3600)

    def reasons(self) -> list[Reason]:
        """What speaks against deciding anything new upon these facts: that they are not believed, or too old.

        Codes ``directory.distrusted``, ``directory.too_old``.
        """
        if self.distrusted is not None:
            return [Reason("directory.distrusted", rule="directory.trust", numbers={"why": self.distrusted})]
        if not self.refuses:
            return []
        return [Reason("directory.too_old", rule="directory.age", numbers={"hours": self.hours})]
