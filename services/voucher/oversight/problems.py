"""Decides what oversight's refusals mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem

PROBLEMS: Mapping[str, Problem] = {
    "seal.head": Problem(
        422,
        "This is not a seal that this house has signed.",
        "这不是本系统签署的封印。",
        "Send the `jws` of a seal as it was given away, whole.",
        "请原样提交导出的封印 `jws`。",
    ),
    "support.unknown": Problem(
        404,
        "There is no such application or claim line.",
        "申领或兑付明细不存在。",
        "Check the id: it begins with app_ or cln_.",
        "请检查编号：应以 app_ 或 cln_ 开头。",
    ),
    "support.same": Problem(
        422, "A thing is always its own like.", "不能与自身比对。", "Name another one.", "请填写另一事项。"
    ),
    "support.no_match": Problem(
        409,
        "{other} is not among the matches.",
        "{other} 不在疑似重复之列。",
        "Read the matches again.",
        "请重新查询疑似重复。",
    ),
    "support.cleared": Problem(
        409,
        "Somebody has looked at {other} already.",
        "{other} 已有人核查并排除。",
        "Read the matches again.",
        "请重新查询疑似重复。",
    ),
    "outside.unknown": Problem(
        404,
        "There is no such list.",
        "名单不存在。",
        "Check the id: it begins with osl_.",
        "请检查编号：应以 osl_ 开头。",
    ),
    "outside.there": Problem(
        409,
        "This file was taken already.",
        "该文件已登记为名单。",
        "Withdraw the list that stands, or send another file.",
        "请先撤回已登记的名单，或提交其他文件。",
    ),
    "outside.withdrawn": Problem(
        409, "This list was withdrawn already.", "该名单已撤回。", "Read the list again.", "请重新查询名单。"
    ),
    "outside.file": Problem(
        422,
        "The file is no sheet that can be read ({why}).",
        "文件无法作为表格读取。",
        "Send CSV in UTF-8 or GB 18030, or a workbook (XLSX).",
        "请提交逗号分隔文件或电子表格文件。",
    ),
    "outside.columns": Problem(
        422,
        "No column has a heading by which a row is known: {headings}.",
        "表格中没有可用于比对的列，应至少有一列名为：{headings}。",
        "Name a column so, and send the file again.",
        "请按上述名称命名相应列后重新提交。",
    ),
    "outside.empty": Problem(
        422,
        "There is no row below the headings.",
        "表头之下没有数据行。",
        "Send a list that has rows.",
        "请提交有数据的名单。",
    ),
    "outside.too_long": Problem(
        422,
        "A list has at most {at_most} rows.",
        "一份名单最多 {at_most} 行。",
        "Send it as several files.",
        "请拆分为多个文件提交。",
    ),
    "outside.cell": Problem(
        422,
        "Row {row}, {heading}: {found} cannot be read.",
        "第 {row} 行“{heading}”无法读取：{found}。",
        "Correct the cell and send the file again.",
        "请更正该单元格后重新提交文件。",
    ),
    "outside.row_unknown": Problem(
        422,
        "Row {row} has no credit code, project, contract or invoice.",
        "第 {row} 行没有信用代码、项目、合同或发票，无法比对。",
        "Fill in one of them, or leave the row out.",
        "请补充其中之一，或删除该行。",
    ),
    "receipt.unknown": Problem(
        404,
        "There is nothing of this id to give a receipt for.",
        "没有与该编号对应的可出具凭证的事项。",
        "Check the id: it begins with vch_, red_, clm_ or pyt_.",
        "请检查编号：应以 vch_、red_、clm_ 或 pyt_ 开头。",
    ),
}
