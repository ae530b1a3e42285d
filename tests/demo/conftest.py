"""The sample's rows, made once for all tests: they take a second."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from fluffydesk.demo import sample_clinic, sample_farm
from fluffydesk.demo.sample import Rows

TODAY = date(2024, 7, 24)
"""A Wednesday."""
FARM_ID = UUID("01890000-0000-7000-8000-00000000fa12")
CLINIC_ID = UUID("01890000-0000-7000-8000-00000000c11c")
MEMBERS = {
    name: UUID(int=number)
    for number, name in enumerate(
        ("owner", "veterinarian", "veterinarian_2", "veterinarian_3", "staff", "manager"),
        start=1,
    )
}


@pytest.fixture(scope="session")
def farm() -> Rows:
    return sample_farm.rows(FARM_ID, TODAY, MEMBERS)


@pytest.fixture(scope="session")
def clinic() -> Rows:
    return sample_clinic.rows(CLINIC_ID, TODAY, MEMBERS)
