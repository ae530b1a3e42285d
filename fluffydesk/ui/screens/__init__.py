"""The screens of a farm and of a clinic, in the order of the rail."""

from __future__ import annotations

from fluffydesk.ui.screen import Screen

FARM_SCREENS: tuple[type[Screen], ...] = ()
CLINIC_SCREENS: tuple[type[Screen], ...] = ()
