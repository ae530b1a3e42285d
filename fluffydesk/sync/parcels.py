"""Unsent edits made into parcels: what is sent together, in which order, and what has to wait.

Units of work that touched the same row are entangled and go as one parcel. Parents are inserted
before their children and deleted after them, within a parcel and between parcels.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.mirror import journal, pending
from fluffydesk.mirror.images import Image, Value, read_image, read_images
from fluffydesk.mirror.journal import Key, Pending
from fluffydesk.mirror.pending import GONE, OpenRefusal, Parcel, SentRow
from fluffydesk.mirror.schema import links_to
from fluffydesk.records.catalog import RECORDS, record_for
from fluffydesk.records.types import made_at, new_id
from fluffydesk.records.vocabulary import is_heavy
from fluffydesk.sync.follows import following
from fluffydesk.sync.meet import edit_of, restore, typed_columns, who_changed

FILES_AT_ONCE = 64
"""How many files the outbox holds at once: each lies there whole, beside the one in its row."""

_HEAVY = frozenset(record.__table__.name for record in RECORDS if is_heavy(record))

Cell = tuple[str, str, Value]
"""A value in a column of a table, as a link names it."""


@dataclass
class _Bundle:
    """Entangled units and the rows they touched that are to be sent."""

    units: list[str] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    rows: list[SentRow] = field(default_factory=list)
    frees: set[Cell] = field(default_factory=set)
    """What rows of this bundle pointed to and will no more."""
    takes: set[Cell] = field(default_factory=set)
    """What is gone from central after this bundle."""
    pointed: dict[Key, list[Cell]] = field(default_factory=dict)
    """What each row that is to be deleted points to at central."""
    needs: list[Cell] = field(default_factory=list)
    """What must be at central before."""
    gives: list[Cell] = field(default_factory=list)
    """What central has after this bundle and had not before."""
    asked: set[Cell] = field(default_factory=set)
    """What its deletions would take from central that a person is asked about."""
    waits: bool = False
    """Whether it holds files for which there is no room yet, or goes with what is asked about."""

    def add(self, row: SentRow, base: Image | None) -> None:
        """Add a row to send, which central has as `base`."""
        self.rows.append(row)
        self.needs += needs(row)
        self.gives += gives(row)
        if base is None:
            return
        for name, end in links_of(row.table).items():
            if row.op == "delete" or name in row.values:
                self.frees.add((*end, base.get(name)))
        if row.op == "delete":
            ends = links_of(row.table).items()
            self.pointed[row.key] = [(*end, base.get(name)) for name, end in ends]
            self.takes |= _named_by(row.table, base)


def make_parcels(connection: Connection) -> list[Parcel]:
    """Return what can be sent now, in the order in which it must be.

    Rows whose edits came to nothing are settled on the way; a refusal that was edited since is
    closed as mended. The connection is that of `Mirror.apply`; the outbox must be empty.
    """
    pending.sweep(connection)
    edits = journal.pending_rows(connection)
    bundles = _entangle(connection, edits)
    refusals = [one for one in pending.open_refusals(connection) if one.code not in GONE]
    blocked = _mend(connection, refusals, bundles) if refusals else set()
    files = _set_aside(bundles)
    if files:
        edits = {key: edit for key, edit in edits.items() if key not in files}
    absent, kept = _fill(connection, bundles, edits)
    ready = []
    for bundle in _in_order(bundles):
        if not bundle.rows:
            continue
        asked = bundle.waits or not kept.isdisjoint(bundle.takes)
        if not (blocked.isdisjoint(bundle.keys) and absent.isdisjoint(bundle.needs)) or asked:
            absent.update(bundle.gives)
        else:
            ready.append(bundle)
    return [
        Parcel(_named(b.units), tuple(b.units), tuple(_in_row_order(b.rows, b.pointed)))
        for b in ready
    ]


def _named(units: Iterable[str]) -> str:
    """Return a parcel's id, which tells central when its last unit was saved here (rule 26)."""
    known = [id for id in map(UUID, units) if id.version == 7]
    return str(new_id(max(map(made_at, known), default=None)))


def _entangle(connection: Connection, waiting: Mapping[Key, Pending]) -> list[_Bundle]:
    """Return the connected groups of units and rows, oldest first."""
    parent: dict[str | Key, str | Key] = {}

    def root(node: str | Key) -> str | Key:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    touched = [pair for pair in journal.unit_rows(connection) if pair[0] in waiting]
    bundles: dict[str | Key, _Bundle] = defaultdict(_Bundle)
    unit_of: dict[Key, str] = dict(touched)
    if len(unit_of) == len(touched):  # no row was touched twice, so nothing is entangled
        for unit in dict.fromkeys(unit_of.values()):
            bundles[unit].units.append(unit)
        for key in waiting:
            bundles[unit_of.get(key, key)].keys.append(key)
        return list(bundles.values())
    for key, unit in touched:
        parent[root(key)] = root(unit)
    for unit in dict.fromkeys(unit for _, unit in touched):
        bundles[root(unit)].units.append(unit)
    for key in waiting:
        bundles[root(key)].keys.append(key)
    return list(bundles.values())


