"""Whether tax and lines of a contract go together, and those of a delivery with them: every fault at once."""

from collections.abc import Callable, Iterator, Sequence

from services.chassis.refusals import Reason
from services.standards.money import format_amount
from services.voucher.directory.domain.categories import CategoryTree
from services.voucher.redemption.domain.orders import Deliver
from services.voucher.redemption.domain.redemption import ContractLine, Portion, Terms
from services.voucher.scheme.domain.rate import Rate
from services.voucher.scheme.domain.scheme import Scheme


def of_contract(
    terms: Terms, scheme: Scheme, categories: CategoryTree, *, admitted: Callable[[str], bool]
) -> Iterator[Reason]:
    """Faults of what a contract says of its tax and its lines. admitted: whether the provider may work in a category.

    A line of a category that the voucher does not pay for is no fault: nothing is paid for it.
    """
    contract = terms.contract
    yield from _tax(contract.tax, contract.amount, "/contract", terms.currency)
    if not contract.lines:
        return
    yield from _sum(contract.lines, contract.amount, "/contract/lines", terms.currency)
    for place, line in enumerate(contract.lines):
        at = f"/contract/lines/{place}"
        yield from _tax(line.tax, line.amount, at, terms.currency)
        yield from _category(line, scheme, categories, at=f"{at}/category", admitted=admitted)
    named = {line.category for line in contract.lines}
    if terms.category not in named:
        numbers = {"category": terms.category, "lines": ", ".join(sorted(named))}
        yield Reason("lines.category", "contract.lines", "/category", numbers)
    if len(named) > 1:
        yield from _bucketed(scheme)


def _category(
    line: ContractLine, scheme: Scheme, categories: CategoryTree, *, at: str, admitted: Callable[[str], bool]
) -> Iterator[Reason]:
    lineage, numbers = categories.lineage(line.category), {"category": line.category}
    if not lineage:
        yield Reason("category.unlisted", pointer=at, numbers=numbers)
    elif scheme.exclusions.pays_for(lineage) and not admitted(line.category):
        yield Reason("provider.category", "provider.admissions", at, numbers)


def _bucketed(scheme: Scheme) -> Iterator[Reason]:
    """Where a cap counts by category, what is of another category is a redemption of its own."""
    for cap in scheme.caps:
        if cap.subject == "bucket":
            yield Reason("lines.bucketed", f"cap.{cap.id}", "/contract/lines", {"cap": cap.id}, cap.source)


def of_delivery(order: Deliver, terms: Terms, rate: Rate) -> Iterator[Reason]:
    """Faults of what a delivery says of its tax and of the contract's lines."""
    if not rate.taxed and order.tax is None:
        yield Reason("tax.missing", "rate.tax", "/tax", clause=rate.source)
    yield from _tax(order.tax, order.settlement, "", terms.currency)
    if bool(order.lines) != bool(terms.contract.lines):
        code = "lines.missing" if terms.contract.lines else "lines.unknown"
        yield Reason(code, "contract.lines", "/lines", {"lines": len(terms.contract.lines)})
        return
    seen: set[int] = set()
    for place, one in enumerate(order.lines):
        if one.line in seen or one.line > len(terms.contract.lines):
            numbers = {"lines": len(terms.contract.lines)}
            yield Reason("lines.unknown", "contract.lines", f"/lines/{place}/line", numbers)
        seen.add(one.line)
        yield from _tax(one.tax, one.amount, f"/lines/{place}", terms.currency)
    if order.lines:
        yield from _sum(order.lines, order.settlement, "/lines", terms.currency)


def _tax(tax: int | None, amount: int, at: str, currency: str) -> Iterator[Reason]:
    """A price is more than the tax in it."""
    if tax is not None and tax >= amount:
        numbers = {"tax": format_amount(tax, currency), "amount": format_amount(amount, currency)}
        yield Reason("tax.too_high", "contract.tax", f"{at}/tax", numbers)


def _sum(lines: Sequence[ContractLine | Portion], amount: int, at: str, currency: str) -> Iterator[Reason]:
    total = sum(line.amount for line in lines)
    if total != amount:
        numbers = {"lines": format_amount(total, currency), "amount": format_amount(amount, currency)}
        yield Reason("lines.sum", "contract.lines", at, numbers)


def tax_of(lines: Sequence[ContractLine | Portion], said: int | None) -> int | None:
    """How much tax is in something, in fen: the sum of its lines, where it has any; None unless all of them say it."""
    if not lines:
        return said
    told = [line.tax for line in lines if line.tax is not None]
    return sum(told) if len(told) == len(lines) else None
