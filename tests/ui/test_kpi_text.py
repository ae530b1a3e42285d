"""A figure is written in one way: rounded once, in the locale, or said not to be known."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale

from fluffydesk.figures import kpi
from fluffydesk.records.enums.organizations import ShownTemperature, ShownVolume
from fluffydesk.ui.fields.texts import kpi_text, money_text, number_text, words


def test_a_figure_in_the_locale() -> None:
    assert kpi_text(kpi.LACTATION_YIELD, Decimal("9849.55")) == "9,850"
    assert kpi_text(kpi.LACTATION_YIELD, Decimal("9849.55"), unit=True) == "9,850 kg"
    assert kpi_text(kpi.MORTALITY, Decimal(4), unit=True) == "4.0 %"
    assert kpi_text(kpi.EPEF, Decimal(212), unit=True) == "212"
    assert kpi_text(kpi.EPEF, None, unit=True) == "not enough data"
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    assert kpi_text(kpi.FEED_CONVERSION, Decimal("1.3888")) == "1,389"


@pytest.mark.parametrize(
    ("amount", "text"), [("2.675", "2.68"), ("1.005", "1.01"), ("-0.004", "0.00")]
)
def test_half_a_penny_goes_up_and_nothing_has_no_sign(amount: str, text: str) -> None:
    assert number_text(Decimal(amount), 2) == text
    assert money_text(Decimal(amount)) == f"{text} GBP"


@pytest.mark.parametrize("value", [Decimal("12.5"), Decimal(1499), Decimal("0.0049")])
def test_screens_and_plain_text_round_alike(value: Decimal) -> None:
    for figure in kpi.KPIS.values():
        assert kpi_text(figure, value) == kpi.shown(figure, value)


def test_units_are_said_in_words() -> None:
    assert [words(one) for one in (*ShownVolume, *ShownTemperature)] == [
        "L", "US gallon", "UK gallon", "°C", "°F",
    ]  # fmt: skip
