"""A farm with two PCs of its owner, for the tests of the sync."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from fluffydesk.central.embedded import EmbeddedServer
from tests.conftest import Central, fresh_central
from tests.sync.begun import Begun, at_rest
from tests.sync.desks import Desk
from tests.sync.farms import Farm
from tests.sync.fewer import are_all, only_tables


def pytest_configure(config: pytest.Config) -> None:
    """Declare what a test says of the program it is about."""
    config.addinivalue_line("markers", "only_tables(*names): the farm's PCs know no other tables")


@pytest.fixture(scope="session")
def _barn_begun(
    postgres: EmbeddedServer, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Begun]:
    with fresh_central(postgres, migrated) as central:
        farm = Farm(central, tmp_path_factory.mktemp("begun"))
        farm.desk(farm.member("anna"), "barn-pc")
        yield at_rest(farm)


@pytest.fixture(scope="session")
def _office_begun(
    postgres: EmbeddedServer, _barn_begun: Begun, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Begun]:
    with fresh_central(postgres, _barn_begun.database, _barn_begun.people) as central:
        farm = _barn_begun.again(central, tmp_path_factory.mktemp("begun"))
        _barn_begun.desk(farm, "barn-pc")
        farm.desk(farm.member("ben", "manager"), "office-pc")
        yield at_rest(farm)


@pytest.fixture
def begun(request: pytest.FixtureRequest) -> Begun | None:
    """What the test's farm is a copy of: for a test that asks for a PC which knows all tables."""
    if not are_all() or request.node.get_closest_marker("only_tables"):
        return None
    asked = [name for name in ("office", "barn") if name in request.fixturenames]
    return request.getfixturevalue(f"_{asked[0]}_begun") if asked else None


@pytest.fixture
def central(postgres: EmbeddedServer, migrated: str, begun: Begun | None) -> Iterator[Central]:
    """A database of one's own, in which the farm is already if the test begins with a PC."""
    template, people = (begun.database, begun.people) if begun else (migrated, {})
    with fresh_central(postgres, template, people) as central:
        yield central


@pytest.fixture
def farm(
    request: pytest.FixtureRequest, central: Central, begun: Begun | None, tmp_path: Path
) -> Iterator[Farm]:
    """A farm at central; a test marked so has a program that knows only some tables."""
    few = request.node.get_closest_marker("only_tables")
    with only_tables(*few.args) if few else nullcontext():
        made = begun.again(central, tmp_path) if begun else Farm(central, tmp_path)
        yield made
        made.close()


@pytest.fixture
def barn(farm: Farm, begun: Begun | None) -> Desk:
    """Anna's PC in the barn; Anna owns the farm."""
    return begun.desk(farm, "barn-pc") if begun else farm.desk(farm.member("anna"), "barn-pc")


@pytest.fixture
def office(farm: Farm, barn: Desk, begun: Begun | None) -> Desk:
    """Ben's PC in the office; Ben manages the farm."""
    if begun:
        return begun.desk(farm, "office-pc")
    return farm.desk(farm.member("ben", "manager"), "office-pc")
