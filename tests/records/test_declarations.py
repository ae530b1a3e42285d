"""Every record's declaration is whole: labels, links, scope, access, and rows that stay at home."""

from __future__ import annotations

import pytest
from sqlalchemy import Enum, ForeignKeyConstraint, UniqueConstraint

from fluffydesk.errors import NotFound
from fluffydesk.records import enums
from fluffydesk.records.catalog import MIRRORED, RECORDS, record_for
from fluffydesk.records.enums import AppointmentStatus, State
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.vocabulary import (
    ForAll,
    Merge,
    Record,
    Through,
    Within,
    facts_of,
    is_required,
    record_columns,
)

every_record = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)


@every_record
def test_it_is_described(record: type[Record]) -> None:
    table = record.__table__
    assert table.comment
    assert all(column.comment for column in table.columns)
    assert all(name in table.columns for name in record.__label__)
    assert len(record.__titles__) == 2
    assert record_columns(record)


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
    if "organization_id" not in table.columns:
        return
    assert ("organization_id", "id") in {
        tuple(column.name for column in rule.columns)
        for rule in table.constraints
        if isinstance(rule, UniqueConstraint)
    }
    for rule in table.constraints:
        if isinstance(rule, ForeignKeyConstraint):
            target = rule.elements[0].column.table
            if "organization_id" in target.columns:
                assert "organization_id" in rule.column_keys


@every_record
def test_its_scope_names_columns_that_are_there(record: type[Record]) -> None:
    scope = record.__scope__
    table = record.__table__
    if isinstance(scope, Within):
        assert scope.column in table.columns
    elif isinstance(scope, Through):
        assert scope.column in record_for(scope.table).__table__.columns
        for name in (scope.person, scope.registrar):
            assert name is None or name in table.columns
    else:
        assert isinstance(scope, ForAll)
        assert not record.__access__.write


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


def test_the_audit_trail_stays_at_central() -> None:
    assert [record.__name__ for record in RECORDS if record not in MIRRORED] == ["AuditLog"]


def test_what_is_required_has_no_default() -> None:
    livestock = record_for("livestock").__table__.columns
    assert is_required(livestock["tag_number"])
    assert not is_required(livestock["status"])
    assert not is_required(livestock["name"])
