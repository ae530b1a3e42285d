"""The clinic today: who is here, who comes next, and what wants doing; one key moves a visit on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from fluffydesk.records.booking import Appointment
from fluffydesk.records.types import now
from fluffydesk.ui.fields.texts import clock_text, number_text
from fluffydesk.ui.link import link_of
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Card, Page
from fluffydesk.ui.parts.controls import Button, Words
from fluffydesk.ui.parts.tile import Tile
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.booking_form import open_booking
from fluffydesk.ui.screens.reading.clinic import ClinicDay, clinic_day
from fluffydesk.ui.screens.reading.sync import Sums
from fluffydesk.ui.screens.visit_acts import VisitActs
from fluffydesk.ui.screens.visit_list import VisitList, wait_words
from fluffydesk.ui.screens.visits import WATCHED, Visit
from fluffydesk.work import Work

_STAGES = (
    "Booked",
    "Confirmed",
    "Waiting",
    "In room",
    "With vet",
    "To pay",
    "Done",
    "No-show",
)
_DEFINITIONS = {
    "visits": "Visits that begin today, without those cancelled, by how far they are.",
    "waiting": "Patients who have arrived and are not in a room yet, and the longest wait.",
    "next": "The next visit that has not begun.",
    "no_shows": "Visits of this week, from Monday, that were marked as no-show. The line is the "
    "twelve weeks before.",
    "stock": "Items whose balance, the sum of their ledger, lies below their reorder level.",
    "sync": "Edits of this PC that central has not seen, and what waits for your decision.",
}


class ClinicToday(Screen):
    """Six tiles and the visits of today that are not over; each tile opens what it counts."""

    key = "clinic_today"
    title = "Today"
    icon = "today"
    adds = Appointment
    group = "Day"
    watches = WATCHED | {"farm_inventory", "inventory_transactions"}
    help = (
        "Today's visits in the order in which they come. A or Space moves the chosen one on: "
        "arrived, in room, done. Enter opens it.\n"
        "Click a tile, or press Enter on it, to see what it counts."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.clock: Callable[[], datetime] = now
        self.shown: ClinicDay | None = None
        self.acts = VisitActs(self)
        self.tiles = {
            key: Tile(title, definition=_DEFINITIONS[key], icon_role=icon)
            for key, title, icon in (
                ("visits", "Visits today", "calendar"),
                ("waiting", "Waiting now", "waiting"),
                ("next", "Next arrival", "clock"),
                ("no_shows", "No-shows this week", "warning"),
                ("stock", "Stock low", "stores"),
                ("sync", "Not sent yet", "sync"),
            )
        }
        for key, place in (
            ("visits", Place("calendar")),
            ("no_shows", Place("calendar")),
            ("stock", Place("stores")),
            ("sync", Place("sync")),
        ):
            self.tiles[key].pressed.connect(partial(self.go.emit, place))
        self.list = VisitList("Visits of today", lambda: self.clock())
        self.list.picked.connect(self._open)
        self.list.advanced.connect(self.acts.advance)
        self.tiles["waiting"].pressed.connect(self.list.setFocus)
        self.tiles["next"].pressed.connect(self._to_next)
        self.none = Words("No more visits today.", role="muted")
        self._arrange()
        self._minute = QTimer(self)
        self._minute.setInterval(30_000)
        self._minute.timeout.connect(self._tick)
        self._minute.start()
        link_of(work).changed.connect(self._tick)

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (("A or Space", "Move the chosen visit on"), ("Enter", "Open it"))

    def primary(self) -> Primary:
        return "New appointment", lambda: open_booking(self, self.work, None)

    def reload(self) -> None:
        zone = self.work.whose.zone
        on = self.clock().astimezone(zone).date()
        self.work.on_mirror(lambda mirror: clinic_day(mirror, on, zone), self._show, latest=True)

    def arrive(self, place: Place) -> None:
        self.reload()

    def _arrange(self) -> None:
        tiles = QGridLayout()
        tiles.setSpacing(measures.CARD)
        for number, tile in enumerate(self.tiles.values()):
            tiles.addWidget(tile, number // 3, number % 3)
            tiles.setColumnStretch(number % 3, 1)
        card = Card("Still to come and in the house")
        card.act(Button("Move on  (A)", self._advance, icon_role="next"))
        self.list.setMinimumHeight(200)
        card.add(self.list, 1)
        card.add(self.none)
        page = Page(measures.CARD)
        page.add(tiles)
        page.add(card, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(page)
        self.setFocusProxy(self.list)

    def _show(self, day: ClinicDay) -> None:
        self.shown = day
        coming = [visit for visit in day.visits if visit.open]
        self.list.show_visits(coming)
        self.list.setVisible(bool(coming))
        self.none.setVisible(not coming)
        self._show_visits(day)
        self._show_waiting(coming)
        self._show_next(coming)
        self.tiles["no_shows"].show_value(
            number_text(day.no_shows),
            note=_before(day.no_shows_before),
            history=day.no_shows_before,
        )
        low = ", ".join(day.low[:2]) + (" .." if len(day.low) > 2 else "")
        self.tiles["stock"].show_value(
            number_text(len(day.low)),
            "item" if len(day.low) == 1 else "items",
            note=low or "Everything above its reorder level",
            tone="warning" if day.low else "",
        )
        self._show_sums(day.sums)

    def _show_visits(self, day: ClinicDay) -> None:
        counted = [visit for visit in day.visits if visit.stage != "Cancelled"]
        stages = Counter(visit.stage for visit in counted)
        told = [f"{stages[stage]} {stage.lower()}" for stage in _STAGES if stages[stage]]
        self.tiles["visits"].show_value(
            number_text(len(counted)),
            note=", ".join(told) or "Nobody is booked today",
        )

    def _show_waiting(self, coming: list[Visit]) -> None:
        waiting = [visit for visit in coming if visit.stage == "Waiting"]
        longest = min(waiting, key=lambda visit: visit.arrived_at or self.clock(), default=None)
        note = "Nobody waits"
        if longest is not None:
            note = f"{longest.pet} waits {wait_words(longest, self.clock())}"
        self.tiles["waiting"].show_value(number_text(len(waiting)), note=note)

    def _show_next(self, coming: list[Visit]) -> None:
        following = next((v for v in coming if v.stage in ("Booked", "Confirmed")), None)
        if following is None:
            self.tiles["next"].show_value("–", note="Nobody is to come today")
            return
        late = int((self.clock() - following.starts).total_seconds() // 60)
        who = " · ".join(part for part in (following.pet, following.client) if part)
        self.tiles["next"].show_value(
            clock_text(following.starts),
            note=f"{who}, {late} min late" if late > 0 else who,
            tone="warning" if late > 0 else "",
        )

    def _show_sums(self, found: Sums) -> None:
        parts = []
        if found.conflicts:
            parts.append(f"{found.conflicts} in conflict")
        if found.refused:
            parts.append(f"{found.refused} refused")
        note = " and ".join(parts) + ": decide" if parts else "Nothing waits for you"
        self.tiles["sync"].show_value(
            number_text(found.waiting),
            "edit" if found.waiting == 1 else "edits",
            note=note,
            tone="danger" if parts else "",
        )

    def _advance(self) -> None:
        visit = self.list.visit()
        if visit is not None:
            self.acts.advance(visit)
        self.list.setFocus()

    def _to_next(self) -> None:
        coming = () if self.shown is None else self.shown.visits
        for visit in coming:
            if visit.stage in ("Booked", "Confirmed"):
                self.list.choose(visit.id)
                break
        self.list.setFocus()

    def _open(self, visit_id: UUID) -> None:
        open_booking(self, self.work, visit_id)

    def _tick(self, _: object = None) -> None:
        if self.isVisible():
            self.reload()


def _before(weeks: tuple[float, ...]) -> str:
    if not weeks:
        return ""
    return f"Last week {weeks[-1]:.0f}, on average {sum(weeks) / len(weeks):.1f} a week"
