"""What a PC asks of central for a person to read, and keeps nothing of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

_GAPS = """\
select coalesce(jsonb_agg(to_jsonb(g) order by g.place, g.nth), '[]')
from (
  select s.series, s.place, f.number, f.state, f.device_name, f.seen_at, f.nth
  from unnest(%s::text[]) with ordinality as s(series, place)
  cross join lateral (
    select n.*, row_number() over () as nth from sync.number_gaps(%s, s.series) n
  ) f
  where f.state <> 'used'
) g"""
_TRAIL = """\
select coalesce(jsonb_agg(to_jsonb(t) order by t.at desc), '[]')
from (
  select a.created_at as at, a.action, a.device, coalesce(p.full_name, p.email) as who,
    (select array_agg(k.name) from jsonb_object_keys(
      coalesce(nullif(a.details -> 'after', 'null'), '{}')) as k(name)) as columns
  from public.audit_logs a
  left join public.profiles p on p.id = a.actor_id
  where a.organization_id = %s and a.entity_type = %s and a.entity_id = %s
  order by a.created_at desc
  limit %s
) t"""


class Lookups:
    """The questions of a gateway whose answers are only shown."""

    def _ask(self, query: str, *arguments: Any) -> Any:
        raise NotImplementedError

    def beyond(
        self,
        organization_id: UUID,
        table: str,
        columns: list[str],
        since: date,
        of: tuple[str, UUID] | None = None,
        limit: int = 200,
    ) -> list[dict[str, Any]]:
        """Return the latest rows of a log from before the day `since`, which a PC does not keep.

        `of` is a link of the table and the row it names: `("animal_id", id)`.
        """
        column, value = of or (None, None)
        query = "select sync.beyond(%s, %s, %s, %s, %s, %s, %s)"
        told = (organization_id, table, columns, since, column, value, limit)
        rows: list[dict[str, Any]] = self._ask(query, *told)
        return rows

    def number_gaps(self, organization_id: UUID, series: Sequence[str]) -> list[dict[str, Any]]:
        """Return the reserved numbers that no record has, in order, series by series.

        Each as `{"series", "number", "state", "device_name", "seen_at"}`, where the state is
        `handed out`, `reserved` or `given up`.
        """
        found: list[dict[str, Any]] = self._ask(_GAPS, list(series), organization_id)
        return found

    def trail(
        self, organization_id: UUID, table: str, row_id: UUID, limit: int = 200
    ) -> list[dict[str, Any]]:
        """Return what the audit trail has of a row, newest first, as far as one may read it.

        Each as `{"at", "action", "device", "who", "columns"}`.
        """
        found: list[dict[str, Any]] = self._ask(_TRAIL, organization_id, table, row_id, limit)
        return found
