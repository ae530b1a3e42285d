"""Writes down what is needed to mend a bug: where it happened, in which version, on what."""

from __future__ import annotations

import os
import platform
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

import platformdirs

from fluffydesk import __version__


def write_report(error: BaseException, home: Path | None) -> Path:
    """Write a report into the home's logs (or the temporary folder) and return its path.

    The words of the command are left out: they can hold a password.
    """
    moment = datetime.now(UTC)
    lines = [
        f"FluffyDesk {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"{moment:%Y-%m-%d %H:%M:%S} UTC",
        "",
        *traceback.format_exception(error),
    ]
    name = f"crash-{moment:%Y%m%d-%H%M%S}-{os.getpid()}.txt"
    known = home or os.environ.get("FLUFFYDESK_HOME")
    usual = platformdirs.user_data_path("fluffydesk", appauthor=False)
    for folder in ((Path(known) if known else usual) / "logs", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / name
            path.write_text("\n".join(lines), encoding="utf-8")
        except OSError:
            continue
        return path
    return Path(os.devnull)
