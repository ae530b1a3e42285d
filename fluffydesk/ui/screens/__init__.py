"""The screens of a farm and of a clinic, in the order of the rail."""

from __future__ import annotations

from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.animal_card import AnimalCardScreen
from fluffydesk.ui.screens.animals import AnimalsScreen
from fluffydesk.ui.screens.behind import BehindScreen
from fluffydesk.ui.screens.eggs import EggsScreen
from fluffydesk.ui.screens.flocks import FlocksScreen
from fluffydesk.ui.screens.imports import ImportsScreen
from fluffydesk.ui.screens.milking import MilkingScreen
from fluffydesk.ui.screens.stores import StoresScreen
from fluffydesk.ui.screens.today import TodayScreen

FARM_SCREENS: tuple[type[Screen], ...] = (
    TodayScreen,
    MilkingScreen,
    EggsScreen,
    AnimalsScreen,
    AnimalCardScreen,
    FlocksScreen,
    StoresScreen,
    BehindScreen,
    ImportsScreen,
)
CLINIC_SCREENS: tuple[type[Screen], ...] = ()
