"""A unit of work: what one save by a person changes, journalled as it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection

from fluffydesk.errors import InvalidValue, NotFound, NotSignedIn, Refusal
from fluffydesk.mirror import trouble
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.engine import Hand, bare
from fluffydesk.mirror.images import Image, Value, read_image, to_image, to_storage
from fluffydesk.mirror.journal import moment
from fluffydesk.mirror.schema import Link, links_from, links_to
from fluffydesk.records.access import Mine, Through
from fluffydesk.records.catalog import record_for
from fluffydesk.records.types import new_id
from fluffydesk.records.vocabulary import Record, facts_of
from fluffydesk.wording import counted

Recall = Callable[..., list[Any]]
"""Asks for the values kept under some keys of the mirror's state, in their order."""

_LINE = """
INSERT INTO units (id, title, user_id, user_name, device, made_at)
  SELECT ?1, ?2, value ->> 'user_id', value ->> 'user_name', value ->> 'device_name', ?3
  FROM state WHERE key = 'author' AND EXISTS (SELECT 1 FROM state WHERE key = 'organization')"""


class Unit:
    """An open unit of work; `Mirror.unit` makes and closes it.

    `connection` may be used for reading, and for plain SQL too: triggers journal every write.
    """

    def __init__(self, connection: Connection, recall: Recall) -> None:
        self.id = new_id()
        self.connection = connection
        self._driver = bare(connection)
        self._recall = recall
        self._final: Changes | None = None
        self._deleted: list[tuple[str, Image]] = []

    @classmethod
    def begin(
        cls,
        connection: Connection,
        hand: Hand,
        title: str,
        recall: Recall,
    ) -> Unit:
        """Write the unit's line and open the journal for it; `recall` asks the mirror's state."""
        unit = cls(connection, recall)
        line = (str(unit.id), title, moment())
        if not unit._driver.execute(_LINE, line).rowcount:
            raise NotSignedIn("Nobody is signed in on this copy.", "Run `fluffydesk sign-in`.")
        hand.writer = line[0]
        return unit

    @property
    def changes(self) -> Changes:
        """Return the rows this unit touched so far, also by plain SQL."""
        if self._final is not None:
            return self._final
        tables: dict[str, set[UUID]] = {}
        sql = "SELECT table_name, row_id FROM unit_rows WHERE unit_id = ?"
        for table, row in self._driver.execute(sql, (str(self.id),)):
            tables.setdefault(table, set()).add(UUID(row))
        return Changes(tables)

    def insert(
        self, record: type[Record], values: Mapping[str, Any], id: UUID | None = None
    ) -> UUID:
        """Add a row and return its id; defaults, organization and registrar are filled in."""
        return self.insert_many(record, [values if id is None else {**values, "id": id}])[0]

    def insert_many(self, record: type[Record], rows: Iterable[Mapping[str, Any]]) -> list[UUID]:
        """Add rows in one go (each may name its `id`) and return their ids in order."""
        images = [self._new_image(record, values) for values in rows]
        if not images:
            return []
        names = list(images[0])
        sql = (
            f"INSERT INTO {record.__table__.name} ({', '.join(names)}) "
            f"VALUES ({', '.join('?' * len(names))})"
        )
        try:
            self._driver.executemany(sql, [tuple(image.values()) for image in images])
        except trouble.DatabaseError as error:
            if trouble.code_of(error).startswith("SQLITE_CONSTRAINT") and "UNIQUE" in str(error):
                raise InvalidValue(
                    f"This {_one(record)} is already there.", "Change it instead.", field="id"
                ) from error
            raise
        return [UUID(str(image["id"])) for image in images]

    def update(self, record: type[Record], id: UUID, values: Mapping[str, Any]) -> None:
        """Change only the columns given; NotFound if the row is gone."""
        image = to_image(record, values)
        kept = _kept_by_central(record)
        if kept & image.keys():
            raise ValueError(f"central keeps these columns: {sorted(kept & image.keys())}")
        if not image:
            self._existing(record, id)
            return
        sets = ", ".join(f"{name} = ?" for name in image)
        sql = f"UPDATE {record.__table__.name} SET {sets} WHERE id = ?"
        done = self._driver.execute(sql, (*image.values(), str(id)))
        if done.rowcount == 0:
            raise _gone(record)

    def delete(self, record: type[Record], id: UUID) -> None:
        """Delete a row; NotFound if it is gone."""
        self._deleted.append((record.__table__.name, self._existing(record, id)))
        sql = f"DELETE FROM {record.__table__.name} WHERE id = ?"
        self._driver.execute(sql, (str(id),))

    def finish(self) -> None:
        """Close the journal; a unit that touched nothing leaves no line."""
        self._final = self.changes
        self._check_via()
        if not self._final:
            self._driver.execute("DELETE FROM units WHERE id = ?", (str(self.id),))

    def commit_or_explain(self) -> None:
        """Commit; where a link would point nowhere, raise a Refusal that says which."""
        try:
            self._driver.commit()
        except trouble.DatabaseError as error:
            if not trouble.code_of(error).startswith("SQLITE_CONSTRAINT"):
                raise
            raise self._broken_link() from error

    @cached_property
    def _known(self) -> list[Any]:
        """Who saves, and for which organization; what only changes a row need not ask."""
        return self._recall("author", "organization")

    def _existing(self, record: type[Record], id: UUID) -> Image:
        image = read_image(self.connection, record, id)
        if image is None:
            raise _gone(record)
        return image

    def _new_image(self, record: type[Record], values: Mapping[str, Any]) -> Image:
        columns = record.__table__.columns
        unknown = values.keys() - set(columns.keys())
        if unknown:
            raise ValueError(f"{record.__table__.name} has no {sorted(unknown)}")
        # A form leaves the registrar empty: what is fixed gives way only to a value.
        fixed = self._fixed(record)
        given = {**values, **{k: v for k, v in fixed.items() if values.get(k) is None}}
        return {
            column.name: to_storage(column, given[column.name])
            if column.name in given
            else _default(column)
            for column in columns
        }

    def _fixed(self, record: type[Record]) -> dict[str, Any]:
        author, organization = self._known
        fixed: dict[str, Any] = {
            "updated_by": author.get("user_id"),
            "updated_device": author.get("device_name"),
        }
        if "organization_id" in record.__table__.columns:
            fixed["organization_id"] = organization["id"]
        scope = record.__scope__
        if isinstance(scope, Through) and scope.registrar:
            fixed[scope.registrar] = organization["id"]
        if isinstance(scope, Mine):
            fixed[scope.column] = author.get("user_id")
        return fixed

    def _check_via(self) -> None:
        """Refuse a link whose row is there but not in this organization: a pet, no patient."""
        assert self._final is not None
        for table in self._final:
            for link in links_from(table):
                if link.via is not None:
                    self._check_rows_via(link)
        for table, image in self._deleted:
            for link in _links_via(table):
                assert link.via is not None
                self._check_value_via(link, image[link.via[1]])

    def _check_rows_via(self, link: Link) -> None:
        assert link.via is not None
        sql = (
            f"SELECT 1 FROM unit_rows AS touched JOIN {link.table} AS child "
            f"ON child.id = touched.row_id WHERE touched.unit_id = ? AND touched.table_name = ? "
            f"AND child.{link.column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {link.via[0]} "
            f"AS via WHERE via.{link.via[1]} = child.{link.column}) "
            # An older row may point to what left; only a new pointer is this unit's doing.
            f"AND NOT EXISTS (SELECT 1 FROM pending_rows AS pending WHERE "
            f"pending.table_name = touched.table_name AND pending.row_id = touched.row_id "
            f"AND json_extract(pending.base, '$.{link.column}') = child.{link.column})"
        )
        if self.connection.exec_driver_sql(sql, (str(self.id), link.table)).fetchone():
            raise _points_nowhere(link)

    def _check_value_via(self, link: Link, value: Value) -> None:
        assert link.via is not None
        sql = f"SELECT 1 FROM {link.via[0]} WHERE {link.via[1]} = ?"
        if self.connection.exec_driver_sql(sql, (value,)).fetchone() is None:
            count = self._count(link.table, link.column, value)
            if count:
                raise _still_pointed_at(count, link, record_for(link.via[0]))

    def _broken_link(self) -> Refusal:
        """Find the link that kept the unit from being kept; the transaction is still open."""
        assert self._final is not None
        for table, ids in self._final.items():
            record = record_for(table)
            for id in ids:
                image = read_image(self.connection, record, id)
                for link in links_to(table) if image is None else ():
                    count = self._count(link.table, link.column, str(id))
                    if count:
                        return _still_pointed_at(count, link, record)
                for link in links_from(table) if image is not None else ():
                    value = image[link.column] if image else None
                    if value is not None and not self._count(link.target, "id", value):
                        return _points_nowhere(link)
        return Refusal("Something this points to is not there.", "Look again and choose another.")

    def _count(self, table: str, column: str, value: Value) -> int:
        sql = f"SELECT count(*) FROM {table} WHERE {column} = ?"
        return int(self.connection.exec_driver_sql(sql, (value,)).scalar_one())


