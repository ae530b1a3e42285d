"""Where stays lie among rooms and days, or rooms and hours: pure geometry in columns and lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from fluffydesk.actions.rules.bookings import Taken, free_in, why_full
from fluffydesk.figures.stays import Span, day_span, hours_of
from fluffydesk.ui.screens.reading.stays import Board, Stay

OPENS, CLOSES = 7, 20
QUARTER = timedelta(minutes=15)
_A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Scale:
    """Columns of time: days, or the hours of one day."""

    columns: tuple[Span, ...]
    zone: ZoneInfo
    hourly: bool = False

    def place_of(self, moment: datetime) -> float:
        """Return how many columns from the left a moment is, within those shown."""
        for number, column in enumerate(self.columns):
            if moment < column.ends:
                lies = (moment - column.starts) / (column.ends - column.starts)
                return number + max(0.0, lies)
        return float(len(self.columns))

    def column_of(self, moment: datetime) -> int | None:
        """Return the column of a moment; None where it is not shown."""
        inside = (n for n, one in enumerate(self.columns) if one.starts <= moment < one.ends)
        return next(inside, None)

    def asked(self, column: int) -> Span:
        """Return what a cell tells of: its hour, or the evening before its day's midnight."""
        one = self.columns[column]
        return one if self.hourly else Span(one.ends - _A_MOMENT, one.ends)

    def after(self, column: int) -> Span:
        """Return its hour, or the moment after its day's midnight."""
        one = self.columns[column]
        return one if self.hourly else Span(one.ends, one.ends + _A_MOMENT)

    def day(self, column: int) -> date:
        """Return the calendar day of a column."""
        return self.columns[column].starts.astimezone(self.zone).date()

    def hour(self, column: int) -> int:
        """Return the hour of the clock at which a column begins."""
        return self.columns[column].starts.astimezone(self.zone).hour


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def days_scale(first: date, days: int, zone: ZoneInfo) -> Scale:
    """Return a column for each of some days."""
    every = (day_span(first + timedelta(days=n), zone) for n in range(days))
    return Scale(tuple(every), zone)


def hours_scale(day: date, stays: Sequence[Stay], zone: ZoneInfo) -> Scale:
    """Return a column for each hour of a day: 7 to 20 o'clock, more where sessions need it."""
    first, last = OPENS, CLOSES
    for stay in stays:
        for moment, is_end in ((stay.brought, False), (stay.fetched, True)):
            local = None if moment is None else moment.astimezone(zone)
            if local is not None and local.date() == day:
                first = min(first, local.hour)
                last = max(last, local.hour + (1 if is_end and local.minute else 0))
    moments = hours_of(day, first, last, zone)
    hour = timedelta(hours=1)
    return Scale(tuple(Span(one, one + hour) for one in moments), zone, hourly=True)


@dataclass(frozen=True)
class Bar:
    """A stay in a line, from one place of the scale to another."""

    stay: Stay
    line: int
    left: float
    right: float

    def covers(self, column: int) -> bool:
        """Say whether some of a column is under the bar."""
        return self.left < column + 1 and self.right > column


@dataclass(frozen=True)
class Cell:
    """Where the cursor is: a line of a room, and a column."""

    line: int
    column: int


@dataclass(frozen=True)
class RoomRow:
    """A room's lines; `room` None holds stays that have no room yet."""

    room: Taken | None
    first: int
    lines: int
    free: tuple[int, ...] = ()
    """Free places in each column."""
    taken: tuple[bool, ...] = ()
    """Whether somebody is there in each column: a night before a blocked day is not to be had."""
    blocked: tuple[str, ...] = ()
    """Why the room cannot be had in each column; "" where it can."""

    @property
    def id(self) -> UUID | None:
        return None if self.room is None else self.room.room_id

    @property
    def name(self) -> str:
        return "No room yet" if self.room is None else self.room.name

    def words(self, column: int) -> str:
        """Say of a column whether there is a place: blocked, full, or how many are free."""
        if self.room is None:
            return ""
        if self.blocked[column]:
            return self.blocked[column].capitalize()
        free = self.free[column]
        if free == 0:
            return "Full" if self.taken[column] else "No night"
        return "Free" if self.room.places == 1 else f"{free} free"


@dataclass(frozen=True)
class Plan:
    """Everything the grid draws."""

    scale: Scale
    rows: tuple[RoomRow, ...]
    bars: tuple[Bar, ...]

    @property
    def lines(self) -> int:
        return sum(row.lines for row in self.rows)

    def row_of(self, line: int) -> RoomRow | None:
        """Return the room of a line."""
        return next((row for row in self.rows if row.first <= line < row.first + row.lines), None)

    def bar_of(self, stay_id: UUID | None) -> Bar | None:
        return next((bar for bar in self.bars if bar.stay.id == stay_id), None)

    def bar_at(self, line: int, column: int) -> Bar | None:
        """Return the bar of a cell: of two, the one that stays for the night."""
        here = [bar for bar in self.bars if bar.line == line and bar.covers(column)]
        return max(here, key=lambda bar: bar.right, default=None)

    def free(self, column: int) -> int:
        """Return how many places of all rooms are free in a column."""
        return sum(row.free[column] for row in self.rows if row.room is not None)


