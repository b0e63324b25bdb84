"""Names the words in which a case is put to a scheme file, the form of each, and what it means."""

from enum import StrEnum


class Form(StrEnum):
    """How the value of a word is written."""

    AMOUNT = 'an amount such as "8000.00"'
    AMOUNTS = 'a list of amounts such as ["10.00"]'
    NAMED = 'amounts by name such as {"rent": "800.00"}'
    COUNTED = 'amounts or times by cap such as {"issued-per-year": "500.00"}'
    SHARE = 'a share such as "0.10"'
    NUMBER = "a whole number"
    YES_OR_NO = "true or false"
    DAY = 'a day such as "2020-02-25"'
    TEXT = "a word"
    TEXTS = "a word or a list of words"
    LEVELS = "a list of levels in their order"
    PLACE = "a name of the file's regions, or six digits"
    RESIDENCE = 'level and kind of a space such as "provincial-incubator"'
    LINES = 'a list of lines such as [{"category": "design", "amount": "100.00", "tax": "6.00"}]'
    FIGURES = 'a list of years such as [{"year": 2025, "staff": 12, "sales": "1000000.00"}]'


MEANINGS: dict[str, tuple[Form, str]] = {
    "fee": (Form.AMOUNT, "what the service costs as agreed"),
    "deal": (Form.AMOUNT, "the same: the actual deal"),
    "price": (Form.AMOUNT, "the same: what is on the price tag"),
    "contract": (Form.AMOUNT, "the same: the amount of the contract"),
    "invoice": (Form.AMOUNT, "the amount of the invoice"),
    "settled": (Form.AMOUNT, "what was really spent, as stated at delivery"),
    "tax": (Form.AMOUNT, "how much of it is tax; none if not told"),
    "lines": (Form.LINES, "the service line by line, instead of one amount"),
    "wallet": (Form.AMOUNT, "what the holder's vouchers hold together"),
    "vouchers": (Form.AMOUNTS, "instead: each voucher by its face, in the order of use"),
    "used_this_year": (Form.AMOUNT, "what counts already under the caps of a year on use"),
    "counted": (Form.COUNTED, "what counts already under any cap or regime of the file, by its name"),
    "asked": (Form.AMOUNT, "what an application asks for"),
    "held": (Form.AMOUNT, "what the holder's vouchers hold while he applies for more"),
    "used": (Form.AMOUNT, "what was used of the vouchers of a year"),
    "issued": (Form.AMOUNT, "what was issued that year"),
    "lost_by_provider": (Form.AMOUNT, "what a provider's failure kept the holder from using"),
    "approved": (Form.AMOUNTS, "what was approved to each at the year's end"),
    "budget": (Form.AMOUNT, "the budget that is there for it"),
    "holder": (Form.TEXT, "organization, team, person, space: once told, every rule on holders is asked"),
    "region": (Form.PLACE, "where the holder is registered"),
    "district": (Form.PLACE, "the same"),
    "size_class": (Form.TEXT, "micro, small, medium, large"),
    "legal_form": (Form.TEXT, "the holder's legal form"),
    "registered_on": (Form.DAY, "since when the holder is registered"),
    "listed": (Form.TEXTS, "on which lists the holder stands"),
    "figures": (Form.FIGURES, "what the holder declared by year"),
    "members": (Form.NUMBER, "core members of a team"),
    "residency": (Form.RESIDENCE, "in which recognised space the holder resides"),
    "founder_class": (Form.TEXTS, "what kind of founder it is"),
    "banned": (Form.TEXTS, "bans in force, by their kind"),
    "deregistered": (Form.YES_OR_NO, "whether the holder's registration has ended"),
    "suspended": (Form.YES_OR_NO, "whether it is suspended for little use of earlier vouchers"),
    "category": (Form.TEXTS, "the category of the service, or with all that it lies under"),
    "services": (Form.TEXTS, "kinds of work in it, such as statutory_test"),
    "funded_by": (Form.TEXTS, "which other money pays for the same work"),
    "subcontracted": (Form.YES_OR_NO, "whether the provider hands the work on"),
    "resource_region": (Form.PLACE, "where the provider is"),
    "provider": (Form.TEXTS, "which provider it is, by id or credit code"),
    "offering": (Form.TEXTS, "which offering of the catalogue it is, by id"),
    "provider_level": (Form.TEXTS, "at which levels the provider is recognised"),
    "submitted_on": (Form.DAY, "the day of the application"),
    "issued_on": (Form.DAY, "the day of issue; tells the voucher's dates, too"),
    "contract_date": (Form.DAY, "the day the contract was signed"),
    "authorised_on": (Form.DAY, "the day the voucher is used"),
    "delivered_on": (Form.DAY, "the day of delivery"),
    "completed_on": (Form.DAY, "the day the work was completed"),
    "recognised_on": (Form.DAY, "the day of a space's recognition"),
    "sanctioned_on": (Form.DAY, "the day on which misuse was decided"),
    "award": (Form.TEXT, "which award of the file is asked for"),
    "recognised": (Form.LEVELS, "the levels at which a space was recognised, in their order"),
    "recognised_before": (Form.LEVELS, "levels for which the award was given before"),
    "level": (Form.TEXTS, "a level that an award depends on"),
    "grade": (Form.TEXTS, "the grade of the last assessment"),
    "item": (Form.TEXTS, "the item of running costs"),
    "items": (Form.NAMED, "running costs by item"),
    "given_this_year": (Form.AMOUNT, "what was given already under the award's limit"),
    "given_before": (Form.YES_OR_NO, "whether the award was given before for what it is given once for"),
    "provincial": (Form.AMOUNT, "what the province paid on the deal"),
    "upper_award": (Form.AMOUNT, "what the award of a higher level paid"),
    "interest_due": (Form.AMOUNT, "interest that fell due"),
    "interest_repaid": (Form.AMOUNT, "interest that was repaid"),
    "provider_services": (Form.AMOUNT, "what a provider's services of the year came to"),
    "reward_rate": (Form.SHARE, "the rate that was decided for the year, where the file names none or the lowest"),
    "services_opened": (Form.AMOUNT, "what instruments opened to others earned"),
    "event_cost": (Form.AMOUNT, "what an event really cost"),
    "added_area": (Form.NUMBER, "square metres of incubation area added"),
    "operating_result": (Form.AMOUNT, "the result of operation that is rewarded"),
    "running_costs": (Form.AMOUNT, "running costs in one sum"),
}
"""By word, in the order of `quote --help`: its form, and what it means."""

WORDS: dict[str, Form] = {word: form for word, (form, _) in MEANINGS.items()}

NOTES = frozenset({"id", "scheme", "why", "rule", "room"})
"""What a worked case says of itself."""

ANSWERS = frozenset(
    {
        "subsidy",
        "self_paid",
        "left_in_wallet",
        "reclaimed",
        "over_price",
        "up_to",
        "base",
        "split",
        "reward",
        "awards",
        "paid",
        "left",
        "granted",
        "suspended_next_year",
        "use_by",
        "deliver_by",
        "claim_by",
        "banned_until",
        "may_hold",
        "disallowed",
        "refused",
        "decisions",
    }
)
"""The words of an answer."""

AGREED = ("fee", "deal", "price", "contract")
"""Words for what a service costs as agreed."""

ALIKE = (AGREED, ("provincial", "upper_award"), ("wallet", "vouchers"), ("region", "district"))
"""Words that say the same in different schemes: a case tells one of them."""
