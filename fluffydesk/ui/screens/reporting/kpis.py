"""Every figure of the trade for a period, beside the period before, with what it means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from sqlalchemy import Connection

from fluffydesk.actions.conventions import conventions
from fluffydesk.figures import kpi
from fluffydesk.figures.flock import livability_percent, mortality_percent
from fluffydesk.figures.milk import mean
from fluffydesk.figures.stock import days_of_cover
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockUnit
from fluffydesk.ui.fields.texts import unit_text
from fluffydesk.ui.screens.reading.flocks import eggs_by_day
from fluffydesk.ui.screens.reading.flocks_grown import Growing, grown
from fluffydesk.ui.screens.reading.grown import (
    gained,
    mean_gain,
    mean_inbreeding,
    weaning_weight,
)
from fluffydesk.ui.screens.reading.milk import milk_by_day
from fluffydesk.ui.screens.reading.milked import (
    Yields,
    calvings,
    cell_score,
    corrected_milk,
    lactation_means,
)
from fluffydesk.ui.screens.reading.stores import item_rows
from fluffydesk.ui.screens.reporting import births, poultry, production
from fluffydesk.ui.screens.reporting.report import Column, Period, Report, Stop, kpi_cell, number

Value = Decimal | int | None
_COLUMNS = (
    Column("Figure"),
    number("Value"),
    Column("Unit"),
    number("Period before"),
    Column("Of what", wide=True),
    Column("How it is worked out", wide=True),
)


class Values:
    """The figures of one period; what several of them share is read once."""

    def __init__(self, connection: Connection, period: Period) -> None:
        self._connection, self._period = connection, period
        self._yields: Yields | None = None
        self._corrected: tuple[Decimal | None, Decimal | None] | None = None
        self._flocks: list[poultry.Days] | None = None
        self._hatched: tuple[Value, Value, Value] | None = None
        self._grown: Growing | None = None

    def yields(self) -> Yields:
        """The lactations that reached day 305."""
        if self._yields is None:
            self._yields = lactation_means(self._connection, self._period.first, self._period.last)
        return self._yields

    def corrected(self) -> tuple[Value, Value]:
        """4 % and energy-corrected milk a cow and day."""
        if self._corrected is None:
            self._corrected = corrected_milk(
                self._connection, self._period.first, self._period.last
            )
        return self._corrected

    def days_in_milk(self) -> Value:
        """The mean over the cows in milk on the last day, the day of calving as the farm counts."""
        ways, last = conventions(self._connection), self._period.last
        days = (ways.days_in_milk(calved, last) for calved in calvings(self._connection, last))
        return mean(Decimal(one) for one in days if one is not None)

    def per_cow(self) -> Value:
        """Milk a cow and day."""
        return production.milk_per_cow(
            milk_by_day(self._connection, self._period.first, self._period.last)
        )

    def cells(self) -> Value:
        """The mean somatic cell score."""
        return cell_score(self._connection, self._period.first, self._period.last)

    def laying(self) -> Value:
        """The hen-day % of the days with eggs."""
        return production.laying(
            eggs_by_day(self._connection, self._period.first, self._period.last)
        )

    def flocks(self) -> list[poultry.Days]:
        """The flocks with birds in the period."""
        if self._flocks is None:
            self._flocks = poultry.of_period(self._connection, self._period)
        return self._flocks

    def housed(self) -> Value:
        """The hen-housed %."""
        return poultry.housed_laying(self.flocks(), self._period.days)

    def fattened(self) -> Growing:
        """The flocks that were sold out, as one."""
        if self._grown is None:
            found = poultry.sold_out(self._connection, self._period)
            total = poultry.all_of([batch for _, batch in found])
            self._grown = grown(total, conventions(self._connection))
        return self._grown

    def hatched(self) -> tuple[Value, Value, Value]:
        """Fertility, hatch of fertile and hatch of set."""
        if self._hatched is None:
            self._hatched = births.hatch_figures(self._connection, self._period)
        return self._hatched

    def gain(self) -> Value:
        """The mean daily gain."""
        return mean_gain(gained(self._connection, self._period.first, self._period.last))

    def weaned(self) -> Value:
        """The mean adjusted 205-day weight."""
        return weaning_weight(self._connection, self._period.first, self._period.last)

    def lambing(self) -> Value:
        """The lambing %."""
        return births.lambing_of(self._connection, self._period)

    def cover(self) -> Value:
        """How long all feed in store lasts."""
        feeds = [
            one
            for one in item_rows(self._connection, self._period.last)
            if one.category is InventoryCategory.FEED
            and one.unit is StockUnit.KILOGRAM
            and one.daily_use is not None
        ]
        stock = sum((one.balance for one in feeds), Decimal(0))
        return days_of_cover(stock, sum((one.daily_use or Decimal(0) for one in feeds), Decimal(0)))

    def inbred(self) -> Value:
        """The mean coefficient of inbreeding."""
        return mean_inbreeding(self._connection, self._period.first, self._period.last)


_305 = "Mean of the lactations whose day 305 lies in the period."
_SOLD_OUT = "The flocks whose last birds were sold in the period, as one."
_HATCHED = "All eggs that hatched in the period."
READ: Mapping[str, tuple[str, Callable[[Values], Value]]] = {
    kpi.LACTATION_YIELD.key: (_305, lambda one: one.yields().milk),
    kpi.LACTATION_FAT.key: (_305, lambda one: one.yields().fat),
    kpi.LACTATION_PROTEIN.key: (_305, lambda one: one.yields().protein),
    kpi.DAYS_IN_MILK.key: ("Mean of the cows in milk on the last day.", Values.days_in_milk),
    kpi.MILK_PER_COW.key: ("All milk over all cow-days.", Values.per_cow),
    kpi.FAT_CORRECTED.key: ("A cow and day, of the days tested.", lambda one: one.corrected()[0]),
    kpi.ENERGY_CORRECTED.key: (
        "A cow and day, of the days tested.",
        lambda one: one.corrected()[1],
    ),
    kpi.CELL_SCORE.key: ("Mean of the milkings tested.", Values.cells),
    kpi.HEN_DAY.key: ("All hens, on the days with eggs.", Values.laying),
    kpi.HEN_HOUSED.key: ("All flocks that laid; those that came count as housed.", Values.housed),
    kpi.EGG_WEIGHT.key: ("All eggs weighed.", lambda one: poultry.eggs_weigh(one.flocks())),
    kpi.MORTALITY.key: (
        "All birds at the start of the period and those that came.",
        lambda one: mortality_percent(*poultry.died_of(one.flocks())),
    ),
    kpi.LIVABILITY.key: (
        "All birds at the start of the period and those that came.",
        lambda one: livability_percent(*poultry.died_of(one.flocks())),
    ),
    kpi.FEED_CONVERSION.key: (_SOLD_OUT, lambda one: one.fattened().conversion),
    kpi.EPEF.key: (_SOLD_OUT, lambda one: one.fattened().epef),
    kpi.FERTILITY.key: (_HATCHED, lambda one: one.hatched()[0]),
    kpi.HATCH_OF_FERTILE.key: (_HATCHED, lambda one: one.hatched()[1]),
    kpi.HATCH_OF_SET.key: (_HATCHED, lambda one: one.hatched()[2]),
    kpi.DAILY_GAIN.key: ("Mean of the animals weighed twice in the period.", Values.gain),
    kpi.WEIGHT_205.key: ("Mean of the calves weighed in the period.", Values.weaned),
    kpi.LAMBING.key: ("All sheep and goats.", Values.lambing),
    kpi.FEED_COVER.key: ("All feed kept by weight, on the last day.", Values.cover),
    kpi.FEED_PER_BIRD.key: (
        "All flocks that were fed.",
        lambda one: poultry.feed_a_bird(one.flocks()),
    ),
    kpi.INBREEDING.key: (
        "Mean of the animals born in the period whose parents are known.",
        Values.inbred,
    ),
}
"""Of what each figure of `figures.kpi` is for a period, and how it is read."""


def every_figure(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return every figure of `figures.kpi` for a period and for the one before it."""
    ways = conventions(connection)
    now, before = Values(connection, period), Values(connection, period.before)
    rows = []
    for figure in kpi.KPIS.values():
        stop()
        what, read = READ[figure.key]
        rows.append(
            (
                figure.title,
                kpi_cell(figure, read(now)),
                unit_text(figure.unit),
                kpi_cell(figure, read(before)),
                what,
                ways.said(figure),
            )
        )
    return Report(
        title="Every figure",
        columns=_COLUMNS,
        rows=tuple(rows),
        notes=(f"Period before: {period.before.words}.",),
        units=("kg",),
        by=(kpi.DAYS_IN_MILK, kpi.FEED_CONVERSION, kpi.LAMBING),
    )
