"""A PC that keeps some months of the logs, beside one that keeps all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from fluffydesk.sync import cycle, older, window
from fluffydesk.sync.older import Page, Question
from tests.sync.desks import Desk, assert_same, shown_by
from tests.sync.farms import Farm

LONG_AGO = date(2019, 5, 4)


class Barn:
    """A PC that keeps six months of the logs, beside one that keeps all."""

    def __init__(self, farm: Farm, barn: Desk, office: Desk) -> None:
        self.farm, self.barn, self.office = farm, barn, office
        self.cow = farm.cow(office, "17")
        barn.sync()

    def weigh(self, on: date, desk: Desk | None = None) -> UUID:
        """Weigh the cow, at the office if not said."""
        return (desk or self.office).add(
            "weight_logs", animal_id=self.cow, weighed_on=on, weight_kg=Decimal(500)
        )

    def keep(self, months: int | None) -> None:
        """Have the barn keep so many months, and sync."""
        window.set_months(self.barn.mirror, months)
        self.barn.sync()

    def here(self, table: str = "weight_logs") -> set[str]:
        """Return the rows at the barn."""
        return set(self.barn.contents()[table])

    def look(self, question: Question, after: Page | None = None) -> Page:
        """Look up rows at the barn that it does not keep."""
        return older.look(self.barn.door, self.barn.gateway, question, after)

    def assert_as_shown(self) -> None:
        """The barn has what central shows its user and the window lets in, and nothing else."""
        since = window.first_day(self.barn.mirror)
        [email] = [email for email, desks in self.farm.desks.items() if self.barn in desks]
        shown = shown_by(self.farm.central, email, self.farm.id)
        for table, rows in shown.items():
            shown[table] = {id: i for id, i in rows.items() if window.keeps(table, i, since)}
        assert_same(self.barn.contents(), shown)
        self.barn.ledger()
        found = cycle.verified(
            lambda job: job(self.barn.mirror), self.barn.gateway, self.farm.id, deep=True
        )
        assert not found.differing