def _mend(connection: Connection, refusals: list[OpenRefusal], bundles: list[_Bundle]) -> set[Key]:
    """Close the refusals whose rows were edited since; return the rows of all others."""
    bundle_of = {key: bundle for bundle in bundles for key in bundle.keys}
    blocked: set[Key] = set()
    for refusal in refusals:
        keys = [row.key for row in refusal.rows]
        units = {unit for key in keys if key in bundle_of for unit in bundle_of[key].units}
        if units - set(refusal.units):
            pending.close_refusal(connection, refusal, "mended")
        else:
            blocked.update(keys)
    return blocked


def files_waiting(connection: Connection) -> int:
    """Return how many files are to be sent or deleted."""
    sql = "SELECT count(*) FROM pending_rows WHERE table_name IN (SELECT value FROM json_each(?))"
    return int(connection.exec_driver_sql(sql, (json.dumps(sorted(_HEAVY)),)).scalar_one())


def _set_aside(bundles: Iterable[_Bundle]) -> set[Key]:
    """Let the bundles wait whose files are more than the outbox holds; return those files."""
    aside: set[Key] = set()
    count = 0
    for bundle in bundles:
        files = [key for key in bundle.keys if key[0] in _HEAVY]
        if files and count and count + len(files) > FILES_AT_ONCE:
            bundle.waits = True
            aside.update(files)
        count += len(files)
    return aside


def _fill(
    connection: Connection, bundles: Sequence[_Bundle], edits: Mapping[Key, Pending]
) -> tuple[set[Cell], set[Cell]]:
    """Put the rows to send into their bundles.

    Returns what is here but not to be sent yet, and what must stay at central until a person has
    decided about a row that points to it.
    """
    by_table: dict[str, list[str]] = defaultdict(list)
    for table, id in edits:
        by_table[table].append(id)
    mine = {t: read_images(connection, record_for(t), ids) for t, ids in by_table.items()}
    _ask_before_taking_more(connection, edits, mine)
    asked: dict[Key, set[str]] = defaultdict(set)
    for conflict in pending.open_conflicts(connection):
        asked[conflict.key].add(conflict.column)
    absent: set[Cell] = set()
    kept: set[Cell] = set()
    for bundle in bundles:
        for key in bundle.keys:
            if key not in edits:
                continue
            image, base = mine[key[0]].get(key[1]), edits[key].base
            left_out = asked.get(key, set())
            if left_out and following(record_for(key[0])):
                # What follows from what is asked about would say it all the same.
                left_out = {*left_out, *typed_columns(key[0])}
            row = edit_of(edits[key], image, left_out)
            if "" in left_out:
                absent.update(gives(row) if row else ())
                if base is not None:
                    kept.update((*end, base.get(name)) for name, end in links_of(key[0]).items())
                    if image is None:
                        bundle.asked |= _named_by(key[0], base)
                journal.mark(connection, journal.units_on(connection, key), "conflict")
            elif row is not None:
                bundle.add(row, base)
            elif left_out:
                # Nothing of it can go before a person has decided.
                journal.mark(connection, journal.units_on(connection, key), "conflict")
            else:
                restore(connection, key)
        # What was deleted with it waits with it: the answer is for all of them.
        with_it = (not bundle.asked.isdisjoint(cells) for cells in bundle.pointed.values())
        bundle.waits = bundle.waits or any(with_it)
    return absent, kept


def _named_by(table: str, image: Image) -> set[Cell]:
    """Return what links may name of a row."""
    return {(table, name, image.get(name)) for name in _linked(table)}


def _ask_before_taking_more(
    connection: Connection, edits: Mapping[Key, Pending], mine: Mapping[str, Mapping[str, Image]]
) -> None:
    """Ask a person where a row deleted here has got children since that would go with it."""
    gone: dict[str, list[str]] = defaultdict(list)
    for table, id in edits:
        if id not in mine[table]:
            gone[table].append(id)
    for table, ids in gone.items():
        for link in links_to(table):
            if link.on_delete != "CASCADE":
                continue
            sql = (
                f"SELECT {link.column}, max(id) FROM {link.table} "
                f"WHERE {link.column} IN (SELECT value FROM json_each(?)) GROUP BY 1"
            )
            for id, child in connection.exec_driver_sql(sql, (json.dumps(ids),)).all():
                base = edits[table, id].base
                if base is not None:
                    added = read_image(connection, record_for(link.table), child) or {}
                    who = who_changed(connection, added)
                    pending.open_conflict(connection, (table, id), "", (base, None, base), who)


