"""Holds the house numbers of docs/architecture.md over every module; each rule is shown a snippet that breaks it."""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST_MODULE, LONGEST_FUNCTION, MOST_PARAMETERS = 400, 70, 6
MEDIAN_MODULE, MEDIAN_FUNCTION = 90, 10
CHASSIS_FILES, CHASSIS_LINES = 42, 6_150  # docs/decisions/0005
SUPPRESSIONS = 5

NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}
SUPPRESSION = re.compile(r"#\s*(noqa|type:\s*ignore|mypy:|ruff:|pragma:|fmt:\s*off)")
UNFINISHED = re.compile(r"\b(TODO|FIXME)\b")
DATABASE_CLOCK = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp)\s*\(|\b(current|local)_?(date|time|timestamp)\b",
    re.IGNORECASE,
)
PYTHON_CLOCK = {
    *(("datetime", name) for name in ("now", "utcnow", "today")),
    ("date", "today"),
    *(("time", name) for name in ("time", "time_ns", "monotonic", "localtime", "gmtime")),
    *(("func", name) for name in ("now", "current_date", "current_timestamp", "clock_timestamp", "localtimestamp")),
}
MONEY_CODE = ("services/voucher/", "services/registry/", "migrations/voucher/", "migrations/registry/")
REAL_TIME = {"services/voucher/directory/store/feed.py", "services/voucher/directory/store/outline.py"}
"""What lies beside money code and needs real time: how old the directory is, and no more."""
SECRETS = {"password", "secret", "client_secret", "token", "access_token", "refresh_token"}
BESIDE_THE_SERVICES = {"bench", "journeys", "faults", "ledger", "docs", "migrations", "deploy"}
"""Folders of tests that mirror no package."""

type_of_function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root with forward slashes, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def functions(self) -> list[type_of_function]:
        return [node for node in ast.walk(self.tree) if isinstance(node, type_of_function)]

    @cached_property
    def rooms(self) -> set[str]:
        """Folders on the way and the file's own name: a room is a file first and a folder later."""
        return {part.removesuffix(".py") for part in PurePosixPath(self.path).parts}


Rule = Callable[[Source], Iterator[str]]


def a_module_is_short(source: Source) -> Iterator[str]:
    lines = source.text.count("\n")
    if lines > LONGEST_MODULE:
        yield f"{lines} lines"


def a_module_says_what_it_decides_or_remembers(source: Source) -> Iterator[str]:
    if source.text.strip():
        opening = (ast.get_docstring(source.tree) or "").split("\n\n")[0].rstrip()
        if not opening.endswith("."):
            yield "does not open with one sentence"


def a_function_is_short(source: Source) -> Iterator[str]:
    for function in source.functions:
        lines = length(function)
        if lines > LONGEST_FUNCTION:
            yield f"{function.name} has {lines} lines"


def a_function_asks_for_little(source: Source) -> Iterator[str]:
    if source.path.startswith("tests/"):
        return
    for function in source.functions:
        arguments = function.args
        names = [one.arg for one in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]]
        asked = len([name for name in names if name not in {"self", "cls"}])
        if asked > MOST_PARAMETERS:
            yield f"{function.name} asks for {asked} parameters"


def a_file_is_called_what_it_is_about(source: Source) -> Iterator[str]:
    for name in sorted(source.rooms & NAMES_THAT_SAY_NOTHING):
        yield f"{name!r} says nothing"


def nothing_is_left_to_do(source: Source) -> Iterator[str]:
    for comment in comments(source):
        if UNFINISHED.search(comment):
            yield comment


def money_code_has_one_clock(source: Source) -> Iterator[str]:
    """Business time is read once from the business clock: no other clock of Python's or of the database's."""
    if not source.path.startswith(MONEY_CODE) or source.path in REAL_TIME:
        return
    spoken = docstrings(source.tree)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            if (owner, node.attr) in PYTHON_CLOCK:
                yield f"line {node.lineno}: {owner}.{node.attr}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in spoken:
            clock = DATABASE_CLOCK.search(node.value)
            if clock:
                yield f"line {node.lineno}: {clock[0]} in SQL"


