"""Lets submitted applications into their review, where the scheme reviews before it gives anything out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import tasks
from services.standards.calendar import WorkingDays
from services.voucher.directory.store import parties
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain import form, reviewing
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.reviewing import Case
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.domain.states import reviews
from services.voucher.wallet.operations import forms
from services.voucher.wallet.operations.under_review import awaited


async def entered(
    connection: AsyncConnection, scheme: Scheme, submitted: Sequence[Application], *, at: datetime
) -> list[Application]:
    """Submitted applications at the first stage of their review, or as they are where there is none; not written.

    Refusal ``round.calendar_not_loaded``.
    """
    asked = forms.NO_FORM if scheme.applications is None else scheme.applications.form
    named = [replace(one, project=form.project(asked, one.answers or {})) for one in submitted]
    if not reviews(scheme):
        return named
    calendar = await parties.working_days(connection)
    return [reviewing.entered(_case(scheme, one, calendar, at)) for one in named]


async def open_tasks(
    connection: AsyncConnection, of: Round, scheme: Scheme, kept: Sequence[Application], *, at: datetime
) -> None:
    """Open the tasks of those who were let into their review, once they are written."""
    if not reviews(scheme):
        return
    calendar = await parties.working_days(connection)
    waiting = [task for one in kept for task in awaited(of, _case(scheme, one, calendar, at), one)]
    await tasks.open_tasks(connection, waiting)


def _case(scheme: Scheme, one: Application, calendar: WorkingDays, at: datetime) -> Case:
    return Case(application=one, scheme=scheme, said=(), samples={}, calendar=calendar, at=at)
