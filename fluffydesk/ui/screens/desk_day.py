"""The end of a day on the Money screen: the report as it is printed, and the tills to be closed."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import day_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Button, IconButton, dismiss
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.screens.desk_acts import BillActs
from fluffydesk.ui.screens.desk_papers import Papers, PaperView
from fluffydesk.ui.screens.desk_taken import till_here
from fluffydesk.ui.screens.reading.till import DayEnd, Till, read_day
from fluffydesk.ui.screens.reporting.bills import day_report
from fluffydesk.work import Work


class DayPane(QWidget):
    """A day's money as its paper says it; a button for each till."""

    def __init__(self, work: Work, papers: Papers, acts: BillActs, on: date) -> None:
        super().__init__()
        self._work, self._acts = work, acts
        self.on = on
        self.found: DayEnd | None = None
        self.today = Button("Today", self._to_today)
        self.view = PaperView(papers)
        self.banner = Banner()
        self.tills: list[Button] = []
        self._tills = QWidget()
        self._line = QVBoxLayout(self._tills)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._flow: Flow | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.STEP)
        column.addWidget(
            Flow(
                IconButton("previous", "Day before (Alt+Left)", partial(self.go, -1)),
                IconButton("next", "Day after (Alt+Right)", partial(self.go, 1)),
                self.today,
                None,
                Button("This PC's till", acts.name_till, icon_role="edit"),
            )
        )
        column.addWidget(self.banner)
        column.addWidget(self.view, 1)
        column.addWidget(self._tills)
        for keys, act in (
            ("Alt+Left", partial(self.go, -1)),
            ("Alt+Right", partial(self.go, 1)),
            ("Ctrl+L", self.close_mine),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    def reload(self) -> None:
        """Read the day anew."""
        self._acts.day = self.on
        self.today.setEnabled(self.on != today())
        self._work.on_mirror(partial(read_day, on=self.on), self._show, latest=True)

    def go_on(self, before: date) -> None:
        """Go on to today, where the day stood at `before`, which was today."""
        if self.on == before:
            self.on = today()

    def go(self, days: int) -> None:
        """Show another day."""
        self.on = min(self.on + timedelta(days=days), today())
        self.reload()

    def close_mine(self) -> None:
        """Close this PC's till, or the first."""
        if self.found is None:
            return
        named = [one for one in self.found.tills if one.id == till_here()]
        self.close_one(named[0] if named else self.found.tills[0])

    def close_one(self, till: Till) -> None:
        """Ask what is in a till."""
        self._acts.close_till(till.id, till.cash)

    def _to_today(self) -> None:
        self.on = today()
        self.reload()

    def _show(self, found: DayEnd) -> None:
        self.found = found
        self.view.show_report(day_report(found))
        refused = found.refused
        self.banner.say(
            "Another PC took money for the same invoice. What is here is in the till and counted: "
            "open the invoice, and keep it as credit or pay it back."
            if refused
            else "",
            "warning",
        )
        if self._flow is not None:
            dismiss(self._flow)
        self.tills = [
            Button(
                f"{'Close' if one.counted is None else 'Count again'}: {one.id}",
                partial(self.close_one, one),
                icon_role="stocktake",
            )
            for one in found.tills
        ]
        for button in self.tills:
            button.setToolTip("Ctrl+L closes this PC's till")
        self._flow = Flow(*self.tills)
        self._line.addWidget(self._flow)
        self.setAccessibleName(f"Day's end, {day_text(found.on)}")
