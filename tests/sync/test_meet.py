"""What happens to an unsent edit when central has something to say about the same row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.mirror import journal, pending
from fluffydesk.mirror.images import Image, read_image, to_image
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import new_id, now
from fluffydesk.sync import ledger, resolve
from fluffydesk.sync.meet import Gone, Theirs, meet
from fluffydesk.sync.parcels import make_parcels
from tests.mirrors import COW, ORGANIZATION, USER, make_mirror


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    with make_mirror(tmp_path / "mirror.db") as mirror:
        yield mirror


@pytest.fixture
def cow(mirror: Mirror) -> UUID:
    """Bella, as central has her in version 3."""
    id = new_id()
    values = {
        "id": id,
        "organization_id": ORGANIZATION,
        "tag_number": "17",
        "name": "Bella",
        "species_id": COW,
        "sex": "female",
        "status": "active",
        "weight_kg": Decimal("600.0"),
        "created_at": now(),
        "updated_at": now(),
        "row_version": 3,
    }
    told(mirror, id, to_image(Livestock, values))
    return id


def told(mirror: Mirror, id: UUID, theirs: Theirs) -> None:
    with mirror.apply() as connection:
        meet(connection, "livestock", {str(id): theirs})


def edited(mirror: Mirror, id: UUID, **values: Any) -> None:
    with mirror.unit("Edit an animal") as unit:
        unit.update(Livestock, id, values)


def image(mirror: Mirror, id: UUID) -> Image:
    with mirror.read() as connection:
        found = read_image(connection, Livestock, id)
    assert found is not None
    return found


def theirs_of(mirror: Mirror, id: UUID, **values: Any) -> Image:
    """Central's row in its next version, changed by Anna on the desk's PC."""
    with mirror.read() as connection:
        edit = journal.pending_row(connection, ("livestock", str(id)))
    before = edit.base if edit and edit.base else image(mirror, id)
    version = before["row_version"]
    assert isinstance(version, int)
    who = {"updated_by": str(USER), "updated_device": "desk-pc", "row_version": version + 1}
    return {**before, **to_image(Livestock, values), **who}


def outcomes(mirror: Mirror) -> dict[str, int]:
    with mirror.read() as connection:
        counts = ledger.counts(connection)
        made = mirror.state.get(connection, "units_made", 0)
    assert sum(counts.values()) == made
    return {outcome: count for outcome, count in counts.items() if count}


def parcels(mirror: Mirror) -> list[pending.Parcel]:
    with mirror.apply() as connection:
        return make_parcels(connection)


def conflicts(mirror: Mirror) -> list[resolve.Conflict]:
    with mirror.read() as connection:
        return resolve.open_conflicts(connection)


def test_a_row_without_edits_is_taken_as_it_is(mirror: Mirror, cow: UUID) -> None:
    told(mirror, cow, theirs_of(mirror, cow, name="Berta"))
    assert image(mirror, cow)["name"] == "Berta"
    told(mirror, cow, Gone.DELETED)
    with mirror.read() as connection:
        assert read_image(connection, Livestock, cow) is None
    assert parcels(mirror) == []


def test_different_columns_merge_and_only_mine_is_sent(mirror: Mirror, cow: UUID) -> None:
    edited(mirror, cow, weight_kg=Decimal("612.5"))
    told(mirror, cow, theirs_of(mirror, cow, name="Berta"))
    assert image(mirror, cow)["name"] == "Berta"
    [parcel] = parcels(mirror)
    assert [(row.op, row.version, row.values) for row in parcel.rows] == [
        ("update", 4, {"weight_kg": 6125})
    ]


def test_the_same_change_on_both_sides_needs_no_sending(mirror: Mirror, cow: UUID) -> None:
    edited(mirror, cow, name="Berta")
    told(mirror, cow, theirs_of(mirror, cow, name="Berta"))
    assert parcels(mirror) == []
    assert outcomes(mirror) == {"merged": 1}


def test_a_column_changed_on_both_sides_waits_and_the_rest_goes(mirror: Mirror, cow: UUID) -> None:
    edited(mirror, cow, name="Bertha", weight_kg=Decimal("612.5"))
    told(mirror, cow, theirs_of(mirror, cow, name="Berta"))
    [conflict] = conflicts(mirror)
    assert (conflict.column, conflict.base, conflict.mine, conflict.theirs) == (
        "name",
        "Bella",
        "Bertha",
        "Berta",
    )
    assert (conflict.their_user, conflict.their_device) == ("Anna Adams", "desk-pc")
    [parcel] = parcels(mirror)
    assert parcel.rows[0].values == {"weight_kg": 6125}
    assert parcel.rows[0].image is not None
    assert parcel.rows[0].image["name"] == "Berta"
    assert outcomes(mirror) == {"conflict": 1}


@pytest.mark.parametrize(
    ("keep", "name", "sent"),
    [
        ("mine", "Bertha", {"name": "Bertha"}),
        ("theirs", "Berta", None),
        ("Berthe", "Berthe", {"name": "Berthe"}),
    ],
)
def test_a_decision_is_a_persons_work(
    mirror: Mirror, cow: UUID, keep: str, name: str, sent: Image | None
) -> None:
    edited(mirror, cow, name="Bertha")
    told(mirror, cow, theirs_of(mirror, cow, name="Berta"))
    [conflict] = conflicts(mirror)
    resolve.decide(mirror, conflict.id, keep)
    assert conflicts(mirror) == []
    assert image(mirror, cow)["name"] == name
    assert [row.values for parcel in parcels(mirror) for row in parcel.rows] == (
        [sent] if sent else []
    )
    assert outcomes(mirror) == ({"waiting": 2} if sent else {"applied": 1, "discarded": 1})


def test_an_open_conflict_follows_central(mirror: Mirror, cow: UUID) -> None:
    edited(mirror, cow, name="Bertha")
    told(mirror, cow, theirs_of(mirror, cow, name="Berta"))
    told(mirror, cow, theirs_of(mirror, cow, name="Betty"))
    [conflict] = conflicts(mirror)
    assert (conflict.base, conflict.mine, conflict.theirs) == ("Bella", "Bertha", "Betty")
    told(mirror, cow, theirs_of(mirror, cow, name="Bertha"))
    assert conflicts(mirror) == []
    assert parcels(mirror) == []
    assert outcomes(mirror) == {"merged": 1}


def test_an_edit_outlives_the_deletion_of_its_row(mirror: Mirror, cow: UUID) -> None:
    edited(mirror, cow, name="Bertha")
    told(mirror, cow, Gone.DELETED)
    [conflict] = conflicts(mirror)
    assert (conflict.column, conflict.theirs) == ("", None)
    assert image(mirror, cow)["name"] == "Bertha"
    assert parcels(mirror) == []
    resolve.decide(mirror, conflict.id, "mine")
    [parcel] = parcels(mirror)
    assert parcel.rows[0].op == "insert"
    assert parcel.rows[0].values["name"] == "Bertha"


def test_a_deletion_may_be_accepted(mirror: Mirror, cow: UUID) -> None:
    edited(mirror, cow, name="Bertha")
    told(mirror, cow, Gone.DELETED)
    resolve.decide(mirror, conflicts(mirror)[0].id, "theirs")
    with mirror.read() as connection:
        assert read_image(connection, Livestock, cow) is None
    assert parcels(mirror) == []
    assert outcomes(mirror) == {"applied": 1, "discarded": 1}


@pytest.mark.parametrize("keep", ["mine", "theirs"])
def test_a_deletion_of_what_another_edited_is_asked_about(
    mirror: Mirror, cow: UUID, keep: str
) -> None:
    theirs = theirs_of(mirror, cow, name="Berta")
    with mirror.unit("Delete an animal") as unit:
        unit.delete(Livestock, cow)
    told(mirror, cow, theirs)
    [conflict] = conflicts(mirror)
    assert (conflict.column, conflict.mine, conflict.theirs["name"]) == ("", None, "Berta")
    assert parcels(mirror) == []
    resolve.decide(mirror, conflict.id, keep)
    assert conflicts(mirror) == []
    ops = [(row.op, row.version) for parcel in parcels(mirror) for row in parcel.rows]
    assert ops == ([("delete", 4)] if keep == "mine" else [])
    if keep == "theirs":
        assert image(mirror, cow)["name"] == "Berta"


def test_an_edit_of_what_left_sight_is_kept_aside_and_can_be_made_again(
    mirror: Mirror, cow: UUID
) -> None:
    before = image(mirror, cow)
    edited(mirror, cow, name="Bertha")
    told(mirror, cow, Gone.OUT_OF_SIGHT)
    with mirror.read() as connection:
        assert read_image(connection, Livestock, cow) is None
        [refused] = resolve.open_quarantine(connection)
    assert (refused.code, refused.title) == ("out_of_sight", "Edit an animal")
    assert outcomes(mirror) == {"quarantined": 1}
    told(mirror, cow, before)
    resolve.retry(mirror, refused.id)
    assert image(mirror, cow)["name"] == "Bertha"
    assert [row.values for p in parcels(mirror) for row in p.rows] == [{"name": "Bertha"}]
    assert outcomes(mirror) == {"applied": 1, "waiting": 1}


def test_a_row_added_and_deleted_before_it_was_sent_comes_to_nothing(mirror: Mirror) -> None:
    with mirror.unit("Add") as unit:
        calf = unit.insert(Livestock, {"tag_number": "99", "species_id": COW})
    with mirror.unit("Delete") as unit:
        unit.delete(Livestock, calf)
    assert parcels(mirror) == []
    assert outcomes(mirror) == {"applied": 2}


def test_units_that_touch_the_same_row_go_together_and_others_alone(
    mirror: Mirror, cow: UUID
) -> None:
    weights = record_for("weight_logs")
    with mirror.unit("Weigh") as first:
        first.insert(
            weights, {"animal_id": cow, "weighed_on": date(2026, 5, 1), "weight_kg": Decimal(610)}
        )
        first.update(Livestock, cow, {"weight_kg": Decimal(610)})
    with mirror.unit("Add an animal") as second:
        second.insert(Livestock, {"tag_number": "18", "species_id": COW})
    with mirror.unit("Name") as third:
        third.update(Livestock, cow, {"name": "Berta"})
    one, other = parcels(mirror)
    assert set(one.units) == {str(first.id), str(third.id)}
    assert [row.table for row in one.rows] == ["livestock", "weight_logs"]
    assert other.units == (str(second.id),)


def test_what_refers_to_a_new_row_comes_after_it(mirror: Mirror) -> None:
    with mirror.unit("Add") as first:
        calf = first.insert(Livestock, {"tag_number": "2", "species_id": COW})
    with mirror.unit("Add the dam") as second:
        dam = second.insert(Livestock, {"tag_number": "1", "species_id": COW})
        heifer = second.insert(Livestock, {"tag_number": "3", "species_id": COW, "dam_id": dam})
    with mirror.unit("Name the dam") as third:
        third.update(Livestock, calf, {"dam_id": heifer})
    rows = [row.id for parcel in parcels(mirror) for row in parcel.rows]
    assert rows == [str(dam), str(heifer), str(calf)]


def test_an_animal_is_deleted_after_what_pointed_to_it(mirror: Mirror, cow: UUID) -> None:
    with mirror.unit("Add") as unit:
        calf = unit.insert(Livestock, {"tag_number": "2", "species_id": COW, "dam_id": cow})
    sent = image(mirror, calf)
    told(mirror, calf, sent)
    with mirror.unit("Forget the dam") as unit:
        unit.update(Livestock, calf, {"dam_id": None})
    with mirror.unit("Delete the dam") as unit:
        unit.delete(Livestock, cow)
    assert [(r.op, r.id) for p in parcels(mirror) for r in p.rows] == [
        ("update", str(calf)),
        ("delete", str(cow)),
    ]
