"""Decides who plays in the demonstration: firms, providers and contracts, all drawn from one seed."""

import random
from dataclasses import dataclass
from typing import Literal

from services.standards import uscc

FIRMS = 260
PRIORITY_FIRMS = 40
DISTRICTS = ("440703", "440704", "440705", "440781", "440783", "440784", "440785")
MAKERSPACES = ("珠西智谷众创空间", "珠西创城众创空间", "冈州创客众创空间")
PROVIDERS = (
    *MAKERSPACES,
    "五邑检验检测中心",
    "侨乡工业设计院",
    "江海软件开发所",
    "银湖湾管理咨询",
    "潭江知识产权事务所",
    "圭峰技术转移中心",
    "开平碉楼财务顾问",
    "恩平计量测试所",
    "鹤山培训学院",
)
CATEGORIES = ("testing", "design", "consulting", "training", "technical-exchange")
PLACES = ("蓬江", "江海", "新会", "台山", "开平", "鹤山", "恩平")
TRADES = (
    "精密机械",
    "新材料",
    "智能装备",
    "食品科技",
    "照明电器",
    "环保设备",
    "轨道配件",
    "生物制品",
    "信息技术",
    "五金制品",
)
FANCIES = ("恒", "盛", "达", "瑞", "华", "安", "信", "丰", "泰", "宏", "嘉", "远")

Path = Literal["accept", "silence", "dispute", "milestones", "void", "unused"]
PLAYED: tuple[Path, ...] = ("silence", "dispute", "void", "milestones", "accept")
"""What priority firms do, the first five in this order: each path is played for certain."""


@dataclass(frozen=True)
class Organization:
    """A party as it registers itself."""

    name: str
    uscc: str
    region: str
    size_class: str
    login: str


@dataclass(frozen=True)
class Firm:
    """A firm, and what it will do with a voucher. settlements: contract amounts in fen, one for each milestone."""

    organization: Organization
    priority: bool
    path: Path
    provider: int
    category: str
    settlements: tuple[int, ...]


@dataclass(frozen=True)
class Cast:
    """Everybody. twice, sanctioned and related are places in ``firms``; the related one to its provider."""

    firms: tuple[Firm, ...]
    providers: tuple[Organization, ...]
    twice: tuple[int, int]
    sanctioned: int
    related: int
    wrong_code: Organization


def draw(seed: int) -> Cast:
    """Everybody of a seed: the same seed draws the same people and amounts."""
    dice = random.Random(seed)
    numbers = dice.sample(range(10_000_000, 99_999_999), FIRMS + len(PROVIDERS) + 1)
    priority = set(dice.sample(range(FIRMS), PRIORITY_FIRMS))
    firms = [_firm(dice, index, numbers[index], index in priority) for index in range(FIRMS)]
    played = sorted(priority)
    for place, path in zip(played, PLAYED, strict=False):
        firms[place] = _with_path(dice, firms[place], path)
    others = [index for index in range(FIRMS) if index not in priority]
    return Cast(
        firms=tuple(firms),
        providers=tuple(
            _organization(name, f"provider{index:02}", numbers[FIRMS + index], DISTRICTS[index % len(DISTRICTS)])
            for index, name in enumerate(PROVIDERS)
        ),
        twice=(played[5], others[0]),
        sanctioned=others[1],
        related=played[4],
        wrong_code=_miscoded(_organization("江门错码贸易有限公司", "wrong", numbers[-1], DISTRICTS[0])),
    )


def _firm(dice: random.Random, index: int, number: int, priority: bool) -> Firm:
    district = dice.randrange(len(DISTRICTS))
    name = (
        f"江门市{PLACES[district]}{dice.choice(FANCIES)}{dice.choice(FANCIES)}{dice.choice(TRADES)}有限公司{index:03}"
    )
    organization = _organization(name, f"firm{index:03}", number, DISTRICTS[district])
    path: Path = dice.choices(("accept", "milestones", "unused"), (80, 15, 5))[0]
    return _with_path(dice, Firm(organization, priority, path, 0, "testing", ()), path)


def _with_path(dice: random.Random, firm: Firm, path: Path) -> Firm:
    provider = dice.randrange(len(PROVIDERS))
    parts = 2 if path == "milestones" else 1
    settlements = tuple(dice.randrange(2_500_000 // parts, 6_000_000 // parts) for _ in range(parts))
    return Firm(firm.organization, firm.priority, path, provider, category_of(provider), settlements)


def category_of(provider: int) -> str:
    """The category that a provider is admitted for in the demonstration."""
    return CATEGORIES[provider % len(CATEGORIES)]


def _organization(name: str, login: str, number: int, region: str) -> Organization:
    sizes = ("micro", "small", "medium")
    return Organization(name, uscc.complete(f"91{region}{number}"), region, sizes[number % 3], login)


def _miscoded(organization: Organization) -> Organization:
    last = organization.uscc[-1]
    wrong = uscc.ALPHABET[(uscc.ALPHABET.index(last) + 1) % len(uscc.ALPHABET)]
    return Organization(
        organization.name,
        organization.uscc[:-1] + wrong,
        organization.region,
        organization.size_class,
        organization.login,
    )
