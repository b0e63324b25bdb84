"""Decides what each of the gateway's own codes means: status, cause and remedy, in English and Chinese."""

from collections.abc import Mapping

from services.chassis.problems import Problem

_REPAIR = ("Correct the named fields and send again.", "请更正所列字段后重新提交。")
_LATER = ("Wait as long as Retry-After says and send again.", "请按 Retry-After 等待后重试。")
_LOOK = ("Read it again and decide anew.", "请重新查看后再处理。")
_ADMIN = ("Ask another admin.", "请由另一位管理员办理。")


def _login() -> dict[str, Problem]:
    return {
        "login.failed": Problem(
            401, "Login or password is wrong.", "登录名或密码错误。", "Check both.", "请核对登录名与密码。"
        ),
        "login.resting": Problem(
            429,
            "Too many failed logins in a row; try again in {retry_after_seconds} s.",
            "连续登录失败次数过多，请在 {retry_after_seconds} 秒后重试。",
            *_LATER,
            retryable=True,
        ),
        "login.busy": Problem(503, "Too many logins at this moment.", "当前登录人数过多。", *_LATER, retryable=True),
        "login.organization_needed": Problem(
            422,
            "You act for several organisations.",
            "您代表多个单位。",
            "Name one as organization.",
            "请在 organization 中指定一个单位。",
        ),
        "login.organization_unknown": Problem(
            422,
            "You do not act for this organisation.",
            "您并不代表该单位。",
            "Name one of your own, or none.",
            "请指定自己所在的单位或留空。",
        ),
        "login.length": Problem(
            422, "A login has {least} to {most} characters.", "登录名须为 {least}–{most} 个字符。", *_REPAIR
        ),
        "login.characters": Problem(
            422,
            "A login consists of letters a–z, digits and . _ @ + -, and begins with a letter or digit.",
            "登录名只能由字母、数字及 . _ @ + - 组成，并以字母或数字开头。",
            *_REPAIR,
        ),
        "login.taken": Problem(
            409, "This login is in use.", "该登录名已被使用。", "Choose another login.", "请更换登录名。"
        ),
        "password.length": Problem(
            422, "A password has {least} to {most} characters.", "密码须为 {least}–{most} 个字符。", *_REPAIR
        ),
        "password.guessable": Problem(
            422,
            "This password is among the first that anybody would try.",
            "该密码过于容易猜到。",
            "Choose a longer phrase of your own.",
            "请使用更长的自拟短语。",
        ),
        "refresh.failed": Problem(
            401,
            "The refresh token is unknown, expired or used up.",
            "刷新令牌无效、已过期或已使用。",
            "Log in again.",
            "请重新登录。",
        ),
        "activation.unknown": Problem(
            422,
            "This one-time link is unknown, used or expired.",
            "该一次性链接无效、已使用或已过期。",
            "Ask for a new link.",
            "请重新索取链接。",
        ),
        "session.unknown": Problem(
            404, "There is no such session.", "会话不存在。", "List your sessions.", "请查看会话列表。"
        ),
    }


