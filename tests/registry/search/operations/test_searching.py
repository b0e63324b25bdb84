"""Whatever is recorded is found by its name, its pinyin and with a slip, by whoever may see it."""

from services.chassis.database import Database
from tests.registry.search.samples import firms, found

NAMES = ("江门市检测中心", "江门检测", "蓬江區檢測技術（江门）有限公司", "ABC科技股份公司", "重庆行知科技")


async def test_what_is_named_so_comes_first_then_what_begins_so_then_what_has_it_inside(registry: Database) -> None:
    await firms(registry, *NAMES)
    assert await found(registry, "江门检测") == ["江门检测"]
    assert await found(registry, "检测") == ["江门检测", "江门市检测中心", "蓬江區檢測技術（江门）有限公司"]
