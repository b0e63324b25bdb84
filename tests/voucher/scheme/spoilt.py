"""Published files, each with one thing changed that the schema sees; » marks where the fault is told to be."""

from typing import NamedTuple

JIANGMEN, YUHUAN, GUANGDONG = "jiangmen-service-2020", "yuhuan-2023", "guangdong-2019"
TOP_UP, TONGZHOU, BEIJING, SHANDONG = (
    *("jiangmen-topup-2021", "tongzhou-space-award-2018"),
    *("beijing-capital-2026", "shandong-2015"),
)
SHANGHAI, SHAANXI = "shanghai", "shaanxi-service"
DEFAULT = 'source: "our default, not in the notice"'
PER_APPLICATION = """  - cap: per-application
    counts: application_amount
    subject: application
    period: once
    limit: "20000.00"
"""


class Spoilt(NamedTuple):
    """A published file in which one thing is changed."""

    file: str
    old: str
    new: str
    code: str


def cap(**changes: str) -> str:
    """The first cap of Jiangmen's file with other words."""
    said = {
        "counts": "application_amount",
        "subject": "application",
        "period": "once",
        "limit": '"20000.00"',
        **changes,
    }
    mark = said.pop("mark", "")
    return "".join([f"  - {mark}cap: per-application\n", *(f"    {key}: {value}\n" for key, value in said.items())])


AID = cap(counts="authorised", subject="group", period="rolling", months="36", regime="de-minimis")
"""A cap that counts state aid."""


def an_award(**added: str) -> tuple[str, str]:
    """The top-up with more keys."""
    old = "    base: upper_award\n"
    return old, old + "".join(f"    {key}: {value}\n" for key, value in added.items())


