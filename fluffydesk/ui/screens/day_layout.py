"""Where the cards of the calendar lie: pure geometry, in minutes of the axis and columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from fluffydesk.ui.screens.day_time import SLOT, Axis, clock_words
from fluffydesk.ui.screens.reading.calendar import Lane, Sheet
from fluffydesk.ui.screens.visits import Visit

SNAP = SLOT
STEP = 15
OPENS, CLOSES = 8 * 60, 18 * 60
"""When the day begins on the screen, and ends, where the clinic has not said when it is open."""


@dataclass(frozen=True)
class Column:
    """One day of a vet, room or table."""

    day: date
    lane: Lane

    def holds(self, visit: Visit) -> bool:
        """Whether a visit belongs to the vet, room or table."""
        own = visit.vet_id if self.lane.kind == "vet" else visit.room_id
        return own == self.lane.id


@dataclass(frozen=True)
class Card:
    """One visit in one column; beside others at its time it has one of `of` shares of the width."""

    visit: Visit
    lane: int
    first: int
    last: int
    free: int
    """When vet and room are free again: behind `last`, where clearing up takes time."""
    times: str = ""
    share: int = 0
    of: int = 1
    from_before: bool = False
    goes_on: bool = False


@dataclass(frozen=True)
class Shade:
    """A stretch of a column in which nothing is to be booked: "closed", "off", "gap" or "shut"."""

    first: int
    last: int
    kind: str
    why: str


@dataclass(frozen=True)
class Spot:
    """A spot in the calendar: a column's number and a minute of the axis."""

    lane: int
    minute: int


def columns_of(sheet: Sheet, by: str, only: UUID | None = None) -> tuple[Column, ...]:
    """Return the columns of a sheet: by "vet", "room" or "both", day after day.

    `only` leaves out the other vets.
    """
    vets = tuple(lane for lane in sheet.vets if only is None or lane.id == only)
    lanes = {"vet": vets, "room": sheet.rooms, "both": vets + sheet.rooms}[by]
    columns = [Column(day, lane) for day in sheet.days for lane in lanes]
    if len(sheet.days) == 1:
        return tuple(columns)
    # What has no vet or room yet is a column only of the days that have such visits.
    return tuple(
        one for one in columns if one.lane.id is not None or len(lanes) == 1 or _has_any(sheet, one)
    )


def arrange(visits: Iterable[Visit], columns: Sequence[Column], axis: Axis) -> tuple[Card, ...]:
    """Return the cards by column and time; those that overlap in a column share its width.

    A visit over midnight has a card on each of its days.
    """
    here: dict[tuple[date, str, UUID | None], list[Card]] = {}
    number = {(one.day, one.lane.kind, one.lane.id): n for n, one in enumerate(columns)}
    for visit in sorted(visits, key=lambda one: (one.starts, one.ends, one.id)):
        times = times_of(visit, axis)
        for day in _days_of(visit, axis):
            for kind, own in (("vet", visit.vet_id), ("room", visit.room_id)):
                key = (day, kind, own)
                if key in number:
                    card = card_on(visit, day, number[key], axis, visit.starts, visit.ends, times)
                    here.setdefault(key, []).append(card)
    return tuple(
        card
        for key in sorted(here, key=lambda key: number[key])
        for card in beside_each_other(here[key])
    )


def card_on(
    visit: Visit,
    day: date,
    lane: int,
    axis: Axis,
    starts: datetime,
    ends: datetime,
    times: str = "",
) -> Card:
    """Return the part of a visit at `[starts, ends)` that is on a day."""
    first = axis.of(day, starts)
    last = max(axis.end_of(day, ends), first + SNAP)
    free = ends + (visit.until - visit.ends)
    return Card(
        visit,
        lane,
        first,
        last,
        max(axis.end_of(day, free), last) if free > ends else last,
        times,
        from_before=starts.astimezone(axis.zone).date() < day,
        goes_on=(ends - timedelta(minutes=1)).astimezone(axis.zone).date() > day,
    )


def times_of(visit: Visit, axis: Axis) -> str:
    """Return from when until when a visit is, in words."""
    return f"{clock_words(visit.starts, axis.zone)} – {clock_words(visit.ends, axis.zone)}"


def beside_each_other(spans: Sequence[Card]) -> list[Card]:
    """Give each run of overlapping cards of a column as many shares as its busiest time needs."""
    cards: list[Card] = []
    run: list[tuple[Card, int]] = []
    ends: list[int] = []

    def close() -> None:
        cards.extend(_shared(card, share, len(ends)) for card, share in run)
        run.clear()
        ends.clear()

    for card in spans:
        if ends and card.first >= max(ends):
            close()
        free = next((share for share, end in enumerate(ends) if end <= card.first), len(ends))
        if free == len(ends):
            ends.append(card.free)
        else:
            ends[free] = card.free
        run.append((card, free))
    close()
    return cards


