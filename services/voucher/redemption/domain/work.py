"""What the rate counts of a contract: the base of each line that is paid for, as agreed or as delivered so far."""

from collections.abc import Sequence

from services.standards.money import format_amount
from services.standards.split import largest_remainder
from services.voucher.redemption.domain.redemption import ContractLine, Delivery, Portion, Terms
from services.voucher.scheme.domain.pricing import Line, as_floored
from services.voucher.scheme.domain.rate import Rate, lines_written
from services.voucher.scheme.domain.rate_base import base_of, counted

Rated = Sequence[Rate | None]
"""For each line of a contract in its order the rate that counts; None for one that is not paid for."""


def agreed_lines(terms: Terms, rates: Rated) -> list[Line]:
    """Each line of a contract that is paid for, with what of its price is the base, before anything is delivered."""
    paid = zip(terms.items, rates, strict=True)
    return [(rate, counted(rate, item.amount, item.tax)) for item, rate in paid if rate is not None]


def worked_lines(terms: Terms, rates: Rated, done: Sequence[Portion], *, last: bool) -> list[Line]:
    """The same once so much was delivered. last: nothing is delivered after it.

    Where the contract counts, milestones count as they come, and the last one completes it.
    """
    paid = enumerate(zip(terms.items, rates, strict=True), start=1)
    return [
        (rate, _base(item, rate, [one for one in done if one.line == number], last=last))
        for number, (item, rate) in paid
        if rate is not None
    ]


def _base(item: ContractLine, rate: Rate, done: Sequence[Portion], *, last: bool) -> int:
    """Without their tax, where the rate does not count it, contract and work are compared."""
    whole = counted(rate, item.amount, item.tax)
    actual = sum(counted(rate, part.amount, part.tax) for part in done)
    return base_of(rate, contract=whole if last else min(whole, actual), actual=actual)


def as_invoiced(delivery: Delivery, invoiced: int, tax: int) -> tuple[Portion, ...]:
    """What was delivered as its invoices show it: so much in all, with so much tax in it, both in fen.

    Of a contract with lines each shows in proportion to what was delivered of it: an invoice knows nothing of them.
    """
    if not delivery.lines:
        return (Portion(1, invoiced, tax),)
    weights, told = [one.amount for one in delivery.lines], [one.tax or 0 for one in delivery.lines]
    amounts, taxes = largest_remainder(invoiced, weights), largest_remainder(tax, told if any(told) else weights)
    return tuple(Portion(*shown) for shown in zip([one.line for one in delivery.lines], amounts, taxes, strict=True))


def told(terms: Terms, lines: Sequence[Line]) -> dict[str, str | int | None]:
    """The lines as they were floored, for the decision that rests on them.

    Nothing where the whole price of one contract was: then its one amount says it all.
    """
    if not terms.contract.lines and all(rate.taxed for rate, _ in lines):
        return {}
    by_line = any(rate.line_by_line for rate, _ in lines)
    return {"lines": lines_written(as_floored(lines), terms.currency), "floored": "line" if by_line else "sum"}


def spoken(terms: Terms) -> dict[str, str | int | None]:
    """The tax in a contract where somebody said it, for the decision that rests on it."""
    tax = terms.contract.tax
    return {} if tax is None else {"tax": format_amount(tax, terms.currency)}
