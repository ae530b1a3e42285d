"""What the sync centre reads of a row that was entered twice: here, and at another PC."""

from __future__ import annotations

from dataclasses import dataclass

from fluffydesk.mirror.images import from_image, read_image
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.sync import twins
from fluffydesk.sync.meet import who_changed
from fluffydesk.sync.twins import Twin
from fluffydesk.ui.fields.texts import moment_text
from fluffydesk.ui.naming import value_text
from fluffydesk.ui.screens.reading.sync import moment


@dataclass(frozen=True)
class TwinView:
    """The row that is there already, in words: who wrote it, and what differs, a line each."""

    twin: Twin
    by: str
    differs: tuple[tuple[str, str, str], ...]
    """Label, here, there."""


def read_twin(mirror: Mirror, twin: Twin) -> TwinView:
    """Put the row that is there already beside the one that was refused."""
    record = record_for(twin.table)
    with mirror.read() as connection:
        image = read_image(connection, record, twin.mine)
        mine = {} if image is None else from_image(record, image)
        who, device, at = who_changed(connection, twin.image)
        differs = tuple(
            (
                facts_of(column).label,
                value_text(connection, column, mine.get(column.name)),
                value_text(connection, column, twin.values.get(column.name)),
            )
            for column in twins.differences(twin, mine)
        )
    where = f" on {device}" if device else ""
    when = moment(at)
    by = f"{who or 'Somebody'}{where}" + (f", {moment_text(when)}" if when else "")
    return TwinView(twin, by, differs)
