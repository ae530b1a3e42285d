"""Whose young is whose: what central refuses of a herd's pedigree, whoever writes (rule 6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
import pytest

from fluffydesk.records.types import new_id

SET = "update livestock set {} = %s where id = %s"


@pytest.fixture(scope="module")
def farm(shared_central: Any) -> UUID:
    id: UUID = shared_central.add_organization("Hill Farm")
    shared_central.add_user("owner", id, "owner")
    return id


class Herd:
    """Animals that one login adds."""

    def __init__(self, connection: Any, farm: UUID) -> None:
        self.connection, self.farm = connection, farm
        query = "select id from livestock_species order by code limit 1"
        self.species = connection.execute(query).fetchone()[0]

    def add(self, *rows: tuple[UUID, UUID | None]) -> None:
        """Add animals with their dams, in one statement."""
        given = [part for id, dam in rows for part in (id, self.farm, self.species, str(id), dam)]
        marks = ", ".join(["(%s, %s, %s, %s, %s)"] * len(rows))
        columns = "id, organization_id, species_id, tag_number, dam_id"
        self.connection.execute(f"insert into livestock ({columns}) values {marks}", given)

    def line(self, generations: int) -> list[UUID]:
        """Add a line of dams, the oldest first."""
        ids = [new_id() for _ in range(generations)]
        self.add(*zip(ids, [None, *ids], strict=False))
        return ids


@pytest.fixture
def herd(shared_central: Any, farm: UUID) -> Herd:
    return Herd(shared_central.login("owner"), farm)


def refused() -> Any:
    return pytest.raises(psycopg.errors.CheckViolation, match="own ancestor")


def test_nobody_is_their_own_ancestor(herd: Herd) -> None:
    line = herd.line(12)
    for column, young in (("dam_id", line[0]), ("dam_id", line[-1]), ("sire_id", line[5])):
        with refused() as told:
            herd.connection.execute(SET.format(column), (young, line[0]))
        assert told.value.diag.constraint_name == "ck_livestock_own_ancestor"
    herd.connection.execute(SET.format("sire_id"), (line[0], line[-1]))


def test_a_circle_within_one_statement_is_seen(herd: Herd) -> None:
    one, other, third = (new_id() for _ in range(3))
    with refused():
        herd.add((one, one))
    with refused():
        herd.add((one, other), (other, third), (third, one))
    herd.add((one, None), (other, None))
    with refused():
        herd.connection.execute(
            "update livestock set dam_id = case id when %s then %s::uuid else %s::uuid end"
            " where id in (%s, %s)",
            (one, other, one, one, other),
        )


def test_two_who_write_a_half_each_at_once_do_not_close_a_circle(
    herd: Herd, shared_central: Any
) -> None:
    one, other = new_id(), new_id()
    herd.add((one, None), (other, None))
    second = shared_central.login("owner")
    second.execute("set lock_timeout = '200ms'")
    with herd.connection.transaction():
        herd.connection.execute(SET.format("dam_id"), (one, other))
        with pytest.raises(psycopg.errors.LockNotAvailable):
            second.execute(SET.format("dam_id"), (other, one))
    with refused():
        second.execute(SET.format("dam_id"), (other, one))


def test_an_evening_in_the_west_may_have_its_next_dose_tomorrow(herd: Herd) -> None:
    """It is tomorrow in UTC already (rule 25); before that no next dose can be due."""
    [cow] = herd.line(1)
    insert = (
        "insert into vaccine_logs (id, organization_id, animal_id, vaccine, given_at, next_due_on)"
        " values (gen_random_uuid(), %s, %s, 'BVD', '2026-03-02 01:00Z', %s)"
    )
    herd.connection.execute(insert, (herd.farm, cow, "2026-03-02"))
    with pytest.raises(psycopg.errors.CheckViolation, match="next_due_later"):
        herd.connection.execute(insert, (herd.farm, cow, "2026-03-01"))
