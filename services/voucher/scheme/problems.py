"""Decides what the scheme wing's refusals mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem

_IN_FILE = ("Correct the file at the line and column given.", "请在所示行列处更正文件。")
LINE_AND_COLUMN = {"en": "Line {line}, column {column}: ", "zh-CN": "第 {line} 行第 {column} 列："}
"""How every sentence on a file begins; the command line names the place in its own way."""


def _fault(en: str, zh: str) -> Problem:
    return Problem(422, LINE_AND_COLUMN["en"] + en, LINE_AND_COLUMN["zh-CN"] + zh, *_IN_FILE)


PROBLEMS: Mapping[str, Problem] = {
    "scheme.unknown": Problem(
        404, "There is no such scheme version.", "券种版本不存在。", "Check the id.", "请检查编号。"
    ),
    "scheme.foreign_bureau": Problem(
        403,
        "A scheme of bureau {bureau} is not yours to keep.",
        "{bureau} 的券种不属于您的部门。",
        "Ask that bureau's operator.",
        "请由该部门经办。",
    ),
    "scheme.not_draft": Problem(
        409,
        "This version is {state}; only a draft is published or withdrawn.",
        "该版本状态为“{state}”，仅草稿可发布或撤回。",
        "Keep the text as a new version.",
        "请另存为新版本。",
    ),
    "scheme.no_vouchers": Problem(
        409,
        "The scheme {scheme} issues no vouchers.",
        "{scheme} 不发放创新券。",
        "Use its awards.",
        "请按奖补项目办理。",
    ),
    "scheme.effective_before": Problem(
        409,
        "It would count from {effective}, before the published version does, which is from {published}.",
        "生效日期 {effective} 早于已发布版本的生效日期 {published}。",
        "Name a date that is no earlier: what was decided under the published version stands.",
        "请改用不早于已发布版本的日期：已作出的决定不变。",
    ),
    "scheme.same_person": Problem(
        409,
        "You asked for this publication yourself; a draft as basis takes a second person.",
        "该发布由您提出：依据为草案的，须由另一人发布。",
        "Ask a colleague of your bureau.",
        "请由本部门其他人员办理。",
    ),
    "scheme.not_published": Problem(
        409,
        "This version is {state}; a round needs a published one.",
        "该版本状态为“{state}”，批次须用已发布版本。",
        "Publish the version, or use the published one.",
        "请先发布或改用已发布版本。",
    ),
    "scheme.file_too_large": _fault("the file is larger than {bytes} bytes.", "文件超过 {bytes} 字节。"),
    "scheme.yaml": _fault("this is not YAML that we read: {why}.", "不是可读取的 YAML：{why}。"),
    "scheme.schema": _fault("{why}.", "不符合格式：{why}。"),
    "scheme.unknown_key": _fault("the key {key} is not known here.", "此处不应有 {key}。"),
    "scheme.zone_unknown": _fault("the time zone {zone} is not known.", "未知时区 {zone}。"),
    "scheme.source_unknown": _fault(
        "the source {found} is neither in the basis nor our default.", "来源 {found} 不在依据之列。"
    ),
    "scheme.dates_out_of_order": _fault("{later} comes before {earlier}.", "{later} 早于 {earlier}。"),
    "scheme.cap_twice": _fault("the cap {cap} stands here twice.", "上限 {cap} 重复。"),
    "scheme.cap_year": _fault(
        "the cap {cap} names a year exactly if its period is one.", "上限 {cap} 仅按年度计时须指明年度。"
    ),
    "scheme.cap_months": _fault(
        "the cap {cap} names months exactly if its period is rolling, and counts what is spent.",
        "上限 {cap} 仅按滚动期间计用券时须指明月数。",
    ),
    "scheme.cap_group_months": _fault(
        "the cap {cap} sums at most {at_most} months of a group.", "上限 {cap} 按关联企业组至多合计 {at_most} 个月。"
    ),
    "scheme.cap_bucket": _fault(
        "the cap {cap} names categories exactly if it is about a bucket of them.",
        "上限 {cap} 仅以类别组为对象时须指明类别。",
    ),
    "scheme.cap_subject": _fault("the cap {cap} counts what its subject does not have.", "上限 {cap} 的对象不符。"),
    "scheme.share_zero": _fault("a share of nothing pays nothing.", "补贴比例不能为零。"),
    "scheme.our_default": _fault(
        "nobody has published {rule}: the value is our own choice.", "{rule} 未见公布，所填为本系统自定。"
    ),
    "scheme.draft_basis": Problem(
        409,
        "The basis {basis} is a draft that was not in force: whoever publishes on it says so, and so does a second"
        " person.",
        "依据 {basis} 为尚未施行的草案：须由两人先后确认后发布。",
        "Read the warning, then send draft_basis_accepted true.",
        "请阅知后附上 draft_basis_accepted 再次提交。",
    ),
    "scheme.calendar_not_loaded": _fault("the working days of {year} are not loaded.", "{year} 年工作日历尚未载入。"),
}
