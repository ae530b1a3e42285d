from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluffydesk.figures.doses import (
    Strength,
    amount_words,
    doses_in,
    named_in,
    one_dose,
    strength_in,
    times_words,
    to_hand_out,
)
from fluffydesk.figures.lab import flag
from fluffydesk.figures.vitals import usual_vitals

KG = st.decimals("0.05", "500", places=2)
PER_KG = st.decimals("0.001", "200", places=3)
MG = st.decimals("0.1", "1000", places=1)
UNITS = st.sampled_from(["mL", "tablet"])


def test_the_dosage_calculation_of_the_books() -> None:
    """20 kg at 4.4 mg/kg of 50 mg/mL is 1.76 mL, and 1.8 can be drawn up."""
    dose = one_dose(Decimal("4.4"), Decimal(20), Strength(Decimal(50), "mL"))
    assert (dose.exact, dose.given, dose.percent) == (Decimal("1.76"), Decimal("1.8"), 2)
    tablet = one_dose(Decimal(4), Decimal("12.4"), Strength(Decimal(50), "tablet"))
    assert (tablet.exact, tablet.given) == (Decimal("0.992"), Decimal(1))
    assert one_dose(Decimal(2), Decimal(3), None).unit == "mg"


@given(PER_KG, KG, MG, UNITS)
def test_a_dose_is_never_nothing_and_near_what_is_asked(
    per_kg: Decimal, kg: Decimal, mg: Decimal, unit: str
) -> None:
    dose = one_dose(per_kg, kg, Strength(mg, unit))
    assert dose.given > 0
    step = Decimal("0.25") if unit == "tablet" else Decimal("0.5")
    assert dose.given <= max(dose.exact + step / 2, step)
    assert dose.exact * mg == pytest.approx(per_kg * kg)


@given(PER_KG, KG, MG, UNITS)
def test_a_heavier_pet_never_gets_less(
    per_kg: Decimal, kg: Decimal, mg: Decimal, unit: str
) -> None:
    strength = Strength(mg, unit)
    lighter, heavier = one_dose(per_kg, kg, strength), one_dose(per_kg, kg * 2, strength)
    assert heavier.given >= lighter.given


@given(st.integers(1, 200), st.integers(1, 60), st.decimals("0.25", "20", places=2))
def test_what_is_handed_out_is_enough(hours: int, days: int, dose: Decimal) -> None:
    doses = doses_in(hours, days)
    assert doses * hours >= days * 24 > (doses - 1) * hours
    assert to_hand_out(dose, "tablet", doses) >= dose * doses
    assert to_hand_out(dose, "tablet", doses) == int(to_hand_out(dose, "tablet", doses))
    assert to_hand_out(dose, "mL", doses) == dose * doses


def test_a_course_has_its_first_dose() -> None:
    assert doses_in(12, 5) == 10
    assert doses_in(None, 5) == doses_in(12, None) == 1
    assert doses_in(48, 5) == 3


@pytest.mark.parametrize(
    ("product", "mg", "unit"),
    [
        ("Meloxicam 1.5 mg/mL", "1.5", "mL"),
        ("Co-amoxiclav 250 mg", "250", "tablet"),
        ("Prednisolone 5mg tablets", "5", "tablet"),
        ("Levothyroxine 0,2 mg", "0.2", "tablet"),
        ("Buprenorphine 300 mcg/ml", "0.3", "mL"),
        ("Metronidazole 1 g", "1000", "tablet"),
    ],
)
def test_the_strength_in_a_name(product: str, mg: str, unit: str) -> None:
    assert strength_in(product) == Strength(Decimal(mg), unit)


@pytest.mark.parametrize("product", ["Eye ointment", "Syrup 50 mg/kg", "A 5 mg B 10 mg", "X 0 mg"])
def test_a_name_that_tells_no_strength(product: str) -> None:
    assert strength_in(product) is None


def test_a_label_says_it_in_words() -> None:
    assert amount_words(Decimal(1), "tablet") == "1 tablet"
    assert amount_words(Decimal("1.50"), "tablet") == "1½ tablets"
    assert amount_words(Decimal("0.25"), "tablet") == "¼ tablet"
    assert amount_words(Decimal("0.450"), "mL", ",") == "0,45 mL"
    assert amount_words(Decimal(3), "bolus") == "3 boluses"
    assert times_words(12, 5) == "every 12 hours for 5 days"
    assert times_words(24, 1) == "once a day for 1 day"
    assert times_words(48, None) == "every 2 days"
    assert times_words(1, None) == "every hour"
    assert times_words(None, None) == "once"
    assert times_words(None, 3) == "as needed for 3 days"


def test_an_allergy_is_found_by_how_it_begins() -> None:
    assert named_in("Penicillins", ["Penicillin G 300 mg/mL"]) == "Penicillins"
    assert named_in("Allergic to chicken", ["Chicken-flavoured tablets"]) == "chicken"
    assert named_in("Allergic to tablets with food", ["Tablets with food"]) == ""
    assert named_in("", ["Anything"]) == ""


def test_a_result_outside_its_range_is_marked() -> None:
    assert [flag(Decimal(v), Decimal(5), Decimal(9)) for v in (4, 5, 9, 10)] == ["L", "", "", "H"]
    assert flag(None, Decimal(5), Decimal(9)) == ""
    assert flag(Decimal(99), Decimal(5), None) == ""
    assert flag(Decimal(99), None, None) == ""


def test_usual_vitals_are_those_of_the_species() -> None:
    dog = usual_vitals("Dog")
    assert dog["temperature_c"].side(Decimal("39.3")) == "high"
    assert dog["heart_rate"].side(69) == "low"
    assert dog["body_condition"].side(5) == ""
    assert usual_vitals("guinea_pig") == usual_vitals("Guinea pig")
    assert "body_condition" not in usual_vitals("Hamster")
    assert usual_vitals("Dragon") == {}
