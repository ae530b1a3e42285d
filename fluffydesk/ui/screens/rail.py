"""The screens of a farm and of a clinic, in the order of the rail."""

from __future__ import annotations

from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.animal_card import AnimalCardScreen
from fluffydesk.ui.screens.animals import AnimalsScreen
from fluffydesk.ui.screens.behind import BehindScreen
from fluffydesk.ui.screens.boarding import BoardingScreen
from fluffydesk.ui.screens.breeding import BreedingScreen
from fluffydesk.ui.screens.calendar import Calendar
from fluffydesk.ui.screens.client_card import ClientCardScreen
from fluffydesk.ui.screens.clients import Clients
from fluffydesk.ui.screens.clinic_setup import ClinicSetup
from fluffydesk.ui.screens.clinic_today import ClinicToday
from fluffydesk.ui.screens.clinic_words import (
    ClinicContradictions,
    ClinicReports,
    ClinicSettings,
    ClinicStock,
    ClinicStocktake,
    ClinicSync,
)
from fluffydesk.ui.screens.contradictions import ContradictionsScreen
from fluffydesk.ui.screens.desk_money import DeskMoney
from fluffydesk.ui.screens.desk_rows import DeskRows
from fluffydesk.ui.screens.eggs import EggsScreen
from fluffydesk.ui.screens.farm_visits import FarmVisitsScreen
from fluffydesk.ui.screens.feed import FeedScreen
from fluffydesk.ui.screens.flocks import FlocksScreen
from fluffydesk.ui.screens.health import HealthScreen
from fluffydesk.ui.screens.herds import HerdsScreen
from fluffydesk.ui.screens.imports import ImportsScreen
from fluffydesk.ui.screens.messages import MessagesScreen
from fluffydesk.ui.screens.milking import MilkingScreen
from fluffydesk.ui.screens.money import MoneyScreen
from fluffydesk.ui.screens.pet_card import PetCardScreen
from fluffydesk.ui.screens.pets import Pets
from fluffydesk.ui.screens.record import RecordScreen
from fluffydesk.ui.screens.reminders import RemindersScreen
from fluffydesk.ui.screens.reports import ReportsScreen
from fluffydesk.ui.screens.settings import Settings
from fluffydesk.ui.screens.stores import StoresScreen
from fluffydesk.ui.screens.stores_count import StocktakeScreen
from fluffydesk.ui.screens.sync_centre import SyncCentre
from fluffydesk.ui.screens.tasks import TasksScreen
from fluffydesk.ui.screens.today import TodayScreen
from fluffydesk.ui.screens.treat import TreatScreen
from fluffydesk.ui.screens.waiting import WaitingRoom
from fluffydesk.ui.screens.weigh import WeighScreen

FARM_SCREENS: tuple[type[Screen], ...] = (
    TodayScreen,
    MilkingScreen,
    EggsScreen,
    FeedScreen,
    WeighScreen,
    AnimalsScreen,
    AnimalCardScreen,
    FlocksScreen,
    HerdsScreen,
    HealthScreen,
    TreatScreen,
    BreedingScreen,
    StoresScreen,
    StocktakeScreen,
    MoneyScreen,
    TasksScreen,
    ReportsScreen,
    BehindScreen,
    ImportsScreen,
    SyncCentre,
    ContradictionsScreen,
    Settings,
)
CLINIC_SCREENS: tuple[type[Screen], ...] = (
    ClinicToday,
    DeskRows,
    Calendar,
    WaitingRoom,
    Clients,
    ClientCardScreen,
    Pets,
    PetCardScreen,
    BoardingScreen,
    FarmVisitsScreen,
    RemindersScreen,
    RecordScreen,
    ClinicStock,
    ClinicStocktake,
    DeskMoney,
    ClinicReports,
    MessagesScreen,
    ClinicSync,
    ClinicContradictions,
    ClinicSettings,
    ClinicSetup,
)
