"""The facts on top of an animal's card: all there are, and which of them a person wants to see."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from fluffydesk.actions.rules.animals import HERE
from fluffydesk.figures.identifiers import eid_words
from fluffydesk.figures.kpi import INBREEDING
from fluffydesk.records.enums import Sex
from fluffydesk.ui import memory
from fluffydesk.ui.fields.texts import day_text, kpi_text, quantity_text, words
from fluffydesk.ui.parts.controls import Button
from fluffydesk.ui.screens.reading.animals import Card

MALE = (Sex.MALE, Sex.NEUTERED_MALE)
LEFT = ("Left", "Went to", "Why")
"""Always shown of an animal that is gone."""
FEMALE = ("Days in milk", "Milk so far this lactation", "Parity", "Last calved")
FIRST = ("Group", *FEMALE, "Breed", "Sex", "Born", "Weight", "Official id")
"""Shown until a person chooses others."""
MORE = ("EID", "Species", "Colour", "Arrived", "Came from", "Dam", "Sire", "Offspring")
MOST = (*FIRST, *MORE, "Inbreeding", "Notes")
_KEY = "animal/facts"
Fact = tuple[str, str]


class FactsMenu(Button):
    """A menu of all facts, those shown ticked; kept for this person on this PC."""

    def __init__(
        self,
        changed: Callable[[], object],
        key: str = _KEY,
        most: Sequence[str] = MOST,
        first: Sequence[str] = FIRST,
    ) -> None:
        """`most` are all that can be ticked; `first` those that are until a person chooses."""
        super().__init__("Choose", kind="quiet", icon_role="list")
        self.setAccessibleName("Choose facts")
        self.setToolTip("Choose which facts stand on top of every card")
        self._changed, self._key = changed, key
        kept = memory.recall(key)
        names = str(kept).split("|") if kept else list(first)
        menu = QMenu(self)
        self.ticks: dict[str, QAction] = {}
        for label in most:
            tick = menu.addAction(label)
            tick.setCheckable(True)
            tick.setChecked(label in names)
            tick.toggled.connect(self._toggled)
            self.ticks[label] = tick
        self.setMenu(menu)

    def chosen(self, facts: list[Fact]) -> list[Fact]:
        """Return the facts that are ticked, and those that no one ticks: how an animal left."""
        return [one for one in facts if one[0] not in self.ticks or self.ticks[one[0]].isChecked()]

    def _toggled(self, on: bool) -> None:
        names = [label for label, tick in self.ticks.items() if tick.isChecked()]
        memory.remember(self._key, "|".join(names) or "|")
        self._changed()


def facts_of_card(card: Card) -> list[Fact]:
    """Return every fact of an animal: its label, and its value in words or ""."""
    one = card.row
    inbreeding = card.pedigree.inbreeding
    born = f"{day_text(one.birth_date)} · {card.age}" if one.birth_date else ""
    weighed = f" on {day_text(card.weights[-1][0])}" if card.weights else ""
    weight = "" if one.weight_kg is None else f"{quantity_text(one.weight_kg, 'kg', 0)}{weighed}"
    young = sum(kin.relation == "Offspring" for kin in card.kin)
    percent = "" if inbreeding is None else kpi_text(INBREEDING, 100 * inbreeding, unit=True)
    return [
        *(() if one.status in HERE else _left(card)),
        ("Group", one.batch_id__label),
        *(() if one.sex in MALE else _of_females(card)),
        ("Breed", one.breed_id__label or one.species_id__label),
        ("Sex", words(one.sex)),
        ("Born", born),
        ("Weight", weight),
        ("Official id", one.official_id or (eid_words(one.eid) if one.eid else "")),
        ("EID", eid_words(one.eid) if one.eid else ""),
        ("Species", one.species_id__label),
        ("Colour", one.colour or ""),
        ("Arrived", day_text(one.arrived_on) if one.arrived_on else ""),
        ("Came from", one.came_from or ""),
        ("Dam", one.dam_id__label),
        ("Sire", one.sire_id__label),
        ("Offspring", str(young) if young else ""),
        ("Inbreeding", percent),
        ("Notes", one.notes or ""),
    ]


def _of_females(card: Card) -> list[Fact]:
    one = card.row
    days = card.days_in_milk if card.in_milk else None
    milk = None if card.lactation_kg is None else quantity_text(card.lactation_kg, "kg", 0)
    dry = f"Dry since {day_text(one.dried_off_on)}" if one.dried_off_on else "Not in milk"
    return [
        ("Days in milk", dry if days is None else str(days)),
        ("Milk so far this lactation", milk or ""),
        ("Parity", "" if one.parity is None else str(one.parity)),
        ("Last calved", day_text(one.calved_on) if one.calved_on else ""),
    ]


def _left(card: Card) -> list[Fact]:
    one = card.row
    on = day_text(one.left_on) if one.left_on else ""
    return [("Left", on), ("Went to", one.went_to or ""), ("Why", one.left_reason or "")]
