"""What the window remembers between two starts: widths, order, size; kept in an ini file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings


class _Memory:
    settings: QSettings | None = None
    passing: dict[str, Any] = {}


def keep_in(path: Path | None) -> None:
    """Remember in this ini file from now on; with None, only until the app ends."""
    if _Memory.settings is not None:
        _Memory.settings.sync()
    _Memory.passing = {}
    _Memory.settings = None
    if path is not None:
        _Memory.settings = QSettings(str(path), QSettings.Format.IniFormat)


def recall(key: str) -> Any:
    """Return what was remembered under `key`, or None."""
    if _Memory.settings is None:
        return _Memory.passing.get(key)
    return _Memory.settings.value(key)


def remember(key: str, value: str | int | bool | QByteArray) -> None:
    """Remember `value` under `key`; an ini file gives numbers back as text."""
    if _Memory.settings is None:
        _Memory.passing[key] = value
    else:
        _Memory.settings.setValue(key, value)
