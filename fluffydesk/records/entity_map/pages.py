"""Every file of the entity map."""

from __future__ import annotations

from pathlib import Path

from fluffydesk.files import travelling
from fluffydesk.records.entity_map import diagrams, overview
from fluffydesk.records.entity_map.subjects import subjects

HOME = travelling("resources") / "entity-map"


def pages() -> dict[Path, str]:
    """Return what each file should hold."""
    return {
        HOME / "README.md": diagrams.index(),
        HOME / "overview.svg": overview.draw(),
        **{HOME / f"{one.name}.md": diagrams.page(one) for one in subjects()},
    }
