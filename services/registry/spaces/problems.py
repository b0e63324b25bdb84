"""Decides what the refusals of spaces and teams mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem, Words
from services.registry.telling import ASK_AN_OPERATOR, MOVED_ON, moved_on, twice, unknown, wrong

_LEVEL = {"county": "县级", "city": "市级", "province": "省级", "national": "国家级"}
_LEVELS: Words = {"level": _LEVEL, "stage": _LEVEL}

PROBLEMS: Mapping[str, Problem] = {
    "team.core_members": wrong(
        "A team has {least} to {most} core members, this one {count}.",
        "核心成员应为 {least}–{most} 人，现为 {count} 人。",
    ),
    "team.member_twice": wrong("A member is named twice.", "成员重复。"),
    "team.not_resident": wrong("The team is not resident in the space today.", "团队当日未入驻该空间。"),
    "team.root": wrong(
        "These core members were another team before and keep its quota.", "核心成员曾属另一团队，额度随原团队。"
    ),
    "team.incorporation_day": wrong(
        "The team moved in on {from} and lives there before it is a firm.", "团队于 {from} 入驻，注册企业须在其后。"
    ),
    "team.not_registered": wrong(
        "The organisation was registered on {registered}, not before.",
        "该单位于 {registered} 登记，注册日不得更早。",
    ),
    "team.people": wrong(
        "These core members are not on record as persons: {missing}.", "以下核心成员未作为自然人登记：{missing}。"
    ),
    "residency.resident": wrong("Name one team or one organisation.", "请指定一个团队或一个单位。"),
    "period.end": wrong("It ends on one of its days, {from} to {until}.", "终止日须在原期限内。"),
    "space.field": wrong("The industry field {field} is not listed.", "产业领域 {field} 不在目录内。"),
    "space.premises": wrong("A number lies between 1 and {most}.", "面积与工位数须在 1 至 {most} 之间。"),
    "space.branch": wrong(
        "A branch has a parent, and a parent is no branch.", "分空间只隶属一个主空间，不得多级隶属。"
    ),
    "recognition.level": wrong(
        "On this track the space is recognised at this level or above: {level}.", "该空间在此条线已获同级或更高级认定。"
    ),
    "recognition.stage": Problem(
        403,
        "A reviewer of the {stage} does not record the level {level}.",
        "{stage}审核人员不得登记{level}认定。",
        "Have a reviewer of the city record it.",
        "请由市级审核人员登记。",
        words=_LEVELS,
    ),
    "recognition.order": wrong("A recognition is decided on {earliest} or later.", "认定日期不得早于 {earliest}。"),
    "recognition.none": wrong("The space is not recognised on this track.", "该空间在此条线未获认定。"),
    "activity.number": wrong("A number lies between {least} and {most}.", "数量须在 {least} 至 {most} 之间。"),
    "mentor.not_active": wrong("The space had no such mentor on {date}.", "该空间于 {date} 无此导师。"),
    "investor.who": wrong("Name one organisation or one fund.", "请指定一个单位或一只基金。"),
    "investor.currency": wrong("What is managed is told in yuan.", "管理规模以人民币计。"),
    "space.revoked": Problem(
        409,
        "The space was revoked on {date} and takes nobody in.",
        "该空间已于 {date} 被取消资格，不得新入驻。",
        "Have the space recognised anew.",
        "请重新备案并认定后办理。",
    ),
    "space.state": Problem(409, "A space that is {state} cannot {verb}.", "该空间当前状态不允许。", *MOVED_ON),
    "space.incubator": moved_on("The space is an incubator already.", "该空间已升级为孵化器。"),
    "team.state": moved_on("The team is {state}.", "团队当前状态不允许。"),
    "residency.ended": moved_on("The residency has ended: {how}.", "该入驻已终止。"),
    "space.closed": Problem(409, "The space is closed.", "该空间已关闭。", *ASK_AN_OPERATOR),
    "activity.corrected": twice("The activity was replaced already: {id}.", "该活动已被更正：{id}。"),
    "activity.duplicate": twice("The space had this activity that day already: {id}.", "当日已有同名活动：{id}。"),
    "mentor.overlap": twice("The person mentors there on those days already: {id}.", "导师聘期重叠：{id}。"),
    "investor.overlap": twice("It invests there on those days already: {id}.", "投资机构合作期重叠：{id}。"),
    "revocation.running": twice("A case against the space runs: {id}.", "该空间正在被立案审查：{id}。"),
    "revocation.state": moved_on("The case is {state}.", "该案当前状态不允许。"),
    "revocation.too_late": moved_on("The time for an answer was over at {due}.", "陈述申辩期限已于 {due} 届满。"),
    "revocation.none": Problem(
        409,
        "Nobody has proposed to revoke the space.",
        "尚未对该空间立案。",
        "Propose it first, so that the space is heard.",
        "请先立案并听取陈述申辩。",
    ),
    "revocation.not_heard": Problem(
        409,
        "The space may answer until {due}.",
        "陈述申辩期限至 {due}。",
        "Wait for its answer, or until then.",
        "请待其陈述申辩或期限届满后办理。",
    ),
    "revocation.same_person": Problem(
        409,
        "Who proposed it does not decide it.",
        "立案人不得作出决定。",
        "Have another reviewer decide.",
        "请由其他审核人员办理。",
    ),
    "space.duplicate": twice("The operator has a space of this name: {id}.", "该运营单位已有同名空间：{id}。"),
    "team.duplicate": twice("The space has a team of this name: {id}.", "该空间已有同名团队：{id}。"),
    "residency.overlap": twice("The residency holds on those days already: {id}.", "入驻期限重叠：{id}。"),
    "team.unknown": unknown("There is no such team.", "团队不存在。"),
    "revocation.unknown": unknown("There is no such case.", "案件不存在。"),
    "residency.unknown": unknown("There is no such residency.", "入驻记录不存在。"),
    "activity.unknown": unknown("There is no such activity.", "活动不存在。"),
    "mentor.unknown": unknown("There is no such mentor.", "导师不存在。"),
    "investor.unknown": unknown("There is no such investor.", "投资机构不存在。"),
    "space.unknown": unknown("There is no such space.", "空间不存在。"),
}
