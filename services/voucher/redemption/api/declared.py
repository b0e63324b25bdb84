"""What a client declares of a contract beside its price, where a scheme excludes kinds of work or of money."""

from typing import Annotated

from pydantic import Field, StrictBool

from services.chassis.models import Line, StrictModel
from services.voucher.redemption.domain.redemption import Declared

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$", examples=["statutory_test"])]


class DeclaredBody(StrictModel):
    """Kinds of work in a contract, whether the provider hands some of it on, and which other programmes pay for it.

    services: as the scheme's file names what it excludes, such as `statutory_test`.
    """

    services: Annotated[tuple[Slug, ...], Field(max_length=20)] = ()
    subcontracted: StrictBool = False
    funded_by: Annotated[tuple[Line, ...], Field(max_length=20)] = ()

    @property
    def declared(self) -> Declared:
        """What is declared, each kind and programme once."""
        services, funded_by = (tuple(dict.fromkeys(said)) for said in (self.services, self.funded_by))
        return Declared(services, self.subcontracted, funded_by)
