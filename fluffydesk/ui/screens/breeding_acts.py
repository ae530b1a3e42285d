"""The acts of the breeding screen: a row of buttons, the forms they open, and what these save."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from fluffydesk.actions.births import take_back_birth
from fluffydesk.actions.breeding import (
    dry_off,
    record_check,
    record_heat,
    record_loss,
    take_back_dry_off,
    take_back_service,
)
from fluffydesk.actions.hatching import candle, record_hatch, set_eggs, take_back_hatch
from fluffydesk.actions.saving import missing
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums.breeding import PregnancyCheck, PregnancyResult
from fluffydesk.records.farm import HatcheryRecord, LambingRecord
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import now, today
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.forms import FormDialog, open_form
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import Button, row
from fluffydesk.ui.permits import Permit
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.births import open_birth
from fluffydesk.ui.screens.births_foster import FosterDialog
from fluffydesk.ui.screens.breeding_session import ServiceSession
from fluffydesk.ui.screens.reading.births import HatchRow

_TAKES_BACK: dict[str, Callable[..., Changes]] = {
    "services": take_back_service,
    "births": take_back_birth,
    "hatching": take_back_hatch,
}


@dataclass(frozen=True)
class Chosen:
    """What is chosen: a female, or eggs that were set, and the row that could be taken back."""

    female_id: UUID | None = None
    name: str = ""
    hatch: HatchRow | None = None
    row_id: UUID | None = None

    @property
    def values(self) -> dict[str, Any]:
        """Return the female as a form wants her."""
        return {} if self.female_id is None else {"female_id": self.female_id}


class BreedingActs(QWidget):
    """Each act is for what is chosen in the list, or asks whom it is for."""

    def __init__(self, screen: Screen, chosen: Callable[[], Chosen]) -> None:
        super().__init__(screen)
        self.work = screen.work
        self._screen, self._chosen = screen, chosen
        self._view = "todo"
        self._line = row(spacing=measures.STEP)
        self.setLayout(self._line)
        of_animals: tuple[tuple[str, Callable[[], object], str, type[Record]], ...] = (
            ("Heat", self.heat, "Ctrl+1", BreedingRecord),
            ("Service", self.service, "Ctrl+2", BreedingRecord),
            ("Check", self.check, "Ctrl+3", BreedingRecord),
            ("Birth", self.birth, "Ctrl+4", LambingRecord),
            ("Dry off", self.dry_off, "Ctrl+5", Livestock),
            ("Lost", self.loss, "Ctrl+6", BreedingRecord),
            ("Foster", self.foster, "Ctrl+7", LambingRecord),
        )
        self._of_animals = [self._button(*act) for act in of_animals]
        self._of_hatches = [
            self._button("Candle", self.candle, "Ctrl+1", HatcheryRecord),
            self._button("Hatch", self.hatch, "Ctrl+2", HatcheryRecord),
        ]
        self._line.addStretch(1)
        self.back = self._button("Take back", self.take_back, "Ctrl+Backspace", BreedingRecord)
        self.back.set_icon("undo")

    def show_for(self, view: str) -> None:
        """Show the buttons of a view."""
        self._view = view
        for button in self._of_animals:
            button.setVisible(view != "hatching")
        for button in self._of_hatches:
            button.setVisible(view == "hatching")
        self.back.setVisible(view in _TAKES_BACK)

    def heat(self) -> None:
        """Write down a heat of the chosen animal."""
        self._form(
            BreedingRecord,
            ("female_id", "heat_observed_at", "notes"),
            {**self._chosen().values, "heat_observed_at": now()},
            "Heat",
            _save_heat,
        )

    def service(self) -> None:
        """Open a session that serves female after female."""
        session = ServiceSession(self.work, self)
        session.begin({"served_on": today()})

    def check(self) -> None:
        """Write down a pregnancy check of the chosen animal."""
        found = PregnancyResult.PREGNANT
        values = {**self._chosen().values, "checked_on": today(), "check_result": found}
        values["check_method"] = PregnancyCheck.ULTRASOUND
        layout = ("female_id", "check_result", "checked_on", "check_method")
        self._form(BreedingRecord, layout, values, "Pregnancy check", _save_check)

    def loss(self) -> None:
        """Write down that the chosen animal lost what she carried."""
        values = {**self._chosen().values, "ended_on": today()}
        layout = ("female_id", "ended_on", "notes")
        self._form(BreedingRecord, layout, values, "Pregnancy lost", _save_loss)

    def birth(self) -> None:
        """Open the form of a birth of the chosen animal."""
        female = self._chosen().female_id
        dialog = open_birth(self, self.work, {"dam_id": female} if female else None)
        dialog.saved.connect(self._born)

    def foster(self) -> None:
        """Ask for one of the young and the dam that is to rear it."""
        dialog = FosterDialog(self.work, self._screen)
        dialog.fostered.connect(self._screen.tell)
        dialog.open()
        dialog.scan.setFocus()

    def dry_off(self) -> None:
        """Dry the chosen animal off today; a notice takes it back."""
        chosen = self._chosen()
        if chosen.female_id is None:
            self._screen.tell("No animal is chosen.", "Choose one in the list.", tone="info")
            return
        self.work.act(partial(_dry_off, chosen=chosen), self._dry, self._screen.refuse)

    def set_eggs(self) -> None:
        """Open a form for eggs set."""
        layout = ("species_id", "set_on", "eggs_set", "incubator", "flock_id", "supplier")
        self._form(HatcheryRecord, layout, {"set_on": today()}, "Eggs set", _save_set)

    def candle(self) -> None:
        """Write down how many eggs of the chosen set are infertile."""
        if (hatch := self._hatch()) is not None:
            saver = partial(_save_candling, record_id=hatch.id)
            layout = ("infertile", "candled_on")
            self._form(HatcheryRecord, layout, {"candled_on": today()}, "Candling", saver)

    def hatch(self) -> None:
        """Write down what hatched of the chosen set, and place it in a flock."""
        if (hatch := self._hatch()) is not None:
            saver = partial(_save_hatch, record_id=hatch.id)
            layout = ("hatched", "hatched_on", "infertile", "dead_in_shell", "culled", "flock_id")
            values = {"hatched_on": today(), "infertile": hatch.infertile}
            dialog = self._form(HatcheryRecord, layout, values, "Hatch", saver)
            dialog.form.rows["flock_id"].rename("Placed in")

    def take_back(self) -> None:
        """Take back the service, birth or hatch that is chosen."""
        chosen = self._chosen()
        if chosen.row_id is None or self._view not in _TAKES_BACK:
            self._screen.tell(
                "Nothing is chosen.", "Choose a service, a birth or a hatch.", tone="info"
            )
            return
        self._undo(_TAKES_BACK[self._view], chosen.row_id)

    def _button(
        self, text: str, act: Callable[[], object], keys: str, record: type[Record]
    ) -> Button:
        button = Button(text, act)
        button.setToolTip(f"{text} ({keys})")
        # A button's own shortcut clicks only after it was drawn pressed for a while.
        QShortcut(QKeySequence(keys), button).activated.connect(button.click)
        Permit(button, self.work, record)
        self._line.addWidget(button)
        return button

    def _hatch(self) -> HatchRow | None:
        hatch = self._chosen().hatch
        if hatch is None:
            self._screen.tell("No eggs are chosen.", "Set eggs first.", tone="info")
        return hatch

    def _form(
        self,
        record: type[Record],
        layout: tuple[str, ...],
        values: dict[str, Any],
        title: str,
        saver: Callable[..., Any],
    ) -> FormDialog:
        return open_form(
            self._screen, self.work, record, values=values, layout=layout, title=title, saver=saver
        )

    def _born(self, birth_id: UUID) -> None:
        undo = partial(self._undo, take_back_birth, birth_id)
        self._screen.tell("The birth is written down.", undo=undo)

    def _dry(self, done: tuple[Chosen, date | None, Changes]) -> None:
        chosen, earlier, _ = done
        assert chosen.female_id is not None
        undo = partial(self._undo, partial(take_back_dry_off, earlier=earlier), chosen.female_id)
        self._screen.tell(f"{chosen.name} is dried off.", undo=undo)

    def _undo(self, job: Callable[..., Changes], row_id: UUID) -> None:
        self.work.act(lambda mirror: job(mirror, row_id), self._undone, self._screen.refuse)

    def _undone(self, changes: Changes) -> None:
        self._screen.tell("Taken back.", tone="info")


def _asked(record: type[Record], values: dict[str, Any], *names: str) -> None:
    """Refuse a form in which one of these is empty."""
    for name in names:
        if values.get(name) is None:
            raise missing(record.__table__.c[name])


def _dry_off(mirror: Mirror, chosen: Chosen) -> tuple[Chosen, date | None, Changes]:
    assert chosen.female_id is not None
    earlier, changes = dry_off(mirror, chosen.female_id, today())
    return chosen, earlier, changes


def _save_heat(mirror: Mirror, _: UUID | None, values: dict[str, Any]) -> Any:
    _asked(BreedingRecord, values, "female_id", "heat_observed_at")
    return record_heat(
        mirror, values["female_id"], values["heat_observed_at"], notes=values.get("notes")
    )


def _save_check(mirror: Mirror, _: UUID | None, values: dict[str, Any]) -> Changes:
    _asked(BreedingRecord, values, "female_id", "checked_on", "check_result", "check_method")
    return record_check(
        mirror,
        values["female_id"],
        values["checked_on"],
        values["check_result"],
        method=values["check_method"],
    )


def _save_loss(mirror: Mirror, _: UUID | None, values: dict[str, Any]) -> Changes:
    _asked(BreedingRecord, values, "female_id", "ended_on")
    return record_loss(mirror, values["female_id"], values["ended_on"], notes=values.get("notes"))


def _save_set(mirror: Mirror, _: UUID | None, values: dict[str, Any]) -> Any:
    return set_eggs(mirror, **{**values, "set_on": values["set_on"] or today()})


def _save_candling(
    mirror: Mirror, _: UUID | None, values: dict[str, Any], record_id: UUID
) -> Changes:
    _asked(HatcheryRecord, values, "candled_on", "infertile")
    return candle(mirror, record_id, values["candled_on"], values["infertile"])


def _save_hatch(mirror: Mirror, _: UUID | None, values: dict[str, Any], record_id: UUID) -> Changes:
    _asked(HatcheryRecord, values, "hatched", "hatched_on")
    given = dict(values)
    into = given.pop("flock_id", None)
    given["culled"] = given["culled"] or 0
    return record_hatch(mirror, record_id, into_flock_id=into, **given)
