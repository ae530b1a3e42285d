"""Invoices are found by number, client and pet by indexes, in every part of the list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from fluffydesk.actions.invoicing import NewLine, post_invoice, start_invoice
from fluffydesk.actions.saving import change
from fluffydesk.actions.visit_bill import bill_visit
from fluffydesk.mirror import searched
from fluffydesk.records.enums.payments import InvoiceKind
from fluffydesk.records.payments import Invoice
from fluffydesk.records.pets import ClinicClient
from fluffydesk.records.types import today
from fluffydesk.ui.screens.reading import invoice_search
from fluffydesk.ui.screens.reading.invoice_lists import Which, invoice_rows
from tests.clinic_money import D, Desk
from tests.mirrors import new_mirror

YEAR = today().year


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with new_mirror(Path(tmp_path_factory.mktemp("sought")) / "till.db") as mirror:
        yield Desk(mirror)


@pytest.fixture(scope="module")
def bills(desk: Desk) -> dict[UUID, str]:
    """An invoice of each kind, with what a test calls it."""
    found = {}

    def bill(name: str, client: str | None, *, pet: str = "", kind: str = "invoice") -> UUID:
        line = NewLine("Visit", D(48), tax_rate=D(21), pet_id=desk[pet] if pet else None)
        values = {"client_id": desk[client] if client else None, "kind": InvoiceKind(kind)}
        made, _ = start_invoice(desk.mirror, values, [line])
        found[made] = name
        return made

    post_invoice(desk.mirror, bill("posted", "Noor Vale"))
    bill("draft", "Noor Vale", pet="Biscuit")
    bill("estimate", "Noor Vale", kind="estimate")
    post_invoice(desk.mirror, bill("other", "Ivy Stone"))
    passing = bill("at the desk", None)
    change(desk.mirror, Invoice, passing, {"bill_to_name": "Émile Ålund"})
    visit, _ = bill_visit(desk.mirror, desk["Pixel visit"])
    found[visit] = "visit of Pixel"
    return found


def sought(desk: Desk, bills: dict[UUID, str], search: str, part: Which = Which.EVERY) -> set[str]:
    found = invoice_rows(desk.mirror, part, today(), search=search)
    assert found.total == len(found.rows)
    return {bills[row.id] for row in found}


@pytest.fixture(params=["few", "common", "first load"])
def index(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With rare words, with words that many have, and while the index is not there yet."""
    if request.param == "common":
        monkeypatch.setattr(invoice_search, "FEW", 1)
    elif request.param == "first load":
        monkeypatch.setattr(searched, "ready", lambda connection: frozenset())


@pytest.mark.usefixtures("index")
def test_invoices_are_found_by_number_client_and_pet(desk: Desk, bills: dict[UUID, str]) -> None:
    assert sought(desk, bills, f"{YEAR}-00001") == {"posted"}
    assert sought(desk, bills, "00002") == {"other"}
    assert sought(desk, bills, "NOOR") >= {"posted", "draft"}
    assert sought(desk, bills, "vale noor") == sought(desk, bills, "noor")
    assert sought(desk, bills, "biscuit") == {"draft"}
    assert sought(desk, bills, "noor bisc") == {"draft"}
    assert sought(desk, bills, "pixel") == {"visit of Pixel"}
    assert sought(desk, bills, "noor 00002") == set()
    assert sought(desk, bills, "emile alund") == {"at the desk"}
    assert sought(desk, bills, "noor", Which.ESTIMATES) == {"estimate"}
    assert sought(desk, bills, "noor 0000", Which.OPEN) == {"posted"}
    assert sought(desk, bills, "noor", Which.OVERDUE) == set()
    assert sought(desk, bills, " ") == set(bills.values()) - {"estimate"}


def test_an_invoice_is_found_by_the_name_it_was_made_out_to(
    desk: Desk, bills: dict[UUID, str]
) -> None:
    """Also under the client's name of today, which the list shows."""
    change(desk.mirror, ClinicClient, desk["Ivy Stone"], {"full_name": "Ivy Berg"})
    assert sought(desk, bills, "stone") == sought(desk, bills, "berg") == {"other"}
    change(desk.mirror, ClinicClient, desk["Ivy Stone"], {"full_name": "Ivy Stone"})
