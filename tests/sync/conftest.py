"""A farm with two PCs of its owner, for the tests of the sync."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sync.desks import Desk
from tests.sync.farms import Farm


@pytest.fixture
def farm(central: Any, tmp_path: Path) -> Iterator[Farm]:
    made = Farm(central, tmp_path)
    yield made
    made.close()


@pytest.fixture
def barn(farm: Farm) -> Desk:
    """Anna's PC in the barn; Anna owns the farm."""
    return farm.desk(farm.member("anna"), "barn-pc")


@pytest.fixture
def office(farm: Farm, barn: Desk) -> Desk:
    """Ben's PC in the office; Ben manages the farm."""
    return farm.desk(farm.member("ben", "manager"), "office-pc")
