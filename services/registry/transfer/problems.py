"""Decides what the refusals of imports and exports mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem
from services.registry.telling import moved_on, unknown, wrong

PROBLEMS: Mapping[str, Problem] = {
    "import.file_type": wrong("A list comes as CSV or as an XLSX workbook.", "名单须为逗号分隔文件或电子表格。"),
    "import.file_twice": wrong("The same file is named twice.", "同一文件重复。"),
    "import.mapping": wrong("There is no field {field} for the header {header}.", "表头“{header}”对应的字段不存在。"),
    "import.encoding": wrong("The file is neither in UTF-8 nor in GB 18030.", "文件编码无法识别。"),
    "import.unreadable": wrong("The file cannot be read at row {row}: {why}.", "文件第 {row} 行起无法读取。"),
    "import.too_large": wrong(
        "The file is larger than is taken: at most {at_most} {what}.", "文件超出限额：最多 {at_most}。"
    ),
    "import.header": wrong(
        "No row names all columns that are needed; missing: {missing}.", "未找到表头，或缺少必要的列。"
    ),
    "import.header_twice": wrong("Two columns are headed {column}.", "表头“{column}”重复。"),
    "import.contradiction": wrong(
        "Line {line} of the same import says something else of it.", "与本次导入第 {line} 条相互矛盾。"
    ),
    "import.unknown": unknown("There is no such import.", "导入记录不存在。"),
    "cell.missing": wrong("This column must not be empty.", "该列不能为空。"),
    "cell.surplus": wrong("The line has {cells} cells, more than there are columns.", "该行单元格多于列数。"),
    "cell.digits_lost": wrong(
        "A spreadsheet has kept this as a number and lost digits of it; format the column as text.",
        "该列被存为数字，末位已丢失，请改为文本格式。",
    ),
    "cell.day": wrong("This is no day, or could be two.", "日期无法识别。"),
    "cell.amount": wrong("This is no amount of money, or could be two.", "金额无法识别。"),
    "cell.unit": wrong("The cell is in {unit}, its column in {column}.", "单元格单位与表头单位不一致。"),
    "cell.not_whole_fen": wrong("The amount is no whole number of fen.", "金额须精确到分。"),
    "cell.count": wrong("This is no whole number.", "应为整数。"),
    "cell.year": wrong("This is no year.", "年度无法识别。"),
    "cell.choice": wrong("{given} is none of the words for this column.", "“{given}”不是该列的可选值。"),
    "cell.region_ambiguous": wrong("{region} may be any of {regions}.", "“{region}”对应多个区域：{regions}。"),
    "export.not_ready": moved_on("The export is {state}.", "导出文件尚不可用或已过期。"),
    "export.unknown": unknown("There is no such export.", "导出记录不存在。"),
}
