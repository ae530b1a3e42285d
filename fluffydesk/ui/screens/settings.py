"""Settings: this PC and who sits here, the organization's conventions, looks, signing out."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import ClassVar, cast

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QGridLayout, QVBoxLayout, QWidget

import fluffydesk
from fluffydesk.errors import Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.whose import Whose
from fluffydesk.sync import window
from fluffydesk.sync.ports import Central, Door
from fluffydesk.ui import memory
from fluffydesk.ui.fields.texts import day_text, words
from fluffydesk.ui.link import Standing, ask_central, link_of
from fluffydesk.ui.look import measures, theme
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner, Card, Page
from fluffydesk.ui.parts.controls import Button, DropDown, Segments, Words, row
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.settings_farm import (
    WIDTH,
    ConventionsCard,
    OwnFieldsCard,
    keeps_animals,
)
from fluffydesk.ui.screens.settings_vet import FarmVetCard
from fluffydesk.wording import counted
from fluffydesk.work import Work

_THEME = "theme"
_WINDOWS: tuple[tuple[str, int | None], ...] = (
    ("Everything", None),
    ("The last 5 years", 60),
    ("The last 2 years", 24),
    ("The last 12 months", 12),
    ("The last 6 months", 6),
)
Kept = tuple[int | None, date | None, bool]
"""How many months of the logs are kept, from which day on, and whether all of that is here."""
_Weighed = tuple[int | None, int | None, int]
"""How many months were chosen, how many are kept now, and how many rows would leave."""


class Settings(Screen):
    """One column of cards: this PC's, then the organization's."""

    key = "settings"
    title = "Settings"
    icon = "settings"
    group = "This PC"
    watches = frozenset({"organizations", "custom_field_definitions"})
    help = (
        "Who is signed in on this PC, and where its copy of the records lies.\n"
        "Signing out keeps the copy, encrypted, for the next time. It is refused while edits "
        "wait that central has not seen; discarding them sets the copy aside.\n"
        "Logs kept on this PC says how far back milkings, rounds and the like stay here; central "
        "keeps all of them, and what leaves is told before it goes. The look is this PC's too.\n"
        "Units and conventions are the organization's: they change what is shown and reckoned, "
        "and the convention is printed beside each figure. Weights stay in kg, volumes in litres.\n"
        "Own fields are facts of your own on the cards of animals and flocks."
    )

    logged: ClassVar[str] = (
        "Milkings, egg rounds, feedings, weighings, shifts, notifications, and tasks and "
        "reminders that are done. What is open stays whatever its age, and so do animals, "
        "stock, visits and money. Nothing is deleted at central: keep more, and the older rows "
        "come back."
    )
    """What is said of the logs, of which the last months only may be kept."""

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.link = link_of(work)
        self.page = page = Page(widest=WIDTH)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(page)
        self._facts: dict[str, Words] = {}
        page.add(self._person_card())
        page.add(self._window_card())
        page.add(self._look_card())
        self.network_card = self._network_card()
        page.add(self.network_card)
        self.conventions = ConventionsCard(work)
        self.conventions.told.connect(self.tell)
        page.add(self.conventions)
        self.own_fields = OwnFieldsCard(work)
        page.add(self.own_fields)
        self.own_fields.setVisible(keeps_animals(work.whose))
        self.vets = FarmVetCard(work)
        self.vets.told.connect(self.tell)
        page.add(self.vets)
        self.vets.setVisible(keeps_animals(work.whose))
        page.add(self._sign_out_card())
        page.column.addStretch(1)
        work.whose_changed.connect(self._show)
        self.link.changed.connect(self._stands)
        self.link.sign_out_refused.connect(self._refused)
        self._show(work.whose)
        self._stands(self.link.standing)

    def reload(self) -> None:
        self._show(self.work.whose)
        self.work.on_mirror(_kept, self._show_kept)
        self.conventions.reload()
        self.own_fields.reload()
        if keeps_animals(self.work.whose):
            self.vets.reload()

    def _person_card(self) -> Card:
        card = Card("This PC")
        grid = QGridLayout()
        grid.setHorizontalSpacing(measures.GROUP)
        grid.setVerticalSpacing(measures.STEP)
        grid.setColumnStretch(1, 1)
        labels = (
            "Signed in",
            "Role",
            "Organization",
            "Time zone and currency",
            "This PC is called",
            "Central",
            "Copy of the records",
            "Version",
        )
        for number, label in enumerate(labels):
            value = Words("", wrap=True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setAccessibleName(label)
            grid.addWidget(Words(label, role="muted"), number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, number, 1, Qt.AlignmentFlag.AlignTop)
            grid.setRowMinimumHeight(number, 24)
            self._facts[label] = value
        card.add(grid)
        self._copy = Button("Copy the file's path", self._copy_path, icon_role="copy")
        self._logs = Button("Open the log folder", self._open_logs, icon_role="folder")
        card.add(row(self._copy, self._logs, None))
        return card

    def _window_card(self) -> Card:
        card = Card("Logs kept on this PC")
        card.add(
            Words(
                self.logged,
                role="muted",
                wrap=True,
            )
        )
        self.months = DropDown()
        self.months.setAccessibleName("Logs kept")
        for words_, months in _WINDOWS:
            self.months.addItem(words_, months)
        self.months.activated.connect(self._choose)
        self._kept = Words("", role="muted", wrap=True)
        card.add(row(Words("Keep"), self.months, None))
        card.add(self._kept)
        self._wanted: int | None = None
        self.plan = QWidget()
        self.plan_words = Words("", Type.STRONG, wrap=True)
        inside = QVBoxLayout(self.plan)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(measures.STEP + measures.TIGHT)
        inside.addWidget(self.plan_words)
        self.do_keep = Button("Keep that much", self._keep, kind="primary")
        self.do_leave = Button("Leave it as it is", self._leave)
        inside.addLayout(row(self.do_keep, self.do_leave, None))
        self.plan.hide()
        card.add(self.plan)
        return card

    def _choose(self, place: int) -> None:
        """Say what a choice will do before it is done."""
        months = cast("int | None", self.months.itemData(place))
        self.plan.hide()
        self._wanted = months
        self.work.on_mirror(partial(_leaving, months=months), self._weigh)

    def _weigh(self, found: _Weighed) -> None:
        months, now, rows = found
        if months != self._wanted or months == now:
            return
        if now is not None and (months is None or months > now):
            self._tell_plan("Asking central how many rows come …")
            ask_central(self.work, partial(_coming, months=months), self._comes, self._not_known)
        elif rows:
            told = counted(rows, "row leaves this PC", "rows leave this PC")
            self._tell_plan(f"{told}. Central keeps every one, and lists can look them up there.")
        else:
            self._tell_plan("Nothing leaves this PC now: it has no older rows.")

    def _comes(self, found: tuple[int | None, int]) -> None:
        months, rows = found
        if months == self._wanted and self.plan.isVisible():
            told = counted(rows, "row comes", "rows come")
            self._tell_plan(
                f"{told} with the next sync." if rows else "Nothing comes: central has no older."
            )

    def _not_known(self, refusal: Refusal) -> None:
        if self.plan.isVisible():
            self._tell_plan(
                f"{refusal.message} How many rows come is not known; they come when it answers."
            )

    def _tell_plan(self, words_: str) -> None:
        self.plan_words.setText(words_)
        self.plan.setVisible(True)

    def _keep(self) -> None:
        self.plan.hide()
        self.months.setFocus()
        self.work.on_mirror(partial(_keep_months, months=self._wanted), self._has_kept)

    def _leave(self) -> None:
        self.plan.hide()
        self.months.setFocus()
        self.work.on_mirror(_kept, self._show_kept)

    def _has_kept(self, kept: Kept) -> None:
        self._show_kept(kept)
        self.link.sync_wanted.emit()

    def _show_kept(self, kept: Kept) -> None:
        months, first, whole = kept
        choices = [self.months.itemData(place) for place in range(self.months.count())]
        if months not in choices:  # chosen by a command
            self.months.addItem(f"The last {counted(cast(int, months), 'month', 'months')}", months)
            choices.append(months)
        self.months.setCurrentIndex(choices.index(months))
        told = f"From {day_text(first)} on." if first else "From the first day on."
        self._kept.setText(told if whole else f"{told} The next sync fetches what is missing.")

    def _look_card(self) -> Card:
        card = Card("Look")
        self.theme = Segments("Theme", [("As the system", None), ("Light", False), ("Dark", True)])
        self.theme.set_value(recalled_theme())
        self.theme.chosen.connect(self._dress)
        card.add(row(Words("Theme"), None, self.theme))
        return card

    def _network_card(self) -> Card:
        card = Card("Demo: the network")
        card.add(
            Words(
                "Off really stops the demo's central. Go on working: edits wait on this PC, and "
                "are sent when you switch it on again.",
                role="muted",
                wrap=True,
            )
        )
        self.network = Segments("Network", [("On", True), ("Off", False)])
        self.network.chosen.connect(self._switch)
        self._switching = Words("", role="muted")
        card.add(row(self.network, self._switching, None))
        return card

    def _sign_out_card(self) -> Card:
        card = Card("Sign out")
        self.refusal = Banner("", "warning")
        self.sign_out = Button("Sign out", self._sign_out, icon_role="sign_out")
        self.discard = Button("Sign out and discard them", self._discard, kind="danger")
        self.discard.hide()
        card.add(
            Words(
                "The copy of the records stays on this PC, encrypted, for the next time.",
                role="muted",
                wrap=True,
            )
        )
        card.add(self.refusal)
        card.add(row(self.sign_out, self.discard, None))
        return card

    def _show(self, whose: Whose) -> None:
        seat = self.link.seat
        values = {
            "Signed in": f"{whose.user_name} ({seat.email})" if seat.email else whose.user_name,
            "Role": words(whose.role),
            "Organization": f"{whose.organization_name}, {words(whose.organization_type).lower()}",
            "Time zone and currency": f"{whose.time_zone}, {whose.currency}",
            "This PC is called": whose.device_name,
            "Central": seat.url,
            "Copy of the records": seat.mirror,
            "Version": f"FluffyDesk {fluffydesk.__version__}",
        }
        for label, value in values.items():
            self._facts[label].setText(value or "–")
        self._copy.setEnabled(bool(seat.mirror))
        self._logs.setVisible(bool(seat.logs))

    def _stands(self, standing: Standing) -> None:
        self.network_card.setVisible(standing.network is not None)
        self.network.setEnabled(not standing.switching)
        self._switching.setText("One moment .." if standing.switching else "")
        if standing.network is not None and self.network.value() != standing.network:
            blocked = self.network.blockSignals(True)
            self.network.set_value(standing.network)
            self.network.blockSignals(blocked)

    def _switch(self, on: object) -> None:
        self.link.network_wanted.emit(bool(on))

    def _dress(self, dark: object) -> None:
        memory.remember(_THEME, {None: "system", False: "light", True: "dark"}[cast(bool, dark)])
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, cast("bool | None", dark))

    def _sign_out(self) -> None:
        self.refusal.say("")
        self.link.sign_out_wanted.emit(False)

    def _discard(self) -> None:
        self.link.sign_out_wanted.emit(True)

    def _refused(self, refusal: Refusal) -> None:
        self.refusal.say(str(refusal), "warning")
        self.discard.show()

    def _copy_path(self) -> None:
        QGuiApplication.clipboard().setText(self.link.seat.mirror)
        self.tell("The path is copied.")

    def _open_logs(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self.link.seat.logs))


def _kept(mirror: Mirror) -> Kept:
    return window.months(mirror), window.first_day(mirror), window.is_filled(mirror)


def _leaving(mirror: Mirror, months: int | None) -> _Weighed:
    leaving = sum(window.leaving(mirror, months).values())
    return months, window.months(mirror), leaving


def _coming(door: Door, central: Central, months: int | None) -> tuple[int | None, int]:
    return months, sum(window.coming(door, central, months).values())


def _keep_months(mirror: Mirror, months: int | None) -> Kept:
    window.set_months(mirror, months)
    return _kept(mirror)


def recalled_theme() -> bool | None:
    """Return whether dark was chosen; None follows the system."""
    return {"light": False, "dark": True}.get(str(memory.recall(_THEME)))
