"""A row in every table, every kind of person, and what the declarations let each of them do.

What somebody may do is worked out here from the words of `records/access.py`, row by row and in
Python, so that it can be held against what Postgres does with the policies made of those words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from fluffydesk.records.access import (
    All,
    Anyone,
    Members,
    Named,
    Of,
    Person,
    Platform,
    SignedIn,
    Through,
    Verb,
    Way,
    Within,
    every_way,
)
from fluffydesk.records.catalog import RECORDS, deciding_columns, record_for
from fluffydesk.records.types import new_id
from fluffydesk.records.vocabulary import Record, facts_of
from tests.central.central_rows import a_value, insert
from tests.central.fitting import FITTING

Row = dict[str, Any]
MEMBERS = ("owner", "manager", "veterinarian", "staff", "viewer")
EVERYBODY = (*MEMBERS, "suspended", "other", "stranger", "petra", "friend", "platform", "anon")
"""Members of the organization; its owner, suspended; the owner of another; somebody with an account
and no more; the person whose the personal rows are; one who is named by links; an administrator of
the platform; and a visitor who is not signed in."""


@dataclass(frozen=True)
class Somebody:
    """A person as the declarations know one: who, and in which roles where."""

    name: str
    id: UUID | None
    roles: dict[UUID, str]


class People:
    """Everybody, and one row of every table, which is Petra's where it is a person's."""

    def __init__(self, central: Any) -> None:
        self.central, self.admin = central, central.admin()
        self.organization = central.add_organization("Hill Farm", "breeding_facility")
        self.elsewhere = central.add_organization("Town Clinic", "veterinary_clinic")
        self.everybody = {name: self._somebody(name) for name in EVERYBODY}
        self.logins = {name: self._login(name) for name in EVERYBODY}
        self.rows: dict[str, UUID] = {}
        self._unmade: dict[str, Exception] = {}
        for record in RECORDS:
            table = record.__table__.name
            try:
                self.rows[table] = self._make(record)
            except (psycopg.Error, KeyError) as error:
                self._unmade[table] = error

    def id(self, record: type[Record]) -> UUID:
        """Return the row of a table; an error if none could be made: see `fitting.py`."""
        table = record.__table__.name
        if table in self._unmade:
            raise AssertionError(f"no row of {table}") from self._unmade[table]
        return self.rows[table]

    def _somebody(self, name: str) -> Somebody:
        if name == "anon":
            return Somebody(name, None, {})
        home = self.elsewhere if name == "other" else self.organization
        role = name if name in MEMBERS else "owner"
        id = self.central.add_user(name, home, role)
        if name == "suspended":
            self._run("update organization_users set status = 'suspended' where user_id = %s", id)
        elif name not in (*MEMBERS, "other"):
            self._run("delete from organization_users where user_id = %s", id)
        if name == "platform":
            self._run("update profiles set role = 'platform_admin' where id = %s", id)
        known = name in (*MEMBERS, "other")
        return Somebody(name, id, {home: role} if known else {})

    def _run(self, query: str, *values: Any) -> None:
        self.admin.execute(query, values)

    def _login(self, name: str) -> Any:
        if name != "anon":
            return self.central.login(name)
        visitor = self.central.admin()
        visitor.execute("set role anon")
        return visitor

    def _make(self, record: type[Record]) -> UUID:
        table = record.__table__.name
        if table == "organizations":
            return UUID(str(self.organization))
        if table == "profiles":
            return self._id_of("petra")
        if table == "organization_users":
            query = "select id from organization_users where user_id = %s"
            return UUID(str(self.admin.execute(query, [self._id_of("staff")]).fetchone()[0]))
        found = self.admin.execute(f"select id from {table} order by id limit 1").fetchone()
        if found:  # reference data, or what triggers made
            return UUID(str(found[0]))
        values = self.values(record)
        insert(self.admin, table, values)
        return UUID(str(values["id"]))

    def _id_of(self, name: str) -> UUID:
        id = self.everybody[name].id
        assert id is not None
        return id

    def values(self, record: type[Record]) -> Row:
        """Return a new row: what is required, what decides who sees it, and what tests know."""
        columns = record.__table__.columns
        id = new_id()
        named = {
            way.person
            for other in RECORDS
            for way in every_way(other.__access__)
            if isinstance(way, Named) and way.table == record.__table__.name
        }
        needed = deciding_columns(record)
        values: Row = {}
        for column in columns:
            if column.name in ("updated_by", "updated_device", "row_version"):
                continue
            required = not column.nullable and column.server_default is None
            if not required and column.name not in needed:
                continue
            if facts_of(column).target == "profiles" and column.name != "id":
                via = column.info.get("link", ("",))[0] == "organization_users.user_id"
                who = "staff" if via else "friend" if column.name in named else "petra"
                values[column.name] = self._id_of(who)
            elif facts_of(column).target == record.__table__.name and column.nullable:
                continue
            else:
                values[column.name] = a_value(column, {**self.rows, record.__table__.name: id})
        given = FITTING.get(record.__table__.name, {})
        values |= {name: v(self.rows) if callable(v) else v for name, v in given.items()}
        return values

    def row(self, record: type[Record], id: Any) -> Row:
        cursor = self.admin.cursor(row_factory=dict_row)
        found = cursor.execute(f"select * from {record.__table__.name} where id = %s", (id,))
        row: Row = found.fetchone()
        return row

    def may(self, who: Somebody, record: type[Record], row: Row, verb: Verb) -> bool:
        """Say whether somebody may do this to a row, by the record's declaration."""
        access = record.__access__
        hidden = access.hidden_from if verb == "read" else None
        if hidden is not None and self._is(who, record, row, verb, hidden):
            return False
        return any(self._is(who, record, row, verb, way) for way in access.ways(verb))

    def _is(self, who: Somebody, record: type[Record], row: Row, verb: Verb, way: Way) -> bool:
        if isinstance(way, All):
            return all(self._is(who, record, row, verb, one) for one in way.ways)
        if who.id is None and not isinstance(way, Anyone):
            return False
        if isinstance(way, Platform):
            return who.name == "platform"
        if not self._holds(who, record, row, way.when):
            return False
        if isinstance(way, Anyone | SignedIn):
            return True
        if isinstance(way, Person):
            return bool(row[way.column] == who.id)
        if isinstance(way, Of):
            parent = record_for(str(facts_of(record.__table__.columns[way.column]).target))
            if row[way.column] is None:
                return False
            there = self.row(parent, row[way.column])
            # What a policy looks up in another table, it looks up as the person who asks.
            seen = self.may(who, parent, there, "read")
            return seen and (way.may == "read" or self.may(who, parent, there, way.may))
        if isinstance(way, Named):
            return self._some(
                f"select 1 from {way.table} where {way.person} = %s and {way.column} = %s"
                f" and ({way.active})".replace("auth.uid()", f"'{who.id}'::uuid"),
                who.id,
                row[way.key],
            )
        assert isinstance(way, Members)
        here = {org for org, role in who.roles.items() if role in way.roles}
        return bool(here & self._organizations(record, row, verb, way))

    def _organizations(self, record: type[Record], row: Row, verb: Verb, way: Members) -> set[UUID]:
        scope = record.__scope__
        if way.column:
            return {row[way.column]}
        if isinstance(scope, Within):
            return {row[scope.column]}
        assert isinstance(scope, Through)
        if scope.home and verb != "read":
            return {row[scope.home]}
        found = {row[scope.home]} if scope.home else set()
        linked = set()
        for reach in scope.reaches:
            query = f"select organization_id, ({reach.active}) from {reach.table}"
            links = self.admin.execute(
                f"{query} where {reach.column} = %s", (row[reach.key],)
            ).fetchall()
            found |= {organization for organization, active in links if active}
            linked |= {organization for organization, _ in links}
        if scope.registrar:
            found |= {row[scope.registrar]} - linked
        return found

    def _holds(self, who: Somebody, record: type[Record], row: Row, when: str | None) -> bool:
        if when is None:
            return True
        asked = when.replace("(select auth.uid())", f"'{who.id}'::uuid" if who.id else "null")
        return self._some(
            f"select 1 from {record.__table__.name} where id = %s and ({asked})", row["id"]
        )

    def _some(self, query: str, *values: Any) -> bool:
        return self.admin.execute(query, values).fetchone() is not None


def variants(record: type[Record]) -> list[Row]:
    """Return values that make the conditions come true under which somebody reads a row."""
    found: list[Row] = []
    columns = record.__table__.columns
    for way in every_way(record.__access__):
        when = getattr(way, "when", None)
        if not when:
            continue
        values: Row = dict(re.findall(r"(\w+) = '(\w+)'", when))
        values |= dict(re.findall(r"(\w+) in \('(\w+)'", when))
        values |= dict.fromkeys(re.findall(r"(\w+) is null", when))
        flags = [w for w in re.findall(r"\w+", when) if w in columns and w not in values]
        values |= {f: True for f in flags if columns[f].type.python_type is bool}
        values = {name: value for name, value in values.items() if name in columns}
        if values and values not in found:
            found.append(values)
    return found


def set_values(admin: Any, table: str, id: UUID, values: Row) -> None:
    """Change a row as the administrator."""
    admin.execute(
        sql.SQL("update {} set {} where id = {}").format(
            sql.Identifier(table),
            sql.SQL(", ").join(
                sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name))
                for name in values
            ),
            sql.Placeholder("the_id"),
        ),
        {**values, "the_id": id},
    )
