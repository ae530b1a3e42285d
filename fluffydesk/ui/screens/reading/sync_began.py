"""What the question is where one desk ended what had begun at the other."""

from __future__ import annotations

from sqlalchemy import Connection

from fluffydesk.mirror import queries
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.sync.merge import policies_of
from fluffydesk.sync.resolve import Conflict
from fluffydesk.ui.fields.texts import moment_text
from fluffydesk.ui.naming import value_text


def began_meanwhile(connection: Connection, conflict: Conflict) -> str:
    """Say since when it goes on, as a conflict's values do not show it; "" where they do."""
    record = record_for(conflict.table)
    policy = policies_of(record)[conflict.column]
    if policy.begun is None or policy.states is None:
        return ""
    states, (stamp, goes_to) = policy.states, policy.begun
    sides = [str(side) for side in (conflict.mine, conflict.theirs)]
    ended = [side for side in sides if states.later(side, goes_to) is None]
    row = queries.one(connection, record, conflict.row_id)
    if not ended or states.later(*sides) is None or row is None or getattr(row, stamp) is None:
        return ""
    columns = record.__table__.columns
    said = value_text(connection, columns[conflict.column], states(ended[0])).lower()
    label = facts_of(columns[stamp]).label
    since = moment_text(getattr(row, stamp))
    return f"{label}: {since}. Whoever made it \u201c{said}\u201d did not know that."
