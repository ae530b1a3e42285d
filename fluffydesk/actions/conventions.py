"""What a farm has chosen: its units, and the conventions its figures are reckoned by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, select

from fluffydesk.actions.saving import change
from fluffydesk.errors import InvalidValue
from fluffydesk.figures import breeding, dates, flock, kpi, milk
from fluffydesk.figures.health import GAP_DAYS
from fluffydesk.figures.kpi import Kpi
from fluffydesk.figures.units import convert
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.organizations import (
    FeedConversionBasis,
    LambingBasis,
    ShownMass,
    ShownTemperature,
    ShownVolume,
)
from fluffydesk.records.organizations import Organization

CONVENTIONS = (
    "time_zone",
    "currency",
    "mass_unit",
    "volume_unit",
    "temperature_unit",
    "calving_day",
    "feed_conversion_basis",
    "lambing_basis",
    "episode_gap_days",
    "is_organic",
)
"""The columns of an organization that say how it reads and reckons."""
_FROM_CALVING = "days_in_milk"
"""The column of a milking that counts from the calving; kept with that day as day 0."""
_SYMBOLS = {"gal_us": "gal (US)", "gal_uk": "gal (UK)", "C": "°C", "F": "°F"}
Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class Conventions:
    """How a farm reads and reckons; what is kept is in kg, L and °C whatever it chose (rule 24)."""

    mass_unit: ShownMass = ShownMass.KILOGRAM
    volume_unit: ShownVolume = ShownVolume.LITRE
    temperature_unit: ShownTemperature = ShownTemperature.CELSIUS
    calving_day: int = 0
    feed_conversion_basis: FeedConversionBasis = FeedConversionBasis.LIVE_WEIGHT
    lambing_basis: LambingBasis = LambingBasis.EXPOSED
    is_organic: bool = False
    episode_gap_days: int = GAP_DAYS

    def unit_for(self, kept: str) -> str:
        """Return the farm's unit for one that is kept: kg, L, C or °C; any other is itself."""
        chosen = {
            "kg": self.mass_unit.value,
            "L": self.volume_unit.value,
            "C": self.temperature_unit.value,
        }
        return chosen.get(kept.removeprefix("°"), kept)

    def symbol_for(self, kept: str) -> str:
        """Return how the farm's unit is written: "lb", "gal (US)", "°F"."""
        unit = self.unit_for(kept)
        return _SYMBOLS.get(unit, unit)

    def converts(self, kept: str) -> bool:
        """Say whether what is kept in this unit is shown in another here."""
        return self.unit_for(kept) != kept.removeprefix("°")

    def places(self, kept: str, places: int) -> int:
        """Return the decimals to show for so many that are kept: of a larger unit, one more.

        So that what is shown, typed again, is what is kept.
        """
        larger = self.unit_for(kept).startswith("gal")
        return places + 1 if larger and places else places

    def shown(self, value: Decimal, kept: str) -> Decimal:
        """Return a value kept in `kept` (kg, L, C) in the farm's unit, not rounded."""
        unit = kept.removeprefix("°")
        return convert(value, unit, self.unit_for(unit)) if self.converts(unit) else value

    def kept(self, typed: Decimal, kept: str, places: int) -> Decimal:
        """Return what was typed in the farm's unit as it is kept, to so many decimals."""
        unit = kept.removeprefix("°")
        if not self.converts(unit):
            return typed  # more decimals than are kept are refused, never rounded
        return kpi.rounded(convert(typed, self.unit_for(unit), unit), places)

    def days_in_milk(self, calved_on: date | None, on: date) -> int | None:
        """Return days in milk with the day of calving as the farm counts it."""
        return milk.days_in_milk(calved_on, on, calving_day=self.calving_day)

    def counted(self, column: str, value: Any) -> Any:
        """Return what is kept in a column as the farm counts it: its days in milk from the
        calving day that it chose, and all else as it is. None stays None."""
        return value if value is None or column != _FROM_CALVING else value + self.calving_day

    def uncounted(self, column: str, value: Any) -> Any:
        """Return a value as it is kept that was counted as the farm counts. InvalidValue where it
        is before the calving day."""
        if value is None or column != _FROM_CALVING:
            return value
        if value < self.calving_day:
            raise InvalidValue(
                f"Days in milk: the day of calving is day {self.calving_day} here.",
                "Type that or more.",
                field=column,
            )
        return value - self.calving_day

    def feed_conversion(
        self,
        feed_kg: Decimal,
        live_kg: Decimal,
        placed_kg: Decimal | None = None,
        dead_kg: Decimal | None = None,
    ) -> Decimal | None:
        """Return feed conversion on the farm's basis; None where a weight it asks for is unknown.

        `live_kg` is what was sold or weighed; None for the others says that nobody weighed them.
        """
        basis = self.feed_conversion_basis
        gain = basis is not FeedConversionBasis.LIVE_WEIGHT
        dead = basis is FeedConversionBasis.GAIN_WITH_DEAD
        if (gain and placed_kg is None) or (dead and dead_kg is None):
            return None
        return flock.feed_conversion(
            feed_kg,
            live_kg,
            placed_kg=(gain and placed_kg) or Decimal(0),
            dead_kg=(dead and dead_kg) or Decimal(0),
        )

    def lambing_percent(
        self, lambs: int, *, mated: int, exposed: int, lambed: int
    ) -> Decimal | None:
        """Return lambing % with the farm's ewes below the line."""
        return breeding.lambing_percent(
            lambs, self.ewes(mated=mated, exposed=exposed, lambed=lambed)
        )

    def ewes(self, *, mated: int, exposed: int, lambed: int) -> int:
        """Return which ewes this farm reckons lambing % over."""
        return {
            LambingBasis.MATED: mated,
            LambingBasis.EXPOSED: exposed,
            LambingBasis.LAMBED: lambed,
        }[self.lambing_basis]

    def withdrawal_hours(self, hours: int) -> int:
        """Return for how long a medicine's food is withheld here: organic farms wait longer."""
        return dates.withdrawal_hours(hours, organic=self.is_organic)

    def said(self, figure: Kpi) -> str:
        """Return the definition of a figure with this farm's convention, to print beside it."""
        return figure.said(self._choices().get(figure.key))

    def convention(self, figure: Kpi) -> str:
        """Return this farm's convention for a figure alone; "" where none changes it."""
        choice = self._choices().get(figure.key)
        return figure.conventions[choice] if choice is not None else ""

    def _choices(self) -> dict[str, str]:
        return {
            kpi.DAYS_IN_MILK.key: str(self.calving_day),
            kpi.FEED_CONVERSION.key: self.feed_conversion_basis.value,
            kpi.EPEF.key: self.feed_conversion_basis.value,
            kpi.LAMBING.key: self.lambing_basis.value,
        }


