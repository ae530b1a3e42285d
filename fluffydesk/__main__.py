"""Runs FluffyDesk as `python -m fluffydesk`."""

from __future__ import annotations

import sys

from fluffydesk.cli import main

if __name__ == "__main__":
    sys.exit(main())