def plan_of(board: Board, scale: Scale, words: str = "") -> Plan:
    """Lay out a board: each room has as many lines as it needs, and one to book in if it has.

    What the search leaves out is not drawn, and takes its place all the same.
    """
    rows: list[RoomRow] = []
    bars: list[Bar] = []
    line = 0
    homeless = [stay for stay in board.stays if stay.room_id is None]
    rooms: list[Taken | None] = [*board.rooms, *([None] if homeless else [])]
    for room in rooms:
        room_id = None if room is None else room.room_id
        mine = [stay for stay in board.stays if stay.room_id == room_id]
        placed, used = _lines_of(mine, scale, line)
        bars += [bar for bar in placed if bar.stay.says(words)]
        spare = room is not None and room.places > used
        lines = max(1, used + (1 if spare and used else 0))
        rows.append(_row(room, line, lines, scale))
        line += lines
    return Plan(scale, tuple(rows), tuple(bars))


def _row(room: Taken | None, line: int, lines: int, scale: Scale) -> RoomRow:
    if room is None:
        return RoomRow(None, line, lines)
    asked = [scale.asked(column) for column in range(len(scale.columns))]
    blocked = []
    for span in scale.columns:
        closed = (b for b in room.blocks if b.places == 0 and b.span.meets(span))
        blocked.append(next((block.words for block in closed), ""))
    return RoomRow(
        room,
        line,
        lines,
        tuple(_free(room, scale, column) for column in range(len(scale.columns))),
        tuple(any(one.meets(span) for one in room.spans) for span in asked),
        tuple(blocked),
    )


def _free(room: Taken, scale: Scale, column: int) -> int:
    """Return the places that are free for a cell's hour, or for the night after its day.

    Who stays the night is there before midnight; a room that is blocked from then on has none.
    """
    free = free_in(room, scale.asked(column))
    return (
        free if scale.hourly else min(free, free_in(replace(room, spans=()), scale.after(column)))
    )


def _lines_of(stays: Sequence[Stay], scale: Scale, line: int) -> tuple[list[Bar], int]:
    """Put each stay into the first line that is free when it begins."""
    bars: list[Bar] = []
    ends: list[datetime] = []
    for stay in sorted(stays, key=lambda one: (one.span.starts, one.span.ends, one.id)):
        left, right = scale.place_of(stay.span.starts), scale.place_of(stay.span.ends)
        if right <= left:
            continue
        free = next((n for n, end in enumerate(ends) if end <= stay.span.starts), len(ends))
        if free == len(ends):
            ends.append(stay.span.ends)
        else:
            ends[free] = stay.span.ends
        bars.append(Bar(stay, line + free, left, right))
    return bars, len(ends)


def without(room: Taken, stay: Stay) -> Taken:
    """Return a room as if one of its stays were not there."""
    spans = list(room.spans)
    if stay.room_id == room.room_id and stay.takes_place and stay.span in spans:
        spans.remove(stay.span)
    return replace(room, spans=tuple(spans))


def why_not_there(board: Board, stay: Stay, room_id: UUID | None, span: Span) -> str:
    """Say why a stay cannot lie there; "" where it can, as far as this PC knows (rule 19)."""
    if span.ends <= span.starts:
        return "It would end before it begins."
    room = next((one for one in board.rooms if one.room_id == room_id), None)
    if room is not None:
        words = why_full(without(room, stay), span)
        if words:
            return words
    for other in board.stays:
        alike = other.overnight == stay.overnight and other.takes_place
        if alike and other.pet_id == stay.pet_id and other.id != stay.id and other.span.meets(span):
            return f"{stay.pet} has another booking at that time."
    return ""


def when_words(span: Span, zone: ZoneInfo, *, hourly: bool) -> str:
    """Return when a held stay would be: "Wed 11 Mar to Fri 13 Mar, 2 nights", or its hours."""
    starts, ends = span.starts.astimezone(zone), span.ends.astimezone(zone)
    if hourly:
        return f"{starts:%H:%M} to {ends:%H:%M}"
    count = (ends.date() - starts.date()) // timedelta(days=1)
    nights = "1 night" if count == 1 else f"{count} nights"
    return f"{starts:%a} {starts.day} {starts:%b} to {ends:%a} {ends.day} {ends:%b}, {nights}"
