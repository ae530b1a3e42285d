"""What the breeding screen reads, of a small stable whose sums are done by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from fluffydesk.actions.births import Birth, Fate, Young, record_birth
from fluffydesk.actions.breeding import record_check, record_service
from fluffydesk.actions.hatching import candle, record_hatch, set_eggs
from fluffydesk.actions.saving import change, remove
from fluffydesk.mirror.images import to_image, write_images
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.breeding import PregnancyResult
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.reference import SpeciesReference
from fluffydesk.records.types import new_id
from fluffydesk.ui.screens.reading.births import hatches, species_results
from fluffydesk.ui.screens.reading.breeding import sires
from fluffydesk.ui.screens.reading.worklists import Todo, Worklists, worklists
from tests.actions.barn import days_ago, today
from tests.actions.stable import CHICKEN, Stable, make_stable
from tests.mirrors import new_mirror


@pytest.fixture
def stable(tmp_path: Path) -> Iterator[Stable]:
    with new_mirror(tmp_path / "stable.db") as mirror:
        yield _stable(mirror)


def _stable(mirror: Mirror) -> Stable:
    made = make_stable(mirror)
    with mirror.apply() as connection:
        sheep = {"id": new_id(), "code": "sheep", "name": "Sheep", "cycle_days": 17}
        write_images(connection, SpeciesReference, [to_image(SpeciesReference, sheep)])
    return made


def lists(stable: Stable, after: int = 0) -> Worklists:
    with stable.mirror.read() as connection:
        return worklists(connection, today() + timedelta(days=after))


def of(stable: Stable, animal: object, after: int = 0) -> list[Todo]:
    return [task.todo for task in lists(stable, after).all() if task.id == animal]


def test_a_served_cow_goes_from_list_to_list(stable: Stable) -> None:
    assert of(stable, stable.cow) == [Todo.OPEN]
    record_service(stable.mirror, stable.cow, today(), male_id=stable.bull)
    watched = [day for day in range(40) if Todo.WATCH in of(stable, stable.cow, day)]
    assert watched == [20, 21, 22]
    assert of(stable, stable.cow, 29) == []
    assert of(stable, stable.cow, 30) == [Todo.CHECK]
    change(stable.mirror, Livestock, stable.cow, {"calved_on": days_ago(60)})
    assert of(stable, stable.cow, 208) == [Todo.CHECK]
    assert Todo.DRY_OFF in of(stable, stable.cow, 209)
    assert Todo.DUE not in of(stable, stable.cow, 261)
    (due,) = lists(stable, 262).due
    assert (due.id, due.days, due.sire) == (stable.cow, 21, "Bo · B1")


def test_ewes_are_watched_by_their_own_cycle_and_never_open_too_long(stable: Stable) -> None:
    change(stable.mirror, Livestock, stable.other, {"calved_on": days_ago(400)})
    record_service(stable.mirror, stable.ewe, today())
    watched = [day for day in range(40) if Todo.WATCH in of(stable, stable.ewe, day)]
    assert watched == [16, 17, 18]
    assert of(stable, stable.other) == []


def test_who_gave_birth_or_was_found_pregnant_is_off_the_lists(stable: Stable) -> None:
    record_service(stable.mirror, stable.ewe, days_ago(147))
    record_service(stable.mirror, stable.other, days_ago(60))
    assert of(stable, stable.ewe) == [Todo.DUE, Todo.CHECK]
    assert of(stable, stable.other) == [Todo.CHECK]
    record_check(stable.mirror, stable.other, today(), PregnancyResult.PREGNANT)
    record_birth(stable.mirror, Birth(stable.ewe, today(), (Young(tag="L1"),)))
    assert of(stable, stable.ewe) == of(stable, stable.other) == []


def test_lambing_by_the_ewes_that_were_put_to_the_ram(stable: Stable) -> None:
    record_service(stable.mirror, stable.ewe, days_ago(150), male_id=stable.ram)
    record_service(stable.mirror, stable.other, days_ago(150), male_id=stable.ram)
    triplets = (
        Young(Sex.FEMALE, tag="L1"),
        Young(Sex.MALE, tag="L2"),
        Young(fate=Fate.STILLBORN),
    )
    record_birth(stable.mirror, Birth(stable.ewe, days_ago(3), triplets))
    with stable.mirror.read() as connection:
        (sheep,) = species_results(connection, today())
        (ram,) = sires(connection, today())
    assert (sheep.births, sheep.born, sheep.percent) == (1, 3, Decimal(150))
    assert sheep.stillborn_percent is not None
    assert round(sheep.stillborn_percent, 1) == Decimal("33.3")
    assert sheep.said == "Lambs born / ewes. The ewes that were put to the ram."
    assert (ram.name, ram.services, ram.awaited, ram.conceived) == ("Ramses · R1", 2, 1, 1)
    assert (ram.percent, ram.births, ram.born, ram.alive) == (100, 1, 3, 2)


def test_a_sire_or_a_straw_is_one_line_however_often_it_served(stable: Stable) -> None:
    """What has neither male nor name is nobody's; an older service is not counted."""
    record_service(stable.mirror, stable.ewe, days_ago(300), sire_name="Sky 12")
    record_service(stable.mirror, stable.ewe, days_ago(150), male_id=stable.ram)
    record_service(stable.mirror, stable.other, days_ago(740), sire_name="Sky 12")
    record_service(stable.mirror, stable.other, days_ago(160), sire_name="Sky 12")
    record_service(stable.mirror, stable.cow, days_ago(30))
    record_check(stable.mirror, stable.other, days_ago(100), PregnancyResult.OPEN)
    record_birth(stable.mirror, Birth(stable.ewe, days_ago(3), (Young(fate=Fate.STILLBORN),)))
    with stable.mirror.read() as connection:
        straw, ram = sires(connection, today())
    assert (straw.name, straw.services, straw.births, straw.conceived) == ("Sky 12", 2, 0, 0)
    assert (straw.awaited, straw.percent) == (0, 0)
    assert (ram.name, ram.services, ram.conceived) == ("Ramses · R1", 1, 1)
    assert (ram.births, ram.born, ram.alive) == (1, 1, 0)


def test_only_services_that_were_due_in_the_year_count_for_its_lambing(stable: Stable) -> None:
    """A ewe carries 147 days: due from 364 days ago on to today."""
    record_birth(stable.mirror, Birth(stable.other, today(), (Young(tag="L1"),)))
    for served, females in ((146, 1), (147, 2), (511, 2), (512, 1)):
        row, _ = record_service(stable.mirror, stable.ewe, days_ago(served), male_id=stable.ram)
        with stable.mirror.read() as connection:
            (sheep,) = species_results(connection, today())
        assert sheep.females == females, served
        remove(stable.mirror, BreedingRecord, row)


def test_fertility_and_hatch_of_set_and_of_fertile(stable: Stable) -> None:
    row_id, _ = set_eggs(stable.mirror, CHICKEN, days_ago(21), 2000)
    candle(stable.mirror, row_id, days_ago(14), 93)
    record_hatch(stable.mirror, row_id, today(), 1728)
    with stable.mirror.read() as connection:
        (hatch,) = hatches(connection, today())
    figures = (hatch.fertility, hatch.of_fertile, hatch.of_set)
    assert [round(one, 2) for one in figures if one is not None] == [
        Decimal("95.35"),
        Decimal("90.61"),
        Decimal("86.40"),
    ]
