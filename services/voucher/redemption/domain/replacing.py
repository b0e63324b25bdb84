"""How a contract changes its scope or its provider: another one takes its hold, at once or not at all.

Both contracts are redemptions of one voucher. The hold of the old one is given up and the new one is decided upon anew,
with its rate, its caps and every other rule, in one step.
"""

from services.chassis.refusals import Refusal, another_person
from services.voucher.redemption.domain.case import Case
from services.voucher.redemption.domain.orders import Actor, LetGo
from services.voucher.redemption.domain.redemption import Redemption, Side, State, Terms
from services.voucher.redemption.domain.states import HOLDS, is_due
from services.voucher.redemption.domain.world import Ruling, Step, World

RULE = "redemption.replaces"


def beside(terms: Terms, world: World, by: Actor, side: Side) -> World:
    """The world in which an offer is looked at: that without the hold which it is to have instead.

    Refusals ``replaces.unknown``, also for a provider who has no part in the other one, and ``replaces.state``.
    """
    if terms.replaces is None:
        return world
    left = world.redemptions.get(terms.replaces)
    if left is None or not _is_known(left, terms, side):
        raise Refusal("replaces.unknown", rule=RULE, pointer="/replaces")
    return world.after_all(_released(left, world, by, side))


def release(case: Case) -> tuple[Step, ...]:
    """What confirming an offer gives up first: all that the redemption which it replaces holds.

    Nothing where the provider whom the holder leaves has given up itself. Refusals ``replaces.state``, and
    ``replaces.let_go`` while neither that provider nor the region has let the holder go.
    """
    terms, world = case.redemption.terms, case.world
    if terms.replaces is None:
        return ()
    left = world.redemption(terms.replaces)
    if left.state is State.VOIDED:
        return ()
    if _is_left(left, terms) and case.redemption.let_go_by is None:
        raise Refusal("replaces.let_go", rule=RULE)
    return _released(left, world, case.by, case.side, by=case.redemption)


def let_go(case: Case, _: LetGo) -> list[Step]:
    """The region lets the holder go from the provider whom he leaves.

    Refusals ``replaces.nobody_left``, ``redemption.same_person``.
    """
    terms = case.redemption.terms
    left = case.world.redemption(terms.replaces) if terms.replaces is not None else None
    if left is None or not _is_left(left, terms) or case.redemption.let_go_by is not None:
        raise Refusal("replaces.nobody_left", rule=RULE)
    another_person(case.by.person, than=case.redemption.acted, otherwise="redemption.same_person")
    numbers = {"from": f"prv_{left.terms.provider_id.hex}", "to": f"prv_{terms.provider_id.hex}"}
    ruling = Ruling("let_go", "granted", RULE, numbers=numbers)
    return [case.step("let_go", rulings=(ruling,), let_go_by=case.by.person)]


def _is_known(left: Redemption, terms: Terms, side: Side) -> bool:
    """Whether it is of the same voucher, and who offers has a part in it."""
    return left.terms.voucher_id == terms.voucher_id and not (side is Side.PROVIDER and _is_left(left, terms))


def _is_left(left: Redemption, terms: Terms) -> bool:
    """Whether the holder leaves a provider for another one."""
    return left.terms.payee_id != terms.payee_id


def _released(
    left: Redemption, world: World, actor: Actor, side: Side, *, by: Redemption | None = None
) -> tuple[Step, ...]:
    """The step that gives up what a redemption holds, on which nothing was handed in that waits for an answer."""
    if left.state not in HOLDS or is_due(left, world.now):
        raise Refusal("replaces.state", rule=RULE, pointer="/replaces", numbers={"state": left.state})
    case = Case(left, world, actor, side, world.now)
    numbers = {"by": None if by is None else f"red_{by.id.hex}"}
    ruling = Ruling("replace", "replaced", RULE, numbers=numbers)
    given_up = case.release("voided")
    return (case.step("replaced", posting=given_up, rulings=(ruling,), state=State.VOIDED, held=0, delivery=None),)
