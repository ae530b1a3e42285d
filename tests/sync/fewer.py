"""A version of the program that knows only some of the tables, so that a baseline is quick."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from fluffydesk.mirror import schema
from fluffydesk.records.catalog import MIRRORED

_OURS = ("fluffydesk.sync.", "fluffydesk.mirror.")


@contextmanager
def only_tables(*names: str) -> Iterator[None]:
    """Leave the mirror and the sync with these tables; to the sync one is like another."""
    kept = tuple(record for record in MIRRORED if record.__table__.name in names)
    assert len(kept) == len(names)
    replaced: list[tuple[ModuleType, str, object]] = []
    modules = [module for name, module in sys.modules.items() if name.startswith(_OURS)]
    logs = tuple(record.__table__.name for record in kept if record.__dated__ is not None)
    fewer = {"MIRRORED": kept, "mirrored_by": lambda _: kept, "LOGS": logs}
    for module in modules:
        for name, value in fewer.items():
            if hasattr(module, name):
                replaced.append((module, name, getattr(module, name)))
                setattr(module, name, value)
    _forget(modules)
    try:
        yield
    finally:
        for module, name, value in replaced:
            setattr(module, name, value)
        _forget(modules)


def are_all() -> bool:
    """Return whether the program knows every table now."""
    return schema.MIRRORED is MIRRORED


def _forget(modules: list[ModuleType]) -> None:
    """Empty every cache: what they hold was worked out from other tables."""
    for module in modules:
        for value in list(vars(module).values()):
            if hasattr(value, "cache_clear"):
                value.cache_clear()
