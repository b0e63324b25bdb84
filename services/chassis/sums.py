"""Decides how SQL adds amounts up: exactly and however large the sum, which a bigint could not hold."""

from decimal import Decimal

from sqlalchemy import Dialect, Numeric, TypeDecorator


class Total(TypeDecorator[int]):
    """A sum of amounts in minor units: numeric in PostgreSQL, an int here."""

    impl = Numeric
    cache_ok = True

    def process_result_value(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """The sum; None where nothing was added up."""
        return None if value is None else int(value)