def shades_of(sheet: Sheet, column: Column, axis: Axis) -> tuple[Shade, ...]:
    """Return the stretches of a column outside of opening hours and shifts, and what is shut."""
    day, lane = column.day, column.lane
    shades: list[Shade] = []
    if sheet.opening is not None:
        spans = [one for each in sheet.opening.values() for one in each]
        shades += [Shade(a, b, "closed", "closed") for a, b in _outside(day, spans, axis)]
    shifts = sheet.shifts.get(lane.id, ()) if lane.kind == "vet" and lane.id else ()
    if shifts:
        shades += [Shade(a, b, "off", "not on shift") for a, b in _outside(day, shifts, axis)]
    for starts, ends, why in sheet.shut.get(lane.id, ()) if lane.id else ():
        first, last = axis.of(day, starts), axis.end_of(day, ends)
        if first < last:
            shades.append(Shade(first, last, "shut", why))
    shades += [Shade(first, last, "gap", "no such hour") for first, last in axis.gaps(day)]
    return tuple(shades)


def shift_words(sheet: Sheet, column: Column) -> str:
    """Return when the vet of a column is there that day, where it is planned."""
    if column.lane.kind != "vet" or column.lane.id is None:
        return ""
    words = [
        f"{clock_words(starts, sheet.zone)}–{clock_words(ends, sheet.zone)}"
        for starts, ends in sheet.shifts.get(column.lane.id, ())
        if starts.astimezone(sheet.zone).date() == column.day
    ]
    if not words and sheet.shifts.get(column.lane.id):
        return "off"
    return ", ".join(words)


def snapped(minute: float, step: int = SNAP) -> int:
    """Return the nearest minute that is a multiple of `step`."""
    return round(minute / step) * step


def card_at(cards: Sequence[Card], spot: Spot) -> Card | None:
    """Return the card under a spot, the leftmost where several are."""
    under = [
        card for card in cards if card.lane == spot.lane and card.first <= spot.minute < card.last
    ]
    return min(under, key=lambda card: (card.share, card.first), default=None)


def step_down(cards: Sequence[Card], spot: Spot, last: int) -> Spot:
    """Return the next spot below: past the card under it, else the next quarter or card."""
    under = card_at(cards, spot)
    if under is not None:
        return Spot(spot.lane, min(under.last, last - SNAP))
    quarter = spot.minute // STEP * STEP + STEP
    begin = [card.first for card in cards if card.lane == spot.lane and card.first > spot.minute]
    return Spot(spot.lane, min([quarter, last - SNAP, *begin]))


def step_up(cards: Sequence[Card], spot: Spot, first: int) -> Spot:
    """Return the next spot above: the card that ends there, else the quarter of an hour before."""
    under = card_at(cards, spot)
    minute = under.first if under is not None else spot.minute
    if minute <= first:
        return Spot(spot.lane, first)
    above = card_at(cards, Spot(spot.lane, minute - 1))
    if above is not None:
        return Spot(spot.lane, max(above.first, first))
    quarter = (minute - 1) // STEP * STEP
    ends = [card.last for card in cards if card.lane == spot.lane and card.last < minute]
    return Spot(spot.lane, max([quarter, first, *ends]))


def neighbour(cards: Sequence[Card], spot: Spot, chosen: UUID | None, by: int) -> Card | None:
    """Return the card before (-1) or after (+1) the chosen one, or the spot, in its column."""
    here = sorted(
        (card for card in cards if card.lane == spot.lane), key=lambda one: (one.first, one.share)
    )
    at = next((n for n, card in enumerate(here) if card.visit.id == chosen), None)
    if at is not None:
        return here[at + by] if 0 <= at + by < len(here) else None
    if by > 0:
        return next((card for card in here if card.first > spot.minute), None)
    return next((card for card in reversed(here) if card.first < spot.minute), None)


def _has_any(sheet: Sheet, column: Column) -> bool:
    return any(
        column.holds(visit) and visit.starts.astimezone(sheet.zone).date() == column.day
        for visit in sheet.visits
    )


def _shared(card: Card, share: int, of: int) -> Card:
    return card if of == 1 else replace(card, share=share, of=of)


def _days_of(visit: Visit, axis: Axis) -> list[date]:
    first = visit.starts.astimezone(axis.zone).date()
    last = (visit.ends - timedelta(minutes=1)).astimezone(axis.zone).date()
    return [day for day in axis.days if first <= day <= max(first, last)]


def _outside(
    day: date, spans: Sequence[tuple[datetime, datetime]], axis: Axis
) -> list[tuple[int, int]]:
    """Return the stretches of a day that lie in none of the spans."""
    start = axis.moment(day, 0)
    at, found = 0, []
    for starts, ends in sorted(spans):
        first, last = axis.of(day, starts), axis.end_of(day, ends) if ends > start else 0
        if last <= first:
            continue
        if first > at:
            found.append((at, first))
        at = max(at, last)
    if at < axis.length:
        found.append((at, axis.length))
    return found
