"""Decides which amount of a service its rate is applied to: contract, invoice or actual, with its tax or without."""

from services.chassis.refusals import Refusal
from services.voucher.scheme.domain.rate import Rate


def base_of(
    rate: Rate, *, contract: int | None = None, invoice: int | None = None, actual: int | None = None, tax: int = 0
) -> int:
    """The base in fen. actual: what was really spent, as stated at delivery; tax: how much of the base is tax.

    ``contract`` counts the contract; ``invoice`` the invoice and, until there is one, what was stated at delivery or
    else agreed; ``actual`` the least of what is known. Where tax does not belong to the base it is taken off, never to
    below zero. Refusal ``rate.base_unknown`` when no amount that counts is known. ValueError for a negative amount.
    """
    if min(one for one in (tax, contract, invoice, actual) if one is not None) < 0:
        raise ValueError("an amount is at least zero")
    known = [one for one in _counting(rate, contract, invoice, actual) if one is not None]
    if not known:
        raise Refusal("rate.base_unknown", rule="rate.base", numbers={"base": rate.base}, clause=rate.source)
    return counted(rate, min(known) if rate.base == "actual" else known[0], tax)


def counted(rate: Rate, amount: int, tax: int | None) -> int:
    """How much of an amount (fen) belongs to the base: its tax (None: nobody said) only where the rate counts that."""
    return amount if rate.taxed else max(0, amount - (tax or 0))


def _counting(rate: Rate, contract: int | None, invoice: int | None, actual: int | None) -> tuple[int | None, ...]:
    """The amounts that may be the base, the one that counts first coming first."""
    return (contract,) if rate.base == "contract" else (invoice, actual, contract)
