"""Two desks of a clinic that each did what is right alone: the sums are right when they meet."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.actions.invoicing import NewLine, add_line, post_invoice
from fluffydesk.actions.rules.invoices import lines_of
from fluffydesk.records.types import today
from fluffydesk.sync import resolve
from fluffydesk.ui.screens.reading.invoices import read_bill
from tests.sync.desks import Desk
from tests.sync.test_two_tills import Clinic

D = Decimal
BANDAGE = NewLine("Bandage", D("12.10"), tax_rate=D(21))
DROPS = NewLine("Drops", D(5), tax_rate=D(9))


@pytest.fixture(scope="module")
def clinic(shared_central: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    made = Clinic(shared_central, tmp_path_factory.mktemp("desks"))
    yield made
    made.farm.close()


def decide_all(clinic: Clinic, keep: str) -> None:
    """Answer all that is asked alike, until nothing is asked."""
    for _ in range(2):
        for desk in (clinic.front, clinic.back):
            for one in desk.conflicts():
                resolve.decide(desk.mirror, one.id, keep)
        clinic.farm.settle()


def sum_of(desk: Desk, invoice: UUID) -> Decimal:
    with desk.mirror.read() as connection:
        rows: list[Any] = lines_of(connection, invoice)
    return sum((row.line_total + row.tax for row in rows), D(0))


@pytest.mark.parametrize("keep", ["mine", "theirs"])
def test_a_draft_that_two_desks_wrote_lines_to_asks_for_all_of_them_rule_23(
    clinic: Clinic, keep: str
) -> None:
    """48.00, 12.10 and 5.00: whichever total is kept, no line is given away."""
    invoice = clinic.draft()
    add_line(clinic.front.mirror, invoice, BANDAGE)
    add_line(clinic.back.mirror, invoice, DROPS)
    clinic.farm.settle()
    decide_all(clinic, keep)
    assert sum_of(clinic.front, invoice) == sum_of(clinic.back, invoice) == D("65.10")
    card = read_bill(clinic.front.mirror, invoice, today())
    assert card is not None
    assert card.totals.total == D("65.10")
    post_invoice(clinic.front.mirror, invoice)
    clinic.farm.settle()
    columns = "status, discount, total, subtotal"
    assert clinic.at_central(invoice, columns) == ("posted", D(0), D("65.10"), D("54.26"))
    clinic.farm.assert_quiet()
