"""Who may hold a voucher or receive an award of a scheme."""

from dataclasses import dataclass

from services.voucher.scheme.domain.rule import Rule


@dataclass(frozen=True, slots=True)
class Ceilings:
    """What a firm may have at most, in each of the last `years` declared: heads, and sales and assets in fen."""

    years: int
    staff: int | None = None
    sales: int | None = None
    assets: int | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """What a team needs that is no firm yet: core members, and a residence in a space of one of these kinds."""

    members: int
    spaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Who:
    """Who may hold a voucher; a rule that is None is not asked. The code of a region covers those inside it.

    off_site: a list whose places count as local; listed: lists of which a holder must stand on one; trading: for how
    many whole months it must have been registered.
    """

    holders: Rule[tuple[str, ...]]
    registered_in: Rule[tuple[str, ...]] | None
    size_class: Rule[tuple[str, ...]] | None
    good_standing: Rule[bool]
    off_site: Rule[str] | None = None
    legal_form: Rule[tuple[str, ...]] | None = None
    ceilings: Rule[Ceilings] | None = None
    trading: Rule[int] | None = None
    listed: Rule[tuple[str, ...]] | None = None
    team: Rule[Team] | None = None
