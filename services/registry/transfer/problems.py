"""Decides what the refusals of imports and exports mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping
from dataclasses import replace

from services.chassis.problems import Problem
from services.registry.telling import moved_on, unknown, wrong
from services.registry.transfer.domain.sheets import Unreadable

PROBLEMS: Mapping[str, Problem] = {
    "import.file_type": wrong("A list comes as CSV or as an XLSX workbook.", "名单须为逗号分隔文件或电子表格。"),
    "import.file_twice": wrong("The same file is named twice.", "同一文件重复。"),
    "import.mapping": wrong(
        "There is no field {field} for the header {header}; there are {known}.",
        "表头“{header}”对应的“{field}”不是可导入的列；可填：{known}。",
    ),
    "import.encoding": wrong("The file is neither in UTF-8 nor in GB 18030.", "文件编码无法识别。"),
    "import.unreadable": replace(
        wrong("The file cannot be read at row {row}: {why}.", "文件第 {row} 行起无法读取：{why}。"),
        words={
            "why": {
                Unreadable.QUOTES: "引号未成对",
                Unreadable.CELL: "单元格内容过长",
                Unreadable.LINE: "该行不符合逗号分隔文件的格式",
                Unreadable.NO_WORKBOOK: "不是电子表格文件",
                Unreadable.DAMAGED: "电子表格文件已损坏或内容不完整",
            }
        },
    ),
    "import.too_large": replace(
        wrong("The file is larger than is taken: at most {at_most} {what}.", "文件超出限额：最多 {at_most} {what}。"),
        words={"what": {"columns": "列", "lines": "行", "bytes": "字节（解压后）", "entries": "个内部文件"}},
    ),
    "import.header": wrong(
        "No row names all columns that are needed; missing: {missing} ({columns}). Not known are {strange}: "
        "`mapping` says which field they are, and GET /v1/imports/columns what is known.",
        "未找到表头，或缺少必要的列（可用表头）：{columns}。未识别的表头：{strange}，可在导入时指明其对应的列。",
    ),
    "import.header_twice": wrong("Two columns are headed {column}.", "表头“{column}”重复。"),
    "import.contradiction": wrong(
        "Line {line} of the same import says something else of it.", "与本次导入第 {line} 条相互矛盾。"
    ),
    "import.as_of": wrong(
        "An extract of a register names the day it tells of, and no other list does.",
        "登记信息须注明数据日期，其他名单不得填写。",
    ),
    "import.unknown": unknown("There is no such import.", "导入记录不存在。"),
    "cell.no_column": wrong("The file has no such column, and needs it here.", "文件中没有该列，此处须填。"),
    "cell.missing": wrong("This column must not be empty.", "该列不能为空。"),
    "cell.surplus": wrong("The line has {cells} cells, more than there are columns.", "该行单元格多于列数。"),
    "cell.digits_lost": wrong(
        "A spreadsheet has kept this as a number and lost digits of it; format the column as text.",
        "该列被存为数字，末位已丢失，请改为文本格式。",
    ),
    "cell.day": wrong("This is no day, or could be two.", "日期无法识别。"),
    "cell.amount": wrong("This is no amount of money, or could be two.", "金额无法识别。"),
    "cell.unit": wrong(
        "The cell is in {unit}, its column in {column}.", "单元格单位“{unit}”与表头单位“{column}”不一致。"
    ),
    "cell.not_whole_fen": wrong("The amount is no whole number of fen.", "金额须精确到分。"),
    "cell.count": wrong("This is no whole number.", "应为整数。"),
    "cell.year": wrong("This is no year.", "年度无法识别。"),
    "cell.choice": wrong(
        "{given} is none of the words for this column, which are {known}.", "“{given}”不是该列的可选值；可选：{known}。"
    ),
    "cell.region_ambiguous": wrong("{region} may be any of {regions}.", "“{region}”对应多个区域：{regions}。"),
    "export.not_ready": moved_on("The export is {state}.", "导出文件尚不可用或已过期。"),
    "export.unknown": unknown("There is no such export.", "导出记录不存在。"),
}