def conventions(connection: Connection) -> Conventions:
    """Return what the organization of this mirror chose; the usual where it has no row."""
    table = Organization.__table__
    row = connection.execute(select(table).limit(1)).first()
    if row is None:
        return Conventions()
    usual = Conventions()
    return Conventions(
        _known(ShownMass, row.mass_unit, usual.mass_unit),
        _known(ShownVolume, row.volume_unit, usual.volume_unit),
        _known(ShownTemperature, row.temperature_unit, usual.temperature_unit),
        usual.calving_day if row.calving_day is None else row.calving_day,
        _known(FeedConversionBasis, row.feed_conversion_basis, usual.feed_conversion_basis),
        _known(LambingBasis, row.lambing_basis, usual.lambing_basis),
        bool(row.is_organic),
        row.episode_gap_days or usual.episode_gap_days,
    )


def choose(mirror: Mirror, organization_id: UUID, values: Mapping[str, Any]) -> Changes:
    """Change what the organization chose: some of CONVENTIONS by name.

    Times and amounts follow at once. InvalidValue for a time zone or currency there is none of.
    """
    changes = change(mirror, Organization, organization_id, values)
    told = mirror.recall("organization") or {}
    place = {name: values[name] for name in ("time_zone", "currency") if name in values}
    if place and told.get("id") == str(organization_id):
        mirror.remember(organization={**told, **place})
    return changes


def _known(words: type[Word], value: Any, usual: Word) -> Word:
    """A central that is newer may know a choice that this program does not."""
    return value if isinstance(value, words) else usual
