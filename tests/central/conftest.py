"""Two tenants side by side: a farm and a clinic, each with a row in every table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from tests.central.central_rows import Rows, fill


@dataclass(frozen=True)
class Tenants:
    """A farm with members of every role, and a clinic none of them may know of."""

    farm: UUID
    clinic: UUID
    farm_rows: Rows
    clinic_rows: Rows
    people: dict[str, UUID]


@pytest.fixture
def tenants(central: Any) -> Tenants:
    return settle(central)


@pytest.fixture(scope="module")
def shared_tenants(shared_central: Any) -> Tenants:
    """The same for a whole module, whose tests leave them as they are."""
    return settle(shared_central)


def settle(central: Any) -> Tenants:
    farm = central.add_organization("Hill Farm")
    clinic = central.add_organization("Town Clinic", "veterinary_clinic")
    people = {
        role: central.add_user(role, farm, role)
        for role in ("owner", "manager", "veterinarian", "staff", "viewer")
    }
    people["stranger"] = central.add_user("stranger", clinic, "owner")
    admin = central.admin()
    farm_rows = fill(admin, farm, people["owner"])
    clinic_rows = fill(admin, clinic, people["stranger"])
    return Tenants(farm, clinic, farm_rows, clinic_rows, people)
