"""Laboratory values: which lie outside what is usual, and panels to begin with."""

from __future__ import annotations

from decimal import Decimal

LOW, HIGH = "L", "H"
SPOKEN = {LOW: "low", HIGH: "high"}
STARTERS: dict[str, tuple[tuple[str, str], ...]] = {
    "Blood count": (
        ("Haematocrit", "%"),
        ("Haemoglobin", "g/dL"),
        ("White blood cells", "10^9/L"),
        ("Neutrophils", "10^9/L"),
        ("Lymphocytes", "10^9/L"),
        ("Platelets", "10^9/L"),
    ),
    "Kidney": (
        ("Creatinine", "µmol/L"),
        ("Urea", "mmol/L"),
        ("SDMA", "µg/dL"),
        ("Phosphate", "mmol/L"),
        ("Potassium", "mmol/L"),
    ),
    "Liver": (
        ("ALT", "U/L"),
        ("ALP", "U/L"),
        ("Bilirubin", "µmol/L"),
        ("Albumin", "g/L"),
    ),
    "Urine": (("Specific gravity", ""), ("pH", ""), ("Protein to creatinine", "")),
}
"""Tests of the commonest panels and their units. Usual ranges are those of the laboratory and its
analyser, so none is given here: each is typed once, and remembered from then on."""


def flag(value: Decimal | None, least: Decimal | None, most: Decimal | None) -> str:
    """Return "L" or "H" for a value outside what is usual, as laboratories print it; else "".

    A bound itself is usual; an end that is not known judges nothing.
    """
    if value is None:
        return ""
    if least is not None and value < least:
        return LOW
    return HIGH if most is not None and value > most else ""
