"""The window, and the demo with or without it."""

from __future__ import annotations

import importlib
import os
import sys
from argparse import Namespace
from pathlib import Path

from fluffydesk.account.home import Home
from fluffydesk.cli.here import home_of
from fluffydesk.demo.run import run
from fluffydesk.errors import Refusal

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def open_app(options: Namespace) -> int:
    """Open the window; returns its exit code."""
    # Loaded here, since the demo without a window must run where there is no screen.
    _need_screen("The other commands need none: see `fluffydesk --help`.")
    app = importlib.import_module("fluffydesk.app")
    return int(app.run(home_of(options).path) or 0)


def demo(options: Namespace) -> int:
    """Set up the demo in --home or FLUFFYDESK_HOME, else in a folder of its own; open it."""
    named = options.home or os.environ.get("FLUFFYDESK_HOME")
    home = Home(Path(named)) if named else Home(Home.default().path / "demo")
    if not options.no_window:
        _need_screen("`fluffydesk demo --no-window` sets the demo up without one.")
    return run(
        home.path,
        window=not options.no_window,
        clinic=options.clinic,
        fresh=options.fresh,
    )


def _need_screen(way_out: str) -> None:
    """Refuse where Qt would find no screen, for it ends the whole process then."""
    if sys.platform == "linux" and not any(os.environ.get(name) for name in _SCREENS):
        raise Refusal(
            "There is no screen here to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is "
            "set.",
            way_out,
        )