@cache
def links_of(table: str) -> Mapping[str, tuple[str, str]]:
    """Return column -> the table and column that must hold its value."""
    found = {}
    for column in record_for(table).__table__.columns:
        if "link" in column.info:
            to_table, _, to_column = column.info["link"][0].partition(".")
            found[column.name] = (to_table, to_column)
    return found


@cache
def _targets(table: str) -> frozenset[str]:
    """Return the tables that a table points to."""
    return frozenset(to_table for to_table, _ in links_of(table).values())


@cache
def _linked(table: str) -> tuple[str, ...]:
    """Return the columns of a table that links name."""
    ends = {end for record in RECORDS for end in links_of(record.__table__.name).values()}
    return tuple(sorted({column for end, column in ends if end == table} | {"id"}))


def needs(row: SentRow) -> list[Cell]:
    """Return what must be at central before this row can be sent."""
    links, values = links_of(row.table), row.values
    return [(*end, value) for name, end in links.items() if (value := values.get(name)) is not None]


def gives(row: SentRow) -> list[Cell]:
    """Return what central has once this row is inserted and had not before."""
    if row.op != "insert" or row.image is None:
        return []
    return [
        (row.table, name, row.id if name == "id" else row.image.get(name))
        for name in _linked(row.table)
    ]


def _in_order(bundles: Sequence[_Bundle]) -> list[_Bundle]:
    """Order bundles so that each comes after those that insert what it refers to, or that
    stop referring to what it deletes."""
    givers = {cell: bundle for bundle in bundles for cell in bundle.gives}
    if not any(b.takes or not givers.keys().isdisjoint(b.needs) for b in bundles):
        return list(bundles)
    freers: dict[Cell, list[_Bundle]] = defaultdict(list)
    for bundle in bundles:
        for cell in bundle.frees:
            freers[cell].append(bundle)
    ordered: list[_Bundle] = []
    seen: set[int] = set()
    for start in bundles:
        stack = [(start, False)]
        while stack:
            bundle, ready = stack.pop()
            if ready:
                ordered.append(bundle)
            elif id(bundle) not in seen:
                seen.add(id(bundle))
                stack.append((bundle, True))
                stack += [(givers[cell], False) for cell in bundle.needs if cell in givers]
                stack += [(other, False) for cell in bundle.takes for other in freers[cell]]
    return ordered


_RANK = {record.__table__.name: rank for rank, record in enumerate(RECORDS)}
_POINTED_AT = {end for name in _RANK for end, _ in links_of(name).values()}


def _in_row_order(rows: Sequence[SentRow], pointed: Mapping[Key, list[Cell]]) -> list[SentRow]:
    """Order the rows of a parcel: what nothing points to is deleted first, to free its place,
    then parents are written before children, then the rest is deleted, children first."""
    if len(rows) == 1:
        return list(rows)
    deleted = [row for row in rows if row.op == "delete"]
    leaves = [row for row in deleted if row.table not in _POINTED_AT]
    others = [row for row in deleted if row.table in _POINTED_AT]
    written = sorted(
        (row for row in rows if row.op != "delete"),
        key=lambda row: (_RANK[row.table], row.op != "insert"),
    )
    others.sort(key=lambda row: (_RANK[row.table], row.id))
    # Offspring go before their dam, whatever the clock said when each was entered.
    last = _own_parents_first(others, "delete", lambda row: pointed.get(row.key, []))
    return [*leaves, *_own_parents_first(written, "insert", needs), *reversed(last)]


def _own_parents_first(
    rows: list[SentRow], op: str, points_to: Callable[[SentRow], list[Cell]]
) -> list[SentRow]:
    """Move each row after those of its own table, inserted or deleted too, that it points to."""
    if not any(to == table for table in {row.table for row in rows} for to in _targets(table)):
        return rows
    among = {row.key: row for row in rows if row.op == op}
    ordered: dict[Key, SentRow] = {}
    seen: set[Key] = set()
    for start in rows:
        stack = [(start, False)]  # a herd may have more generations than Python has frames
        while stack:
            row, ready = stack.pop()
            if ready:
                ordered.setdefault(row.key, row)
            elif row.key not in seen:
                seen.add(row.key)
                stack.append((row, True))
                for table, _, value in points_to(row):
                    parent = among.get((table, str(value)))
                    if table == row.table and parent is not None:
                        stack.append((parent, False))
    return list(ordered.values())