def _registrations() -> dict[str, Problem]:
    codes = {
        f"registration.uscc.{fault}": Problem(422, en, zh, *_REPAIR)
        for fault, (en, zh) in {
            "invalid": ("This is not a unified social credit code.", "统一社会信用代码无效。"),
            "length": ("A unified social credit code has 18 characters.", "统一社会信用代码应为 18 位。"),
            "character": ("Character {position} is not used in credit codes.", "第 {position} 位字符不合规。"),
            "region": ("Character {position} must be a digit of the region.", "第 {position} 位应为数字。"),
            "organisation_check": (
                "The check character of the organisation code (the 17th) is wrong.",
                "第 17 位组织机构代码校验码不符。",
            ),
            "check": ("The check character of the whole code (the 18th) is wrong.", "第 18 位校验码不符。"),
        }.items()
    }
    return codes | {
        "registration.name": Problem(
            422,
            "A name has 1 to {most} visible characters.",
            "名称须为 1–{most} 个可见字符。",
            *_REPAIR,
        ),
        "registration.region_form": Problem(
            422, "This is not the form of a region code.", "地区代码格式不正确。", *_REPAIR
        ),
        "registration.legal_form": Problem(
            422, "This is not the form of a legal form.", "法律形式格式不正确。", *_REPAIR
        ),
        "registration.size_class": Problem(
            422, "A size class is one of {known}.", "规模类型须为 {known} 之一。", *_REPAIR
        ),
        "registration.registered_in_future": Problem(
            422, "The day of registration lies after today, {today}.", "注册日期晚于今天（{today}）。", *_REPAIR
        ),
        "registration.roles": Problem(
            422, "Name one or more of {known}, each once.", "请从 {known} 中选择一项或多项，不得重复。", *_REPAIR
        ),
        "registration.unknown": Problem(
            404, "There is no such registration.", "登记不存在。", "Check the id.", "请检查编号。"
        ),
        "registration.state": Problem(409, "The registration is already {state}.", "该登记已处理（{state}）。", *_LOOK),
        "registration.reason_needed": Problem(422, "A reason is required here.", "此处必须填写理由。", *_REPAIR),
        "registration.organization_refused": Problem(
            422,
            "The registry does not take this organisation: {why}",
            "登记库不接受该单位：{why}",
            "Reject the claim, or have the organisation's data corrected.",
            "请驳回该登记或更正单位信息。",
        ),
        "registration.registry_silent": Problem(
            503, "The registry does not answer; nothing was changed.", "登记库暂无应答，未作任何更改。", *_LATER, True
        ),
    }


def _memberships() -> dict[str, Problem]:
    return {
        "membership.unknown": Problem(
            404, "There is no such membership.", "成员关系不存在。", "Check the id.", "请检查编号。"
        ),
        "membership.organization": Problem(
            422,
            "Who acts for an organisation registers with its credit code.",
            "代表单位办理的，请凭统一社会信用代码登记。",
            "Let him register.",
            "请由本人登记。",
        ),
        "membership.holder_unknown": Problem(422, "There is no such team or person.", "该团队或个人不存在。", *_REPAIR),
        "membership.holder_state": Problem(
            422,
            "The team is dissolved or a firm by now, or the person is erased.",
            "该团队已解散或已设立企业，或该个人信息已删除。",
            "Ask who acts for them now.",
            "请核实现由谁办理。",
        ),
        "membership.not_a_member": Problem(
            422,
            "The named person is no core member of this team.",
            "所列人员不是该团队的核心成员。",
            "Name one of its core members, after his paper was seen.",
            "请核对证件后填写其核心成员。",
        ),
        "membership.ended": Problem(409, "The membership has ended.", "成员关系已终止。", *_LOOK),
        "membership.own": Problem(
            409,
            "Nobody ends his own membership.",
            "不得终止自己的成员关系。",
            "Ask another member or an operator.",
            "请由其他成员或经办人办理。",
        ),
        "invitation.roles": Problem(
            422, "Invite for one or more of your own roles: {own}.", "只能授予自己拥有的角色：{own}。", *_REPAIR
        ),
    }


