"""Where the files that travel with the program lie, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def travelling(folder: str) -> Path:
    """Return `resources` or `migrations`: beside the package in a checkout, in it in a wheel."""
    inside = _PACKAGE / folder
    return inside if inside.is_dir() else _PACKAGE.parent / folder
