"""Where the cards of a day lie in the calendar: pure geometry, in minutes, lanes and pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from fluffydesk.ui.screens.visits import Lane, Visit, minute_of

OPENS, CLOSES = 7 * 60, 20 * 60
SNAP = 5
STEP = 15


@dataclass(frozen=True)
class Card:
    """One visit in one lane; beside others at its time it has one of `of` shares of the width."""

    visit: Visit
    lane: int
    first: int
    last: int
    share: int = 0
    of: int = 1


@dataclass(frozen=True)
class Spot:
    """A spot in the day: a lane's number and a wall-clock minute."""

    lane: int
    minute: int


def hours(visits: Sequence[Visit], day: date, zone: ZoneInfo) -> tuple[int, int]:
    """Return the first and last minute shown: 07:00 to 20:00, more where visits need it."""
    first, last = OPENS, CLOSES
    for visit in visits:
        first = min(first, minute_of(visit.starts, day, zone) // 60 * 60)
        last = max(last, -(-minute_of(visit.ends, day, zone) // 60) * 60)
    return first, last


def arrange(
    visits: Sequence[Visit],
    lanes: Sequence[Lane],
    lane_of: Callable[[Visit], UUID | None],
    day: date,
    zone: ZoneInfo,
) -> tuple[Card, ...]:
    """Return the cards by lane and time; those that overlap in a lane share its width."""
    number = {lane.id: index for index, lane in enumerate(lanes)}
    cards: list[Card] = []
    for index in range(len(lanes)):
        here = [visit for visit in visits if number.get(lane_of(visit), -1) == index]
        spans = [
            (minute_of(visit.starts, day, zone), minute_of(visit.ends, day, zone), visit)
            for visit in sorted(here, key=lambda visit: (visit.starts, visit.ends, visit.id))
        ]
        cards += _beside(index, [(a, max(b, a + SNAP), visit) for a, b, visit in spans])
    return tuple(cards)


def _beside(lane: int, spans: Sequence[tuple[int, int, Visit]]) -> list[Card]:
    """Give each run of overlapping visits as many shares as are needed at its busiest."""
    cards: list[Card] = []
    run: list[tuple[int, int, Visit, int]] = []
    ends: list[int] = []

    def close() -> None:
        cards.extend(Card(visit, lane, a, b, share, len(ends)) for a, b, visit, share in run)
        run.clear()
        ends.clear()

    for first, last, visit in spans:
        if ends and first >= max(ends):
            close()
        free = next((share for share, end in enumerate(ends) if end <= first), len(ends))
        if free == len(ends):
            ends.append(last)
        else:
            ends[free] = last
        run.append((first, last, visit, free))
    close()
    return cards


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


def neighbour(cards: Sequence[Card], spot: Spot, by: int) -> Spot:
    """Return the card before (-1) or after (+1) a spot in its lane; the spot if there is none."""
    here = sorted(card.first for card in cards if card.lane == spot.lane)
    if by > 0:
        return Spot(spot.lane, next((a for a in here if a > spot.minute), spot.minute))
    return Spot(spot.lane, next((a for a in reversed(here) if a < spot.minute), spot.minute))
