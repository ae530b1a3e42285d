"""Every record's declaration is whole: labels, links, scope, access, and rows that stay at home."""

from __future__ import annotations

import pytest
from sqlalchemy import ARRAY, Enum, Table, Time, UniqueConstraint

from fluffydesk.errors import NotFound
from fluffydesk.records import enums
from fluffydesk.records.access import (
    VERBS,
    Anyone,
    ForAll,
    Mine,
    Named,
    Of,
    Person,
    Platform,
    SignedIn,
    Through,
    Within,
    every_way,
)
from fluffydesk.records.catalog import MIRRORED, RECORDS, record_for
from fluffydesk.records.enums import AppointmentStatus, State
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.vocabulary import Merge, Record, facts_of, is_required

every_record = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)


@every_record
def test_it_is_described(record: type[Record]) -> None:
    table = record.__table__
    assert table.comment
    assert all(column.comment for column in table.columns)
    assert all(name in table.columns for name in record.__label__)
    assert len(record.__titles__) == 2


@every_record
def test_its_links_point_at_records_declared_before_it(record: type[Record]) -> None:
    names = [one.__table__.name for one in RECORDS]
    mine = names.index(record.__table__.name)
    for column in record.__table__.columns:
        target = facts_of(column).target
        if target is not None:
            assert names.index(target) <= mine, f"{column} points at {target}"
            assert "link" in column.info


@every_record
def test_no_link_can_leave_the_organization(record: type[Record]) -> None:
    table = record.__table__
    if not has_one_organization(table):
        return
    assert ("organization_id", "id") in {
        tuple(column.name for column in rule.columns)
        for rule in table.constraints
        if isinstance(rule, UniqueConstraint)
    }
    for rule in table.foreign_key_constraints:
        if has_one_organization(rule.referred_table):
            assert "organization_id" in rule.column_keys


def has_one_organization(table: Table) -> bool:
    return "organization_id" in table.columns and not table.columns["organization_id"].nullable


@every_record
def test_its_scope_and_its_ways_name_columns_that_are_there(record: type[Record]) -> None:
    scope, access, columns = record.__scope__, record.__access__, record.__table__.columns
    if isinstance(scope, Within | Mine):
        assert scope.column in columns
    elif isinstance(scope, Through):
        for reach in scope.reaches:
            assert reach.column in record_for(reach.table).__table__.columns
            assert reach.key in columns
        for name in (scope.home, scope.registrar):
            assert name is None or name in columns
    elif isinstance(scope, ForAll):
        assert not any(access.roles(verb) for verb in VERBS if verb != "read")
    for way in every_way(access):
        if isinstance(way, Person | Of):
            assert way.column in columns
        if isinstance(way, Of):
            assert facts_of(columns[way.column]).target
        if isinstance(way, Named):
            assert way.key in columns
            linked = record_for(way.table).__table__.columns
            assert {way.column, way.person} <= {column.name for column in linked}


@every_record
def test_somebody_reads_it_and_nobody_changes_what_they_cannot_read(record: type[Record]) -> None:
    access = record.__access__
    assert access.ways("read")
    if not any(isinstance(way, Anyone | SignedIn | Of | Platform) for way in access.ways("read")):
        assert access.roles("change") | access.roles("delete") <= access.roles("read")


@pytest.mark.parametrize("record", MIRRORED, ids=lambda record: record.__name__)
def test_a_mirrored_record_can_be_kept_by_a_pc(record: type[Record]) -> None:
    assert record.__scope__ is not None
    for column in record.__table__.columns:
        assert not isinstance(column.type, ARRAY | Time), column
        assert not facts_of(column).secret, column


@every_record
def test_a_lattice_is_a_state(record: type[Record]) -> None:
    for column in record.__table__.columns:
        if facts_of(column).merge is Merge.LATTICE:
            assert isinstance(column.type, Enum)
            assert column.type.enum_class is not None
            assert issubclass(column.type.enum_class, State)


def test_enums_are_those_of_the_platform() -> None:
    assert [str(value) for value in enums.Status] == [
        "active",
        "inactive",
        "pending",
        "suspended",
        "archived",
    ]
    assert len(enums.UserRole) == 9
    assert len(enums.OrgType) == 7
    assert len(enums.PaymentStatus) == 6
    assert len(enums.AppointmentStatus) == 6


def test_the_later_state_wins_and_rivals_have_no_winner() -> None:
    assert LivestockStatus.later("active", "dead") == "dead"
    assert LivestockStatus.later("dead", "active") == "dead"
    assert LivestockStatus.later("sold", "dead") is None
    assert AppointmentStatus.later("scheduled", "completed") == "completed"
    assert AppointmentStatus.later("cancelled", "completed") is None
    assert AppointmentStatus.later("no_show", "no_show") == "no_show"


def test_an_unknown_table_is_refused_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="livestock"):
        record_for("livestok")
    assert record_for("livestock").__table__.name == "livestock"


def test_what_is_required_has_no_default() -> None:
    livestock = record_for("livestock").__table__.columns
    assert is_required(livestock["tag_number"])
    assert not is_required(livestock["status"])
    assert not is_required(livestock["name"])
