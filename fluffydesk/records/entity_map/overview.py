"""The overview: every subject as a box of its tables, with arrows where foreign keys cross."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from fluffydesk.records.entity_map.subjects import HUBS, Subject, crossings, subjects
from fluffydesk.records.enums import OrgType
from fluffydesk.records.vocabulary import Record

# Where each subject stands, so that arrows are short and few of them cross. One that is not
# named here stands in a free place or a row of its own.
_PLACES = (
    ("users", "organizations", "reviews", "community", "analytics"),
    ("system", "commerce", "booking", "payments", "lost_found"),
    ("events", "iot", "farm_resources", "medical", "pets"),
    ("communication", "farm", "livestock", "breeding", "reference"),
)
_COLUMNS = 5

_WIDTH, _HEAD, _LINE, _FOOT, _PAD = 236, 32, 17, 26, 9
_GAP_X, _GAP_Y, _MARGIN, _TOP = 74, 62, 44, 104
_HUB_COLOURS = {"users": "#b4548c", "organizations": "#2f6f9f"}
_PAPER = "#fbfaf7"
_FARM, _CLINIC = "#4c8a3f", "#3b78c3"
Point = tuple[float, float]
_SANS = "'Inter','Segoe UI',system-ui,'DejaVu Sans',sans-serif"
_MONO = "ui-monospace,'SF Mono','Cascadia Mono','DejaVu Sans Mono',monospace"


@dataclass(frozen=True)
class Box:
    """Where a subject is drawn."""

    subject: Subject
    colour: str
    x: float
    y: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        """The point at which arrows aim."""
        return self.x + _WIDTH / 2, self.y + self.height / 2

    def edge_towards(self, x: float, y: float, gap: float) -> tuple[float, float]:
        """Return where a line from the middle to a point leaves the box, and `gap` further."""
        mx, my = self.middle
        dx, dy = x - mx, y - my
        reach = min(
            (_WIDTH / 2) / abs(dx) if dx else math.inf,
            (self.height / 2) / abs(dy) if dy else math.inf,
        )
        reach += gap / math.hypot(dx, dy)
        return mx + dx * reach, my + dy * reach

    def hides(self, begin: Point, bend: Point, end: Point) -> bool:
        """Say whether a curve passes through the box, or too near it."""
        near = 7
        for n in range(33):
            t = n / 32
            x, y = (
                begin[i] * (1 - t) ** 2 + 2 * bend[i] * t * (1 - t) + end[i] * t**2 for i in (0, 1)
            )
            if (
                self.x - near < x < self.x + _WIDTH + near
                and self.y - near < y < self.y + self.height + near
            ):
                return True
        return False


def draw() -> str:
    """Return the overview as an SVG."""
    boxes = {box.subject.name: box for box in _placed()}
    width = _MARGIN * 2 + _COLUMNS * _WIDTH + (_COLUMNS - 1) * _GAP_X
    height = max(box.y + box.height for box in boxes.values()) + _MARGIN
    tables = sum(len(box.subject.records) for box in boxes.values())
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:g}"'
        f' width="{width}" height="{height:g}" role="img" font-family="{_SANS}">',
        f"<title>{tables} tables in {len(boxes)} subjects</title>",
        f'<rect width="{width}" height="{height:g}" rx="14" fill="{_PAPER}"/>',
        *_legend(tables, len(boxes), width),
    ]
    for (source, target), keys in sorted(crossings().items()):
        if _is_drawn(source, target):
            parts += _arrow(boxes[source], boxes[target], keys, boxes.values())
    for box in boxes.values():
        parts += _box(box)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _is_drawn(source: str, target: str) -> bool:
    return crossings()[source, target] > 0 and (target not in HUBS or source in HUBS)


def _placed() -> Iterator[Box]:
    known = {subject.name: subject for subject in subjects()}
    order = {name: n for n, name in enumerate(known)}
    rows = [[name for name in row if name in known] for row in _PLACES]
    named = {name for row in rows for name in row}
    for name in known:
        if name not in named:
            if len(rows[-1]) == _COLUMNS:
                rows.append([])
            rows[-1].append(name)
    y = float(_TOP)
    for row in rows:
        tallest = max(_height(known[name]) for name in row)
        for column, name in enumerate(row):
            height = _height(known[name])
            yield Box(
                known[name],
                _HUB_COLOURS.get(name) or _colour(order[name], len(order)),
                _MARGIN + column * (_WIDTH + _GAP_X),
                y + (tallest - height) / 2,
                height,
            )
        y += tallest + _GAP_Y


def _height(subject: Subject) -> float:
    return _HEAD + 2 * _PAD + len(subject.records) * _LINE + (_FOOT if _hubs(subject.name) else 0)


def _hubs(name: str) -> list[tuple[str, int]]:
    """Return how many keys lead from a subject to each of the hubs."""
    if name in HUBS:
        return []
    counted = crossings()
    return [(hub, counted[name, hub]) for hub in HUBS if counted[name, hub]]


def _colour(position: int, count: int) -> str:
    """Return one of as many colours as there are subjects, all equally dark."""
    return f"hsl({round(position * 360 / count)} 38% 38%)"


def _legend(tables: int, count: int, width: float) -> Iterator[str]:
    yield (
        f'<text x="{_MARGIN}" y="50" font-size="25" font-weight="700" fill="#23211d">'
        f"{tables} tables in {count} subjects</text>"
    )
    yield (
        f'<text x="{_MARGIN}" y="76" font-size="13.5" fill="#5d5950">An arrow leads from what'
        " points to what is pointed at; its number and its weight say by how many foreign keys."
        " A box's last line counts those to users and to organizations.</text>"
    )
    x = width - _MARGIN - 300
    for n, (colour, words) in enumerate(
        ((_FARM, "on the PCs of farms"), (_CLINIC, "on the PCs of clinics"))
    ):
        yield f'<circle cx="{x + n * 150}" cy="45" r="4" fill="{colour}"/>'
        yield (
            f'<text x="{x + n * 150 + 10}" y="49.5" font-size="13" fill="#5d5950">{words}</text>'
        )


def _arrow(source: Box, target: Box, keys: int, boxes: Iterable[Box]) -> Iterator[str]:
    """Yield a line from one box to another, with its head and number.

    It bends where another box would hide it.
    """
    colour, thick = source.colour, 1.1 + 0.9 * math.sqrt(keys)
    head = 6 + thick * 1.6
    (x1, y1), (cx, cy), (x2, y2) = _course(source, target, head, list(boxes))
    length = math.hypot(x2 - cx, y2 - cy)
    ux, uy = (x2 - cx) / length, (y2 - cy) / length
    half = head * 0.46
    points = " ".join(
        f"{x:.1f},{y:.1f}"
        for x, y in (
            (x2 + ux * head, y2 + uy * head),
            (x2 - uy * half, y2 + ux * half),
            (x2 + uy * half, y2 - ux * half),
        )
    )
    yield (
        f'<path d="M{x1:.1f} {y1:.1f}Q{cx:.1f} {cy:.1f} {x2:.1f} {y2:.1f}" stroke="{colour}"'
        f' stroke-width="{thick:.1f}" stroke-opacity=".62" fill="none"/>'
    )
    yield f'<polygon points="{points}" fill="{colour}"/>'
    if keys > 1:
        x, y = (x1 + 2 * cx + x2) / 4, (y1 + 2 * cy + y2) / 4
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="10" fill="{_PAPER}" stroke="{colour}"/>'
        yield (
            f'<text x="{x:.1f}" y="{y + 4:.1f}" font-size="11" font-weight="600"'
            f' text-anchor="middle" fill="{colour}">{keys}</text>'
        )


def _course(source: Box, target: Box, head: float, boxes: list[Box]) -> tuple[Point, Point, Point]:
    """Return begin, bend and end of the straightest line that no other box hides.

    Two that lead to and fro between the same boxes bend away from each other.
    """
    (ax, ay), (bx, by) = source.middle, target.middle
    length = math.hypot(bx - ax, by - ay)
    others = [box for box in boxes if box not in (source, target)]
    to_and_fro = _is_drawn(target.subject.name, source.subject.name)
    tried = [
        (sign * bend, along)
        for bend in (*([] if to_and_fro else [0]), *range(28, 340, 24))
        for along in (0.5, 0.3, 0.7, 0.1, 0.9)
        for sign in (1, -1)
    ]
    best: tuple[int, tuple[Point, Point, Point]] | None = None
    for bend, along in tried:
        middle = (
            ax + (bx - ax) * along - (by - ay) / length * bend,
            ay + (by - ay) * along + (bx - ax) / length * bend,
        )
        course = source.edge_towards(*middle, 0), middle, target.edge_towards(*middle, head)
        hidden = sum(box.hides(*course) for box in others)
        if best is None or hidden < best[0]:
            best = hidden, course
        if not hidden:
            break
    assert best is not None
    return best[1]


def _box(box: Box) -> Iterator[str]:
    x, y, subject = box.x, box.y, box.subject
    yield (
        f'<rect x="{x:g}" y="{y:g}" width="{_WIDTH}" height="{box.height:g}" rx="9" fill="#fff"'
        f' stroke="{box.colour}" stroke-width="1.4"/>'
    )
    yield (
        f'<path d="M{x:g} {y + _HEAD:g}v-{_HEAD - 9}a9 9 0 0 1 9 -9h{_WIDTH - 18}a9 9 0 0 1 9 9'
        f'v{_HEAD - 9}z" fill="{box.colour}"/>'
    )
    yield (
        f'<text x="{x + 13:g}" y="{y + 21:g}" font-size="14.5" font-weight="650" fill="#fff">'
        f"{escape(subject.title)}</text>"
    )
    yield (
        f'<text x="{x + _WIDTH - 13:g}" y="{y + 21:g}" font-size="13" text-anchor="end"'
        f' fill="#fff" fill-opacity=".8">{len(subject.records)}</text>'
    )
    for n, record in enumerate(subject.records):
        yield from _line(record, x, y + _HEAD + _PAD + (n + 1) * _LINE - 5)
    hubs = _hubs(subject.name)
    foot = y + box.height - 12
    if hubs:
        yield (
            f'<path d="M{x + 13:g} {foot - 15:g}h{_WIDTH - 26}" stroke="{box.colour}"'
            ' stroke-opacity=".25"/>'
        )
    for n, (hub, keys) in enumerate(hubs):
        words = f"{keys} → {hub}"
        at, anchor = (x + 13, "start") if n == 0 else (x + _WIDTH - 13, "end")
        yield (
            f'<text x="{at:g}" y="{foot + 3:g}" font-size="11.5" text-anchor="{anchor}"'
            f' fill="{_HUB_COLOURS[hub]}">{words}</text>'
        )


def _line(record: type[Record], x: float, y: float) -> Iterator[str]:
    """Yield a table's name, with dots that say whose PCs keep it."""
    kept = record.__access__.mirrored
    whose = ((OrgType.FARM, _FARM), (OrgType.VETERINARY_CLINIC, _CLINIC))
    dots = [colour for kind, colour in whose if kind in kept]
    for n, colour in enumerate(dots):
        yield f'<circle cx="{x + _WIDTH - 16 - n * 11:g}" cy="{y - 4:g}" r="3.2" fill="{colour}"/>'
    yield (
        f'<text x="{x + 13:g}" y="{y:g}" font-size="11.5" font-family="{_MONO}" fill="#35322c">'
        f"{record.__table__.name}</text>"
    )
