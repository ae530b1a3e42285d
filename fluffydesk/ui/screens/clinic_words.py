"""The screens that farms have too, in a clinic's words: its stock, reports, sync and settings."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from fluffydesk.ui.parts.card import Card
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.contradictions import ContradictionsScreen
from fluffydesk.ui.screens.reports import ReportsScreen
from fluffydesk.ui.screens.settings import Settings
from fluffydesk.ui.screens.stores import StoresScreen
from fluffydesk.ui.screens.stores_count import StocktakeScreen
from fluffydesk.ui.screens.sync_centre import SyncCentre
from fluffydesk.work import Work

OFFICE = "Office"
"""The group of a clinic's rail in which its stock, money, reports and messages stand."""


class ClinicStock(StoresScreen):
    """A clinic's stores: drugs, vaccines, bandages, food to sell."""

    title = "Stock"
    group = OFFICE
    holds = "Drugs, vaccines, bandages and food to sell stand here with what is left of each."
    help = (
        "What is in stock. A balance is the sum of its ledger: nothing else changes it. Choose "
        "another day to see what was there at its end.\n"
        "Receive, Use and Dispose post what you enter; prescriptions, vaccinations and invoices "
        "take theirs by themselves. Count takes what you counted and posts the difference. A "
        "balance is never less than nothing, on no day; where two PCs took the same while "
        "offline it can be, stands in red, and wants a count.\n"
        "Cover is the balance, without expired lots, divided by the item's own figure of use, or "
        "the mean of the last 30 days.\n"
        "Of lots, the one that expires first is to be used first; an expired one is not used."
    )


class ClinicStocktake(StocktakeScreen):
    """A clinic's counting sheet."""

    help = (
        "Count what is there. The sheet goes by place, so that it can be carried round.\n"
        "Type what you counted and press Enter: the difference from the ledger is posted at once "
        "and stands beside it. Leave empty what you did not count; count again to correct.\n"
        "Things with lots are counted lot by lot. A difference of more than a tenth is marked: "
        "count it once more."
    )


class ClinicReports(ReportsScreen):
    """A clinic's reports."""

    group = OFFICE
    help = (
        "Choose a report and its days. The table, the print, the PDF, the CSV and the workbook "
        "(XLSX) hold the same figures, written the same way.\n"
        "A report of one day, such as the stock list, is of the last day of the period.\n"
        "The lines below the table say how its figures are worked out."
    )


class ClinicSync(SyncCentre):
    """What waits, is in conflict and was refused at a clinic."""

    help = "\n".join(
        paragraph.replace(
            " A milking or round that is there already is shown beside yours and can be made one "
            "with it.",
            "",
        )
        for paragraph in SyncCentre.help.splitlines()
    )


class ClinicContradictions(ContradictionsScreen):
    """What two desks wrote that cannot all be."""

    help = ContradictionsScreen.help.replace(
        "more birds died than there were, a cow was served after she had died, eggs were sold "
        "that the other PC had put under withdrawal, or a stay was made longer after it was "
        "billed.",
        "a pet got one vaccine at both desks, one that died is still expected, or a stay was made "
        "longer after it was billed.",
    )


class ClinicSettings(Settings):
    """The settings of a clinic, which lead to what it does, where and when."""

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        card = Card("The clinic")
        said = "What it does and for which price, its rooms, who works here, and its hours."
        card.add(Words(said, role="muted", wrap=True))
        self.setup = Button("Opening hours, services and rooms", self._set_up, icon_role="clinic")
        card.add(row(self.setup, None))
        self.page.column.insertWidget(0, card)

    def _set_up(self) -> None:
        self.go.emit(Place("setup"))

    help = "\n".join(
        paragraph.replace(
            "milkings, rounds and the like stay", "shifts, reminders and the like stay"
        )
        for paragraph in Settings.help.splitlines()
        if not paragraph.startswith("Own fields")
    )
    logged = (
        "Shifts, notifications, and tasks and reminders that are done. What is open stays "
        "whatever its age, and so do patients, visits, records, stock and money. Nothing is "
        "deleted at central: keep more, and the older rows come back."
    )
