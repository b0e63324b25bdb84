"""Decides what the refusals of whoever shows a code mean to a client: status, cause and remedy of each."""

from collections.abc import Mapping

from services.chassis.problems import Problem

_REPAIR = ("Correct the named fields and send again.", "请更正所列字段后重新提交。")
_NEW_CODE = ("Ask the holder for a new code.", "请用券单位出示新的券码。")
_THEN = ("Wait until then and send again.", "请届时再试。")

CONSENT: Mapping[str, Problem] = {
    "consent.invalid": Problem(
        422,
        "The code is unknown, used, too old or not for here, or its PIN is wrong.",
        "券码不存在、已使用、已过期或不适用于此处，或支付密码有误。",
        "Scan it, or type code and PIN, once more; if that fails, ask for a new code.",
        "请重新扫描，或重新输入券码和支付密码；仍无效时请出示新的券码。",
    ),
    "consent.ceiling": Problem(
        422,
        "The holder consented to {ceiling}, not to {asked}.",
        "用券单位同意的上限为 {ceiling}，不足 {asked}。",
        *_NEW_CODE,
    ),
    "consent.too_many": Problem(
        429,
        "Too many wrong codes from this organisation; they are taken again in {minutes} minutes.",
        "本单位错误尝试次数过多，{minutes} 分钟后可再试。",
        *_THEN,
        retryable=True,
    ),
    "instant.not_offered": Problem(
        422,
        "This scheme redeems by contract only.",
        "本政策仅支持按合同用券。",
        "Propose a redemption with the contract.",
        "请按合同提出用券。",
    ),
    "instant.too_much": Problem(
        422,
        "At the counter up to {up_to} of subsidy is redeemed.",
        "柜台即时用券的补贴上限为 {up_to}。",
        "Ask for less, or propose a redemption with the contract.",
        "请减少金额，或按合同提出用券。",
    ),
    "wallet.empty": Problem(
        422,
        "The wallet has no voucher that can be used now.",
        "卡包中没有当前可用的券。",
        "See the vouchers with their state.",
        "请查看各券状态。",
    ),
    "vouchers.differ": Problem(
        422,
        "Only vouchers of one scheme and version pay an order together.",
        "仅同一政策同一版本的券可合并支付一笔订单。",
        "Name vouchers of one scheme, or leave the choice to the wallet.",
        "请指定同一政策的券，或由卡包自动选择。",
    ),
    "voucher.exhausted": Problem(
        422, "Nothing is left on the voucher.", "该券额度已用完。", "Use another.", "请使用其他券。"
    ),
    "pin.required": Problem(
        422,
        "The PIN is needed for this.",
        "此操作需要支付密码。",
        "Enter it, or have the code made with it.",
        "请输入支付密码，或出示凭支付密码生成的券码。",
    ),
    "pin.wrong": Problem(422, "The PIN is wrong.", "支付密码错误。", "Enter it again.", "请重新输入。"),
    "pin.locked": Problem(
        429,
        "The PIN was wrong too often; it is taken again in {minutes} minutes.",
        "支付密码错误次数过多，已暂时锁定，{minutes} 分钟后可再试。",
        *_THEN,
        retryable=True,
    ),
    "pin.not_set": Problem(
        409, "The wallet has no PIN yet.", "尚未设置支付密码。", "Set one first.", "请先设置支付密码。"
    ),
    "pin.cooling": Problem(
        409,
        "The PIN was set anew and counts from {counts_from}.",
        "支付密码已重置，自 {counts_from} 起生效。",
        "Wait until then.",
        "请届时再试。",
    ),
    "pin.form": Problem(422, "A PIN has six digits.", "支付密码为六位数字。", *_REPAIR),
    "pin.weak": Problem(
        422,
        "This PIN is among the first that anybody would try.",
        "支付密码过于简单。",
        "Choose one without a pattern.",
        "请选择无规律的数字。",
    ),
    "pin.current_missing": Problem(
        422,
        "There is a PIN already.",
        "已设置支付密码。",
        "Send the current one, or the reason why it is not known: then the new one counts a day later.",
        "请提供当前密码；如已遗忘，请说明原因，新密码将于一天后生效。",
    ),
    "provider_code.unknown": Problem(
        404,
        "There is no such code.",
        "机构码不存在。",
        "Scan it again, or ask the provider.",
        "请重新扫描或询问服务机构。",
    ),
    "provider_code.retired": Problem(
        409, "The code is retired already.", "机构码已停用。", "Make a new one.", "请新建机构码。"
    ),
}