def only_api_depends(source: Source) -> Iterator[str]:
    if not source.path.startswith("services/") or source.rooms & {"api", "chassis"}:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("fastapi"):
            yield from (f"imports {name.name}" for name in node.names if name.name in {"Depends", "Security"})


def only_operations_open_a_transaction(source: Source) -> Iterator[str]:
    if not re.match(r"services/(gateway|registry|voucher)/", source.path) or "operations" in source.rooms:
        return
    for node in ast.walk(source.tree):
        for item in node.items if isinstance(node, ast.With | ast.AsyncWith) else []:
            opened = item.context_expr
            called = opened.func if isinstance(opened, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in {"begin", "begin_nested", "read"}:
                yield f"line {opened.lineno}: .{called.attr}()"


def a_secret_is_not_shown(source: Source) -> Iterator[str]:
    """A dataclass is shown whole in every traceback that names it."""
    if not source.path.startswith("services/"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and any("dataclass" in ast.unparse(one) for one in node.decorator_list):
            for line in node.body:
                if isinstance(line, ast.AnnAssign) and is_shown_secret(line):
                    yield f"{node.name}.{ast.unparse(line.target)}"


def a_lock_lets_others_refer_to_its_row(source: Source) -> Iterator[str]:
    """Keys never change, so whoever only refers to a locked row (FOR KEY SHARE) is not made to wait out of order."""
    if not source.path.startswith("services/voucher/"):
        return
    calls = (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))
    for call in calls:
        locks = isinstance(call.func, ast.Attribute) and call.func.attr == "with_for_update"
        if locks and not {"key_share", "read"} & {one.arg for one in call.keywords}:
            yield ast.unparse(call)[-60:]


def a_test_lies_where_its_subject_lies(source: Source) -> Iterator[str]:
    folder = PurePosixPath(source.path).parent
    if folder.parts[:1] != ("tests",) or len(folder.parts) == 1 or folder.parts[1] in BESIDE_THE_SERVICES:
        return
    subject = ROOT / "services" / PurePosixPath(*folder.parts[1:])
    if not subject.is_dir() and not subject.with_suffix(".py").is_file():
        yield f"there is no {subject.relative_to(ROOT)}"


RULES: list[Rule] = [
    a_module_is_short,
    a_module_says_what_it_decides_or_remembers,
    a_function_is_short,
    a_function_asks_for_little,
    a_file_is_called_what_it_is_about,
    nothing_is_left_to_do,
    money_code_has_one_clock,
    only_api_depends,
    only_operations_open_a_transaction,
    a_secret_is_not_shown,
    a_lock_lets_others_refer_to_its_row,
    a_test_lies_where_its_subject_lies,
]


def is_shown_secret(field: ast.AnnAssign) -> bool:
    if ast.unparse(field.target) not in SECRETS or "str" not in re.findall(r"\w+", ast.unparse(field.annotation)):
        return False
    asked = field.value.keywords if isinstance(field.value, ast.Call) else []
    return not any(one.arg == "repr" and ast.unparse(one.value) == "False" for one in asked)


def length(function: type_of_function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def comments(source: Source) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(source.text).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def suppressions(source: Source) -> list[str]:
    return [f"{source.path}: {comment}" for comment in comments(source) if SUPPRESSION.search(comment)]


def docstrings(tree: ast.Module) -> set[ast.expr]:
    """Text that stands alone as a statement: it is for people."""
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def every_source() -> list[Source]:
    files = [path for folder in ("services", "migrations", "tests") for path in sorted((ROOT / folder).rglob("*.py"))]
    return [Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in files]


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    return every_source()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_module_keeps_the_rule(rule: Rule, sources: list[Source]) -> None:
    assert [f"{source.path}: {broken}" for source in sources for broken in rule(source)] == []


def test_the_usual_module_and_function_are_small(sources: list[Source]) -> None:
    built = [source for source in sources if source.path.startswith("services/")]
    assert median(source.text.count("\n") for source in built) < MEDIAN_MODULE
    assert median(length(function) for source in built for function in source.functions) <= MEDIAN_FUNCTION


def test_next_to_nothing_is_suppressed(sources: list[Source]) -> None:
    found = [one for source in sources for one in suppressions(source)]
    assert len(found) <= SUPPRESSIONS, found


def test_the_chassis_stays_within_its_budget(sources: list[Source]) -> None:
    chassis = [s for s in sources if s.path.startswith("services/chassis/") and not s.path.endswith("__init__.py")]
    assert len(chassis) <= CHASSIS_FILES
    assert sum(source.text.count("\n") for source in chassis) <= CHASSIS_LINES


LONG = '"""Decides."""\n' + "x = 1\n" * LONGEST_MODULE
LONG_FUNCTION = "def f():\n" + "    x = 1\n" * LONGEST_FUNCTION
VOUCHER = "services/voucher/wallet/store/x.py"
GOOD = '''"""Decides who gets a voucher, and never asks now()."""
async def issue(database, *, order):
    async with database.begin() as connection:
        return await business_now(connection)
'''


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (a_module_is_short, VOUCHER, LONG),
        (a_module_says_what_it_decides_or_remembers, VOUCHER, "x = 1\n"),
        (a_module_says_what_it_decides_or_remembers, VOUCHER, '"""Vouchers"""\n'),
        (a_function_is_short, VOUCHER, LONG_FUNCTION),
        (a_function_is_short, VOUCHER, "async " + LONG_FUNCTION),
        (a_function_asks_for_little, VOUCHER, "def f(a, b, c, /, d, *, e, f, g): ...\n"),
        (a_file_is_called_what_it_is_about, "services/voucher/utils.py", ""),
        (a_file_is_called_what_it_is_about, "services/voucher/common/money.py", ""),
        (nothing_is_left_to_do, VOUCHER, "x = 1  # TODO: later\n"),
        (money_code_has_one_clock, VOUCHER, "datetime.now(UTC)\n"),
        (money_code_has_one_clock, VOUCHER, "at = datetime.datetime.utcnow\n"),
        (money_code_has_one_clock, VOUCHER, "date.today()\n"),
        (money_code_has_one_clock, VOUCHER, "time.time()\n"),
        (money_code_has_one_clock, VOUCHER, "select(func.now())\n"),
        (money_code_has_one_clock, VOUCHER, 'text("SELECT now()")\n'),
        (money_code_has_one_clock, VOUCHER, 'f"due < CURRENT_DATE and {x}"\n'),
        (money_code_has_one_clock, "migrations/voucher/versions/0001_x.py", 'server_default("clock_timestamp()")\n'),
        (only_api_depends, VOUCHER, "from fastapi import Depends\n"),
        (only_api_depends, "services/voucher/app.py", "from fastapi.params import Depends\n"),
        (only_operations_open_a_transaction, VOUCHER, "async with database.begin() as connection: ...\n"),
        (only_operations_open_a_transaction, "services/gateway/api/x.py", "async with db.read() as c: ...\n"),
        (a_secret_is_not_shown, VOUCHER, "@dataclass(frozen=True)\nclass Proof:\n    client_secret: str\n"),
        (a_secret_is_not_shown, VOUCHER, "@dataclass\nclass Proof:\n    token: str | None = field(default=None)\n"),
        (a_lock_lets_others_refer_to_its_row, VOUCHER, "select(LINES).with_for_update(skip_locked=True)\n"),
        (a_test_lies_where_its_subject_lies, "tests/voucher/nowhere/test_x.py", ""),
    ],
)
def test_the_rule_can_be_broken(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(path, text)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_can_be_kept(rule: Rule) -> None:
    assert list(rule(Source("services/voucher/wallet/operations/issue.py", GOOD))) == []


@pytest.mark.parametrize("comment", ["# noqa: S101", "# type: ignore[misc]", "# pragma: no cover", "# fmt: off"])
def test_a_suppression_is_counted(comment: str) -> None:
    assert suppressions(Source(VOUCHER, f"x = 1  {comment}\n"))
