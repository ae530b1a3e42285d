"""The window, and the demo with or without it."""

from __future__ import annotations

import importlib
import os
from argparse import Namespace
from pathlib import Path

from fluffydesk.account.home import Home
from fluffydesk.cli.here import home_of
from fluffydesk.demo.run import run


def open_app(options: Namespace) -> int:
    """Open the window; returns its exit code."""
    # Loaded here, since the demo without a window must run where there is no screen.
    app = importlib.import_module("fluffydesk.app")
    return int(app.run(home_of(options).path) or 0)


def demo(options: Namespace) -> int:
    """Set up the demo in --home or FLUFFYDESK_HOME, else in a folder of its own; open it."""
    named = options.home or os.environ.get("FLUFFYDESK_HOME")
    home = Home(Path(named)) if named else Home(Home.default().path / "demo")
    return run(
        home.path,
        window=not options.no_window,
        clinic=options.clinic,
        fresh=options.fresh,
    )
