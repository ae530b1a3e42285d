"""What a central has, asked by those who may be newer: its mirrored columns, its closed lists."""

from __future__ import annotations

CATALOGUE = """
select jsonb_build_object(
  'tables', (
    select jsonb_object_agg(t.name, (select jsonb_agg(c.name) from sync.columns(t.name) c))
    from sync.tables t
  ),
  'words', (
    select jsonb_object_agg(w.name, w.words) from (
      select t.typname as name, jsonb_agg(e.enumlabel) as words
      from pg_catalog.pg_enum e
      join pg_catalog.pg_type t on t.oid = e.enumtypid
      where t.typnamespace = 'public'::regnamespace
      group by 1
    ) w
  )
)"""
