"""What is told of pets and clients wherever they appear."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from fluffydesk.actions.balances import balances
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.whose import whose
from fluffydesk.records.enums import PaymentStatus
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus
from fluffydesk.records.payments import Invoice, Payment, PaymentRefund
from fluffydesk.records.pets import ClinicClient, Pet
from fluffydesk.ui.fields.texts import use_place
from fluffydesk.ui.screens.reading.alerts import AlertKind, alerts_of, client_alerts_of
from tests.clinic_sample import DAY, Sample, fill
from tests.mirrors import new_mirror


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Mirror]:
    with new_mirror(tmp_path / "clinic.db") as opened:
        yield opened


@pytest.fixture
def sample(clinic: Mirror) -> Sample:
    filled = fill(clinic)
    use_place(whose(clinic))
    return filled


def bill(mirror: Mirror, client: UUID, total: str, **more: object) -> UUID:
    amount = Decimal(total)
    values = {"client_id": client, "subtotal": amount, "total": amount, "issue_date": DAY}
    with mirror.unit("Bill") as unit:
        return unit.insert(Invoice, {"status": InvoiceStatus.POSTED, **values, **more})


def pay(mirror: Mirror, amount: str, **more: object) -> UUID:
    with mirror.unit("Pay") as unit:
        return unit.insert(Payment, {"amount": Decimal(amount), **more})


def owed(mirror: Mirror, client: UUID) -> Decimal:
    with mirror.read() as connection:
        return balances(connection, [client])[client]


def test_alerts_are_told_gravest_first(clinic: Mirror, sample: Sample) -> None:
    with clinic.unit("Know") as unit:
        unit.update(
            Pet,
            sample["Rex"],
            {
                "bites": True,
                "allergies": "Penicillin",
                "insurer": "Paws",
                "insured_until": DAY + timedelta(days=1),
            },
        )
        unit.update(ClinicClient, sample["Ivy Stone"], {"alerts": "Pays cash", "phone": None})
    bill(clinic, sample["Ivy Stone"], "40.00")
    with clinic.read() as connection:
        told = alerts_of(connection, [sample["Rex"], sample["Biscuit"]], DAY)
        later = alerts_of(connection, [sample["Rex"]], DAY + timedelta(days=2))
    assert [alert.kind for alert in told[sample["Rex"]]] == [
        AlertKind.AGGRESSIVE,
        AlertKind.ALLERGY,
        AlertKind.PET,
        AlertKind.CLIENT,
        AlertKind.BALANCE,
        AlertKind.CONTACT,
        AlertKind.INSURED,
    ]
    words = [alert.words for alert in told[sample["Rex"]]]
    assert words[1] == "Allergic: Penicillin"
    assert words[4] == "Owes 40.00 EUR"
    assert words[5] == "No phone and no e-mail"
    assert words[6].startswith("Insured with Paws until")
    assert later[sample["Rex"]][-1].words.startswith("Insurance with Paws ended on")
    assert [alert.kind for alert in told[sample["Biscuit"]]] == [AlertKind.CONTACT]


def test_a_dead_pet_says_so_first_and_is_not_insured(clinic: Mirror, sample: Sample) -> None:
    with clinic.unit("Died") as unit:
        unit.update(Pet, sample["Rex"], {"deceased_on": date(2026, 3, 1), "insured_until": DAY})
    with clinic.read() as connection:
        told = alerts_of(connection, [sample["Rex"]], DAY)[sample["Rex"]]
    assert told[0].kind is AlertKind.DECEASED
    assert AlertKind.INSURED not in {alert.kind for alert in told}


def test_a_balance_is_what_was_posted_less_credit_and_what_came_in(
    clinic: Mirror, sample: Sample
) -> None:
    noor = sample["Noor Vale"]
    first = bill(clinic, noor, "100.00")
    bill(clinic, noor, "15.00", status=InvoiceStatus.DRAFT)
    bill(clinic, noor, "70.00", status=InvoiceStatus.DRAFT, kind=InvoiceKind.ESTIMATE)
    bill(clinic, noor, "20.00", kind=InvoiceKind.CREDIT_NOTE, credits_id=first)
    bill(clinic, noor, "9.00", currency="USD")
    pay(clinic, "30.00", client_id=noor, invoice_id=first)
    part = pay(clinic, "10.00", client_id=noor)
    with clinic.unit("Pay back") as unit:
        unit.insert(PaymentRefund, {"payment_id": part, "amount": Decimal("4.00")})
    pay(clinic, "50.00", client_id=noor, status=PaymentStatus.FAILED)
    # Somebody else paid for it: it is the invoice's client who owes less.
    pay(clinic, "5.00", client_id=sample["Ivy Stone"], invoice_id=first)
    assert owed(clinic, noor) == Decimal("39.00")
    assert owed(clinic, sample["Ivy Stone"]) == Decimal("0.00")


def test_what_is_written_to_a_merged_card_counts_for_the_one_kept(
    clinic: Mirror, sample: Sample
) -> None:
    noor, ivy = sample["Noor Vale"], sample["Ivy Stone"]
    bill(clinic, ivy, "25.00")
    with clinic.unit("Merge") as unit:
        unit.update(ClinicClient, ivy, {"merged_into_id": noor})
        unit.update(ClinicClient, noor, {"alerts": "Two cards"})
    assert owed(clinic, noor) == owed(clinic, ivy) == Decimal("25.00")
    with clinic.read() as connection:
        told = alerts_of(connection, [sample["Rex"]], DAY)[sample["Rex"]]
        theirs = client_alerts_of(connection, [ivy, noor])
    assert theirs[ivy] == theirs[noor] != ()
    assert "Two cards" in {alert.words for alert in told}
    assert "Owes 25.00 EUR" in {alert.words for alert in told}
