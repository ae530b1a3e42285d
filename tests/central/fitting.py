"""What the rows invented for tests need beyond what a single column knows: rules across fields."""

from __future__ import annotations

from typing import Any

FITTING: dict[str, dict[str, Any]] = {}
"""Values by table and column; a callable is given the ids of the rows made so far."""
