"""Every KPI once: its name, unit, decimals and definition, so that each place says the same.

Sources are named with the functions that compute them. The 205-day weight was read as public pages
quote the Beef Improvement Federation's guidelines; ICAR's guidelines, the handbooks and the papers
are named as the trade quotes them. Each figure is held by a worked example in the tests.

What a farm chooses (which day calving is, what feed conversion divides by) is a convention: each
choice has its words here, and they are printed beside the figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal

NOT_ENOUGH = "not enough data"
"""What is shown for a figure whose denominator is zero or unknown; never 0."""
_WIDE = Context(prec=60)


@dataclass(frozen=True)
class Kpi:
    """A figure of the trade: what it is called, its unit, its decimals and what it means."""

    key: str
    title: str
    unit: str
    places: int
    definition: str
    conventions: Mapping[str, str] = field(default_factory=dict, hash=False, compare=False)
    """The words of each choice where a setting of the organization changes the figure."""
    one: str = ""
    """The unit of exactly one, where it is another word: "visit" for "visits"."""

    def rounded(self, value: Decimal | int | None) -> Decimal | None:
        """Return a figure as it is shown: rounded once, last, half away from zero."""
        return None if value is None else rounded(Decimal(value), self.places)

    def unit_of(self, value: Decimal | int | None) -> str:
        """Return the unit as it stands behind a figure: "1 visit", "2 visits"."""
        return self.one if self.one and value == 1 else self.unit

    def said(self, choice: str | None = None) -> str:
        """Return the definition, and the convention that was chosen; KeyError for an unknown one.

        Without a choice, every choice there is.
        """
        if not self.conventions:
            return self.definition
        chosen = [self.conventions[choice]] if choice else list(self.conventions.values())
        return f"{self.definition} {' Or: '.join(chosen)}"


def rounded(value: Decimal, places: int) -> Decimal:
    """Return a value with so many decimals, half away from zero; a zero has no sign."""
    kept = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_WIDE)
    return abs(kept) if kept.is_zero() else kept


def shown(kpi: Kpi, value: Decimal | int | None, *, unit: bool = False) -> str:
    """Return a figure as text, of no locale: "1,499", with its unit "1,499 kg".

    Screens, PDF and print write it in the person's locale, from the same `Kpi.rounded`.
    """
    number = kpi.rounded(value)
    if number is None:
        return NOT_ENOUGH
    text = f"{number:,f}"
    return f"{text} {kpi.unit}" if unit and kpi.unit else text


LACTATION_YIELD = Kpi(
    "lactation_yield",
    "Lactation yield",
    "kg",
    0,
    "Milk from calving to day 305 by the test-interval method: the first day's yield back to "
    "calving, the mean of two test days between them, the last one onwards "
    "(ICAR Guidelines, section 2, procedure 2).",
)
LACTATION_FAT = Kpi(
    "lactation_fat",
    "Fat, lactation",
    "kg",
    1,
    "Fat from calving to day 305: the fat of each test day by the test-interval method, by mass "
    "(ICAR Guidelines, section 2, procedure 2).",
)
LACTATION_PROTEIN = Kpi(
    "lactation_protein",
    "Protein, lactation",
    "kg",
    1,
    "Protein from calving to day 305: the protein of each test day by the test-interval method, "
    "by mass (ICAR Guidelines, section 2, procedure 2).",
)
DAYS_IN_MILK = Kpi(
    "days_in_milk",
    "Days in milk",
    "d",
    0,
    "Days since calving.",
    {"0": "The day of calving is day 0.", "1": "The day of calving is day 1."},
)
MILK_PER_COW = Kpi(
    "milk_per_cow", "Milk per cow", "kg", 1, "Milk of the day / cows that were milked that day."
)
FAT_CORRECTED = Kpi(
    "fat_corrected_milk",
    "4 % fat-corrected milk",
    "kg",
    1,
    "0.4 * milk + 15 * fat, both in the same unit (Gaines).",
)
ENERGY_CORRECTED = Kpi(
    "energy_corrected_milk",
    "Energy-corrected milk",
    "kg",
    2,
    "Milk * (0.383 * fat % + 0.242 * protein % + 0.7832) / 3.1138.",
)
CELL_SCORE = Kpi(
    "somatic_cell_score", "Somatic cell score", "", 1, "log2(cells per mL / 100,000) + 3."
)
HEN_DAY = Kpi(
    "hen_day",
    "Hen-day laying",
    "%",
    1,
    "Eggs / hens alive, summed over the days. A bird counts from the day after it came, and not "
    "on the day it died.",
)
HEN_HOUSED = Kpi(
    "hen_housed", "Hen-housed laying", "%", 1, "Eggs / (hens housed at the start * days)."
)
EGG_WEIGHT = Kpi(
    "egg_weight", "Egg weight", "g", 1, "Weight of the eggs that were weighed / their number."
)
MORTALITY = Kpi(
    "mortality", "Mortality", "%", 1, "Dead / placed; culled birds are not counted as dead."
)
LIVABILITY = Kpi("livability", "Livability", "%", 1, "100 - mortality: what lives of the placed.")
FEED_CONVERSION = Kpi(
    "feed_conversion",
    "Feed conversion",
    "",
    3,
    "Feed / live weight, in the same unit.",
    {
        "live_weight": "The live weight alone.",
        "gain": "The live weight less the weight placed.",
        "gain_with_dead": "The live weight less the weight placed, and with that of the dead.",
    },
)
EPEF = Kpi(
    "epef",
    "Production efficiency (EPEF)",
    "",
    0,
    "Livability % * mean weight in kg / (age in days * feed conversion) * 100.",
    {
        "live_weight": "Its feed conversion is over the live weight alone.",
        "gain": "Its feed conversion is over the live weight less the weight placed.",
        "gain_with_dead": "Its feed conversion is over the live weight less the weight placed, "
        "and with that of the dead.",
    },
)
FERTILITY = Kpi("fertility", "Fertility", "%", 2, "Fertile eggs / eggs set.")
HATCH_OF_FERTILE = Kpi("hatch_of_fertile", "Hatch of fertile", "%", 1, "Hatched / fertile eggs.")
HATCH_OF_SET = Kpi("hatch_of_set", "Hatch of set", "%", 1, "Hatched / eggs set.")
DAILY_GAIN = Kpi(
    "daily_gain",
    "Daily gain",
    "kg/d",
    3,
    "(Last weight - first weight) / days between them.",
)
WEIGHT_205 = Kpi(
    "weight_205",
    "Adjusted 205-day weight",
    "kg",
    2,
    "Daily gain from birth * 205 + birth weight, from a weight at 160 to 250 days of age "
    "(Beef Improvement Federation); not adjusted for sex or the dam's age.",
)
LAMBING = Kpi(
    "lambing",
    "Lambing",
    "%",
    0,
    "Lambs born / ewes.",
    {
        "mated": "The ewes that were mated.",
        "exposed": "The ewes that were put to the ram.",
        "lambed": "The ewes that lambed.",
    },
)
FEED_COVER = Kpi("feed_cover", "Feed cover", "d", 1, "Stock / (head * feed per head and day).")
FEED_PER_BIRD = Kpi("feed_per_bird", "Feed per bird", "g/d", 0, "Feed / birds alive each day.")
INBREEDING = Kpi(
    "inbreeding",
    "Inbreeding coefficient",
    "%",
    2,
    "The kinship of sire and dam over all known ancestors (Wright); unknown ones count as "
    "unrelated.",
)

KPIS: dict[str, Kpi] = {
    one.key: one
    for one in (
        LACTATION_YIELD, LACTATION_FAT, LACTATION_PROTEIN, DAYS_IN_MILK, MILK_PER_COW,
        FAT_CORRECTED, ENERGY_CORRECTED, CELL_SCORE, HEN_DAY, HEN_HOUSED, EGG_WEIGHT, MORTALITY,
        LIVABILITY, FEED_CONVERSION, EPEF, FERTILITY, HATCH_OF_FERTILE, HATCH_OF_SET,
        DAILY_GAIN, WEIGHT_205, LAMBING, FEED_COVER, FEED_PER_BIRD, INBREEDING,
    )
}  # fmt: skip