def _staff() -> dict[str, Problem]:
    return {
        "role_grant.unknown": Problem(
            404, "There is no such role grant.", "角色授权不存在。", "Check the id.", "请检查编号。"
        ),
        "role_grant.role_unknown": Problem(422, "{role} is not a staff role.", "{role} 不是工作人员角色。", *_REPAIR),
        "role_grant.bound_missing": Problem(
            422, "The role {role} must name a {bound}.", "角色 {role} 必须指定 {bound}。", *_REPAIR
        ),
        "role_grant.bound_unused": Problem(
            422, "The role {role} is not bound to a {bound}.", "角色 {role} 不应指定 {bound}。", *_REPAIR
        ),
        "role_grant.own": Problem(
            409, "Nobody gives himself a role or takes his own away.", "不得为自己授予或撤销角色。", *_ADMIN
        ),
        "role_grant.second_person": Problem(
            409,
            "Who proposed a role or would receive it cannot second it.",
            "提议人或被授权人不得复核。",
            *_ADMIN,
        ),
        "role_grant.not_proposed": Problem(409, "The grant is {state}.", "该授权状态为 {state}。", *_LOOK),
        "role_grant.not_active": Problem(409, "The grant is {state}.", "该授权状态为 {state}。", *_LOOK),
        "role_grant.duty_conflict": Problem(
            409,
            "This account serves as {duty} and cannot be {role} too.",
            "该账户已作为 {duty} 使用，不能兼任 {role}。",
            "Give the role to another person.",
            "请授予其他人员。",
        ),
        "role_grant.office_held": Problem(
            409,
            "This person holds the office {office} already.",
            "该人员已担任 {office}。",
            "End the earlier role first.",
            "请先终止原角色。",
        ),
        "role_grant.subject": Problem(
            422, "Name either a known person or the name of a new one.", "须指定已有人员或新人员姓名之一。", *_REPAIR
        ),
        "person.unknown": Problem(404, "There is no such person.", "人员不存在。", "Check the id.", "请检查编号。"),
        "person.duty_conflict": Problem(
            409,
            "This account serves as {duty} already.",
            "该账户已作为 {duty} 使用。",
            "Use another account.",
            "请使用其他账户。",
        ),
        "person.own": Problem(409, "Nobody disables himself.", "不得停用自己。", *_ADMIN),
        "person.erased": Problem(
            409, "The person's data was erased.", "该人员信息已删除。", "Nothing is left to do.", "无需处理。"
        ),
        "person.still_active": Problem(
            409, "Disable the person before erasing.", "删除前须先停用该人员。", "Disable first.", "请先停用。"
        ),
        "admins.two": Problem(422, "The first admins are two persons.", "首批管理员须为两人。", *_REPAIR),
        "admins.founded": Problem(
            409,
            "The first two admins exist already.",
            "首批两名管理员已设立。",
            "Propose further admins through them.",
            "请通过现有管理员提议新增。",
        ),
    }


def _clients() -> dict[str, Problem]:
    return {
        "client.unknown": Problem(404, "There is no such client.", "客户端不存在。", "Check the id.", "请检查编号。"),
        "client.failed": Problem(
            401, "Client id or secret is wrong.", "客户端编号或密钥错误。", "Check both.", "请核对编号与密钥。"
        ),
        "client.roles": Problem(
            422, "A client has one or more of your own roles: {own}.", "客户端角色须取自您的角色：{own}。", *_REPAIR
        ),
        "client.not_member": Problem(
            403,
            "You act for this organisation no more.",
            "您已不再代表该单位。",
            "Log in again.",
            "请重新登录。",
        ),
        "client.too_many": Problem(
            409,
            "An organisation has at most {most} clients.",
            "每个单位最多 {most} 个客户端。",
            "Disable one first.",
            "请先停用一个。",
        ),
        "client.disabled": Problem(
            409, "The client is disabled.", "客户端已停用。", "Make a new one.", "请新建客户端。"
        ),
        "client.device": Problem(
            409,
            "A device is not given another secret.",
            "设备不能更换密钥。",
            "Revoke it and pair it again.",
            "请先撤销该设备，再重新配对。",
        ),
        "pairing.failed": Problem(
            401,
            "This PIN is unknown, used or expired.",
            "该配对码无效、已使用或已过期。",
            "Ask the member for a new PIN.",
            "请向成员索取新的配对码。",
        ),
    }


def _edge() -> dict[str, Problem]:
    return {
        "rate.limited": Problem(
            429,
            "Too many requests; go on in {retry_after_seconds} s.",
            "请求过于频繁，请在 {retry_after_seconds} 秒后继续。",
            *_LATER,
            retryable=True,
        ),
        "request.path": Problem(
            400,
            "This path is ambiguous: no encoded characters, dots or empty segments are taken.",
            "路径含糊：不接受编码字符、点段或空段。",
            "Write the path plainly.",
            "请使用规范路径。",
        ),
        "upstream.unavailable": Problem(
            503, "The service behind this address is down.", "后端服务暂不可用。", *_LATER, retryable=True
        ),
        "upstream.timeout": Problem(
            504,
            "The service did not answer in time; the outcome is unknown.",
            "后端服务超时，结果未知。",
            "Send again with the same Idempotency-Key.",
            "请用同一 Idempotency-Key 重试。",
            retryable=True,
        ),
        "upstream.failed": Problem(
            502,
            "The service answered unintelligibly; the outcome is unknown.",
            "后端服务应答异常，结果未知。",
            "Send again with the same Idempotency-Key.",
            "请用同一 Idempotency-Key 重试。",
            retryable=True,
        ),
    }


PROBLEMS: Mapping[str, Problem] = _login() | _registrations() | _memberships() | _staff() | _clients() | _edge()
