"""Statistics and indexes of central: which are stale, broken, bloated or unused, and mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql

from fluffydesk.central import accounts
from fluffydesk.central.entrance import Connection
from fluffydesk.central.tally import Tally, stopwatch

# An index is rebuilt when more than half of it is air, and that is worth the while.
_AIR = 0.5
_WORTH = 1 << 20
_LOCK_SECONDS = 60

_STALE = """
    select s.schemaname, s.relname, s.n_mod_since_analyze
    from pg_catalog.pg_stat_user_tables s
    where s.schemaname = any(%s) and s.n_mod_since_analyze > 0 and (
      s.n_mod_since_analyze > 50 + s.n_live_tup / 10
      or coalesce(greatest(s.last_analyze, s.last_autoanalyze), '-infinity')
        < now() - '7 days'::interval
    )
    order by 1, 2
"""

# An index that a rebuild left behind ends in _ccnew or _ccold. One that is being built is not
# broken.
_INVALID = """
    select n.nspname, c.relname, c.relname ~ '_cc(new|old)[0-9]*$',
      pg_catalog.pg_relation_size(c.oid)
    from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indexrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any(%s) and not i.indisvalid and c.relkind = 'i'
      and not exists (
        select from pg_catalog.pg_stat_progress_create_index p where p.index_relid = c.oid
      )
    order by 1, 2
"""

# A b-tree's entry is a pointer, a header, a bitmap where there are nulls, and the columns' mean
# widths; a page is filled to nine tenths. What an index is larger than that is air. Equal entries
# are stored once since Postgres 13, so this finds too little air rather than too much.
_BLOATED = """
    with s as materialized (
      select schemaname, tablename, attname, null_frac, avg_width
      from pg_catalog.pg_stats where schemaname = any(%(schemas)s)
    )
    select nspname, relname, size, (size - expected)::bigint as air
    from (
      select n.nspname, c.relname, c.relpages::bigint * b.page as size,
        ceil(c.reltuples * (4 + 8 * ceil((8 + case when w.nulls then 8 else 0 end + w.width) / 8.0))
          / ((b.page - 40) * 0.9)) * b.page as expected
      from pg_catalog.pg_index i
      join pg_catalog.pg_class c on c.oid = i.indexrelid
      join pg_catalog.pg_class t on t.oid = i.indrelid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      join pg_catalog.pg_am m on m.oid = c.relam
      cross join (select current_setting('block_size')::bigint as page) b
      cross join lateral (
        select sum((1 - s.null_frac) * s.avg_width) as width, bool_or(s.null_frac > 0) as nulls,
          count(*) filter (where s.avg_width is null) as unknown
        from pg_catalog.pg_attribute a
        left join pg_catalog.pg_attribute own
          on own.attrelid = t.oid and own.attnum = i.indkey[a.attnum - 1] and own.attnum > 0
        left join s on s.schemaname = n.nspname
          and s.tablename = case when own.attname is null then c.relname else t.relname end
          and s.attname = coalesce(own.attname, a.attname)
        where a.attrelid = c.oid
      ) w
      where n.nspname = any(%(schemas)s) and m.amname = 'btree' and c.relkind = 'i'
        and i.indisvalid and c.relpages * b.page > %(worth)s and c.reltuples >= 0
        and w.unknown = 0
    ) estimated
    where size - expected > %(worth)s and size - expected > size * %(air)s
    order by 1, 2
"""

_UNUSED = """
    select s.schemaname, s.indexrelname, pg_catalog.pg_relation_size(s.indexrelid)
    from pg_catalog.pg_stat_user_indexes s
    join pg_catalog.pg_index i on i.indexrelid = s.indexrelid
    where s.schemaname = any(%s) and s.idx_scan = 0 and not i.indisunique and i.indisvalid
      and not exists (
        select from pg_catalog.pg_constraint c where c.conindid = s.indexrelid
      )
      and pg_catalog.pg_relation_size(s.indexrelid) >= %s
    order by 3 desc, 1, 2
"""


@dataclass(frozen=True)
class _Rebuild:
    schema: str
    name: str
    why: str
    left_over: bool
    size: int


def statistics(connection: Connection, *, dry: bool) -> Iterator[Tally]:
    """Have the planner learn anew of tables that changed much, or at all in the last week."""
    for schema, table, changed in connection.execute(_STALE, (_ours(connection),)).fetchall():
        done = stopwatch()
        if not dry:
            connection.execute(sql.SQL("analyze {}").format(sql.Identifier(schema, table)))
        yield done(Tally("statistics", f"{schema}.{table}", "rows changed since", rows=changed))


def indexes(connection: Connection, *, dry: bool) -> Iterator[Tally]:
    """Rebuild what is broken or mostly air, without locking anybody out; name what is unused."""
    for found in [*_invalid(connection), *_bloated(connection)]:
        done = stopwatch()
        if dry:
            yield Tally("indexes", f"{found.schema}.{found.name}", found.why, size=found.size)
        else:
            yield done(_rebuild(connection, found))
    for schema, name, size in connection.execute(_UNUSED, (_ours(connection), _WORTH)).fetchall():
        did = "never used since the statistics began; kept"
        yield Tally("indexes", f"{schema}.{name}", did, size=size)


def _invalid(connection: Connection) -> Iterator[_Rebuild]:
    for schema, name, left_over, size in connection.execute(
        _INVALID, (_ours(connection),)
    ).fetchall():
        why = "left over from a rebuild" if left_over else "invalid"
        yield _Rebuild(schema, name, why, left_over, size)


def _bloated(connection: Connection) -> Iterator[_Rebuild]:
    given = {"schemas": _ours(connection), "worth": _WORTH, "air": _AIR}
    for schema, name, size, air in connection.execute(_BLOATED, given).fetchall():
        yield _Rebuild(schema, name, f"{100 * air // size} % air", False, air)


def _rebuild(connection: Connection, found: _Rebuild) -> Tally:
    item, index = f"{found.schema}.{found.name}", sql.Identifier(found.schema, found.name)
    verb = "drop index concurrently {}" if found.left_over else "reindex index concurrently {}"
    before = 0 if found.left_over else _size(connection, found)
    try:
        connection.execute(f"set lock_timeout = '{_LOCK_SECONDS}s'")
        connection.execute(sql.SQL(verb).format(index))
    except psycopg.errors.LockNotAvailable:
        # What it leaves behind is invalid, and the next time finds it.
        return Tally("indexes", item, f"{found.why}; in use, so left for the next time")
    finally:
        connection.execute("reset lock_timeout")
    if found.left_over:
        return Tally("indexes", item, f"{found.why}: dropped", size=found.size)
    freed = max(before - _size(connection, found), 0)
    return Tally("indexes", item, f"{found.why}: rebuilt", size=freed)


def _size(connection: Connection, found: _Rebuild) -> int:
    query = "select pg_catalog.pg_relation_size(format('%%I.%%I', %s::text, %s::text)::regclass)"
    [(size,)] = connection.execute(query, (found.schema, found.name)).fetchall()
    return int(size)


def _ours(connection: Connection) -> list[str]:
    return accounts.schemas(accounts.are_own(connection))