OF_FORM = {
    "a family that is none": Spoilt(
        JIANGMEN, "family: service_subsidy", "family: »service_subsidies", "scheme.not_one_of"
    ),
    "a key with a slip of the pen": Spoilt(JIANGMEN, "  base: invoice", "  bsae: »invoice", "scheme.unknown_key"),
    "a rule with a key of its own": Spoilt(
        JIANGMEN, "backing: {value: full,", "backing: {value: full, note: »none,", "scheme.unknown_key"
    ),
    "a rule without a source": Spoilt(
        JIANGMEN,
        "leftover: {value: stays, source: row jiangmen-service-2020}",
        "leftover: »{value: stays}",
        "scheme.missing",
    ),
    "a section that is missing": Spoilt(
        JIANGMEN, "effective: {value: 2020-09-15, source: row jiangmen-service-2020}\n", "", "scheme.missing"
    ),
    "an amount without quotes": Spoilt(JIANGMEN, 'limit: "20000.00"', "limit: »20000", "scheme.wrong_kind"),
    "an amount with a comma": Spoilt(JIANGMEN, 'limit: "20000.00"', 'limit: »"20,000.00"', "scheme.not_this_form"),
    "a percentage": Spoilt(JIANGMEN, 'share: "0.50"', 'share: »"50 %"', "scheme.not_this_form"),
    "more than everything": Spoilt(JIANGMEN, 'share: "0.50"', 'share: »"1.50"', "scheme.not_this_form"),
    "neither share nor bands": Spoilt(JIANGMEN, '»  share: "0.50"\n'.replace("»", ""), "", "scheme.one_of_these"),
    "share and bands": Spoilt(YUHUAN, "  base: contract", '  share: "0.50"\n  base: contract', "scheme.one_of_these"),
    "a day that does not exist": Spoilt(
        JIANGMEN, "use_by: {value: 2020-10-15", "use_by: {value: »2020-10-32", "scheme.no_such_day"
    ),
    "a day of long ago": Spoilt(
        JIANGMEN, "completed_from: {value: 2019-10-02", "completed_from: {value: »0019-10-02", "scheme.no_such_day"
    ),
    "a minute that does not exist": Spoilt(
        JIANGMEN, "opens: {value: 2020-09-15 10:00", "opens: {value: »2020-09-15 25:00", "scheme.no_such_day"
    ),
    "a minute without its time": Spoilt(
        JIANGMEN, "opens: {value: 2020-09-15 10:00", "opens: {value: »2020-09-15", "scheme.not_this_form"
    ),
    "days in words": Spoilt(JIANGMEN, "{working_days: 2}", "{working_days: »two}", "scheme.wrong_kind"),
    "days before": Spoilt(JIANGMEN, "{working_days: 3}", '{working_days: »"-3"}', "scheme.wrong_kind"),
    "too many days": Spoilt(JIANGMEN, "{working_days: 3}", "{working_days: »999}", "scheme.too_much"),
    "no days to remind on": Spoilt(JIANGMEN, "value: [30, 7, 1]", "value: [30, 7, »0]", "scheme.too_little"),
    "yes or no": Spoilt(JIANGMEN, "good_standing: {value: true", "good_standing: {value: »maybe", "scheme.wrong_kind"),
    "a category that nobody knows": Spoilt(
        JIANGMEN, "value: [testing, design", "value: [»tseting, design", "scheme.word_unknown"
    ),
    "nothing where something is": Spoilt(
        JIANGMEN, "holders: {value: [organization]", "holders: {value: »null", "scheme.nothing_here"
    ),
    "a date that counts from a later one": Spoilt(
        JIANGMEN,
        "deliver_by: {value: 2020-10-15",
        "deliver_by: {value: {months: 1, after: »claim_by}",
        "scheme.not_one_of",
    ),
    "a word of one's own that is none": Spoilt(
        JIANGMEN, "  class:\n    priority: {zh", "  class:\n    First of all: »{zh", "scheme.not_this_form"
    ),
    "a day on which no span begins": Spoilt(JIANGMEN, "as_of: window_close", "as_of: »submission", "scheme.not_one_of"),
    "a day that does not matter": Spoilt(
        JIANGMEN, "method: {value: queue,", "method: {value: queue, as_of: »submission,", "scheme.as_of_nowhere"
    ),
    "a part of a face value": Spoilt(
        JIANGMEN,
        "    counts: application_amount\n",
        "    counts: application_amount\n    fixed: true\n",
        "scheme.fixed_face_whole",
    ),
    "a face value of a year": Spoilt(
        JIANGMEN, "    counts: issued\n", "    counts: issued\n    fixed: »true\n", "scheme.fixed_face"
    ),
    "the same stage twice": Spoilt(
        JIANGMEN, "review: {value: [district, city]", "review: {value: »[city, city]", "scheme.named_twice"
    ),
    "a stage that is none": Spoilt(
        JIANGMEN, "review: {value: [district, city]", "review: {value: [»province]", "scheme.not_one_of"
    ),
    "nobody may hold it": Spoilt(
        JIANGMEN, "holders: {value: [organization]", "holders: {value: »[]", "scheme.too_little"
    ),
    "a date on which nothing is asked": Spoilt(
        JIANGMEN,
        "as_of: submission, source: row jiangmen-service-2020}\n  # the code",
        "as_of: »yesterday, source: row jiangmen-service-2020}\n  # the code",
        "scheme.not_one_of",
    ),
    "several live applications": Spoilt(
        JIANGMEN, "one_live_application: {value: true", "one_live_application: {value: »false", "scheme.not_one_of"
    ),
    "a backing that is neither": Spoilt(
        JIANGMEN, "backing: {value: full", "backing: {value: »half", "scheme.not_one_of"
    ),
    "less than the budget backed": Spoilt(
        JIANGMEN,
        "backing: {value: full",
        'backing: {value: {factor: »"0.5", prorata_on: 2020-12-01}',
        "scheme.not_this_form",
    ),
    "months with a slip of the pen": Spoilt(
        JIANGMEN, "use_by: {value: 2020-10-15", "use_by: {value: {monts: »3}", "scheme.unknown_key"
    ),
    "a basis of neither kind": Spoilt(
        JIANGMEN, "  - row: jiangmen-service-2020", "  - »draft: true", "scheme.one_of_these"
    ),
    "leftovers of an award": Spoilt(
        TONGZHOU,
        "disclosure: {value",
        f"leftover: »{{value: stays, {DEFAULT}}}\ndisclosure: {{value",
        "scheme.not_in_awards",
    ),
    "a credit code that is too short": Spoilt(
        JIANGMEN,
        "exclusions:\n",
        f'exclusions:\n  providers: {{value: [»"1133102100268735"], {DEFAULT}}}\n',
        "scheme.not_this_form",
    ),
    "a credit code with a slip of the pen": Spoilt(
        JIANGMEN,
        "exclusions:\n",
        f"exclusions:\n  providers: {{value: [»11331021002687353Y], {DEFAULT}}}\n",
        "scheme.credit_code",
    ),
    "a provider in place of its offering": Spoilt(
        JIANGMEN,
        "exclusions:\n",
        f"exclusions:\n  offerings: {{value: [»prv_{'1' * 32}], {DEFAULT}}}\n",
        "scheme.not_this_form",
    ),
    "a letter in a code": Spoilt(GUANGDONG, '"440100"', '»"44010O"', "scheme.not_this_form"),
}