@cache
def _kept_by_central(record: type[Record]) -> frozenset[str]:
    columns = record.__table__.columns
    return frozenset({"organization_id", *(c.name for c in columns if facts_of(c).housekeeping)})


def _default(column: Column[Any]) -> Value:
    default: Any = column.default
    if default is None:
        return None
    return to_storage(column, default.arg(None) if default.is_callable else default.arg)


def _links_via(table: str) -> list[Link]:
    links = {link for other in links_from(table) for link in links_to(other.target)}
    return sorted((x for x in links if x.via is not None and x.via[0] == table), key=repr)


def _one(record: type[Record]) -> str:
    return record.__titles__[0].lower()


def _gone(record: type[Record]) -> NotFound:
    return NotFound(
        f"This {_one(record)} is not there any more.",
        "Somebody may have deleted it; look at the list again.",
    )


def _still_pointed_at(count: int, link: Link, target: type[Record]) -> Refusal:
    one, many = (title.lower() for title in record_for(link.table).__titles__)
    those = counted(count, f"{one} points", f"{many} point")
    return Refusal(
        f"{those} to this {_one(target)}, so it cannot be deleted.",
        f"Change or delete {'that one' if count == 1 else 'those'} first.",
    )


def _points_nowhere(link: Link) -> Refusal:
    record = record_for(link.table)
    label = facts_of(record.__table__.columns[link.column]).label
    return Refusal(
        f"The {label.lower()} chosen for this {_one(record)} is not there any more.",
        "Choose another.",
        field=link.column,
    )
