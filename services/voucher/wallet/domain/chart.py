"""Draws what a simulation tells as an SVG picture: the money left over the queue, and who is refused by which rule."""

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

from services.standards.money import format_amount
from services.voucher.wallet.domain.outlook import Outlook

WIDTH, HEIGHT = 720, 300
LEFT, TOP, RIGHT, BOTTOM = 90, 46, 24, 46
BAR, ROW = 16, 26
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "left": "Left of the budget after each place of the queue",
        "dry": "runs dry at place {rank}, {on}",
        "lasts": "the budget lasts for everybody",
        "refused": "Refused, by rule (one applicant may break several)",
        "nobody": "nobody is refused",
    },
    "zh-CN": {
        "left": "按排位剩余预算",
        "dry": "第 {rank} 位用尽（{on}）",
        "lasts": "预算足够全部申领",
        "refused": "各规则不予通过数（同一申领可违反多项）",
        "nobody": "无不予通过",
    },
}


def chart(found: Outlook, *, title: str, currency: str, lang: str) -> str:
    """The picture as SVG text, complete in itself, without scripts; lang: ``en`` or ``zh-CN``."""
    words, bars = WORDS[lang], len(found.refusals) or 1
    height = HEIGHT + 40 + bars * ROW
    body = [*_curve(found, words, currency), *_bars(found, words)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
            f' role="img" font-family="sans-serif" font-size="12">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
            _text(LEFT, 18, title, size=14),
            *body,
            "</svg>",
        ]
    )


def _curve(found: Outlook, words: Mapping[str, str], currency: str) -> Iterator[str]:
    """A line from the whole budget to what is left, with the place at which it runs dry."""
    floor, wide = HEIGHT - BOTTOM, WIDTH - LEFT - RIGHT
    places, most = max(1, found.curve[-1][0]), max(1, found.budget)
    points = " ".join(
        f"{LEFT + wide * place // places},{floor - (floor - TOP) * left // most}" for place, left in found.curve
    )
    yield _text(LEFT, TOP - 10, words["left"])
    yield f'<path d="M{LEFT} {TOP}V{floor}H{WIDTH - RIGHT}" fill="none" stroke="#444444"/>'
    yield f'<polyline points="{points}" fill="none" stroke="#1f6fb2" stroke-width="2"/>'
    yield _text(LEFT - 6, TOP + 10, format_amount(found.budget, currency), anchor="end", size=10)
    yield _text(LEFT - 6, floor, "0", anchor="end", size=10)
    yield _text(WIDTH - RIGHT, floor + 16, str(found.curve[-1][0]), anchor="end")
    dry = found.dry
    said = words["lasts"] if dry is None else words["dry"].format(rank=dry.rank, on=dry.came_on.isoformat())
    yield _text(LEFT, floor + 32, said, fill="#b23a1f" if dry is not None else "#2c7a3f")


def _bars(found: Outlook, words: Mapping[str, str]) -> Iterator[str]:
    """A bar for each rule, as long as many it refuses, with its name and number."""
    yield _text(LEFT, HEIGHT + 16, words["refused"] if found.refusals else words["nobody"])
    most, wide = max((one.applicants for one in found.refusals), default=1), WIDTH - LEFT - RIGHT - 300
    for row, one in enumerate(found.refusals):
        y = HEIGHT + 28 + row * ROW
        long = max(1, wide * one.applicants // most)
        yield f'<rect x="{LEFT}" y="{y}" width="{long}" height="{BAR}" fill="#c98a2b"/>'
        yield _text(LEFT + long + 6, y + 12, f"{one.applicants} · {one.rule or one.code}")


def _text(x: int, y: int, said: str, *, anchor: str = "start", size: int = 12, fill: str = "#222222") -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" fill="{fill}">{escape(said)}</text>'
