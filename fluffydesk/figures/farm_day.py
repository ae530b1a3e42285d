"""The figures by which a farm watches its days: each with its unit, decimals and definition."""

from __future__ import annotations

from fluffydesk.figures.kpi import Kpi

_WHOLE_DAY = "A whole-day value stands for a cow's milkings of that day."

MILK_A_DAY = Kpi("milk_a_day", "Milk a day", "kg", 0, f"Mean of the days with milk. {_WHOLE_DAY}")
EGGS_A_DAY = Kpi(
    "eggs_a_day", "Eggs a day", "eggs", 0, "Mean of the days with eggs, the bad ones too."
)
FEED_A_DAY = Kpi(
    "feed_a_day", "Feed a day", "kg", 0, "Mean of the days with feed, of groups and flocks."
)
DEATHS = Kpi("deaths", "Deaths", "head", 0, "Birds lost and animals dead.")
REVENUES = Kpi(
    "revenues",
    "Revenues",
    "",
    2,
    "Incomes without tax, and sales for which no income was written, in the farm's currency.",
)
EXPENSES = Kpi("expenses", "Expenses", "", 2, "Expenses without tax, in the farm's currency.")
