"""The facts on top of a pet's card: all there are, in words."""

from __future__ import annotations

from fluffydesk.figures.dates import age_in_words
from fluffydesk.figures.identifiers import eid_words
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import day_text, moment_text, money_text, quantity_text, words
from fluffydesk.ui.screens.animal_facts import Fact
from fluffydesk.ui.screens.reading.pets import PetPage

KEY = "pet/facts"
FIRST = ("Species", "Sex", "Born", "Weight", "Microchip", "File number", "Next visit", "Balance")
"""Shown until a person chooses others."""
MOST = (
    *FIRST,
    *("Colour", "Neutered", "Chipped", "Passport", "Blood type", "Diet", "Insurance"),
    *("Account on the platform", "Billed so far", "Notes"),
)


def facts_of_pet(page: PetPage) -> list[Fact]:
    """Return every fact of a pet: its label, and its value in words or ""."""
    one = page.row
    kind = " · ".join(part for part in (one.species, one.breed) if part)
    born = ""
    if one.birth_date is not None:
        age = age_in_words(one.birth_date, one.deceased_on or today())
        born = f"{day_text(one.birth_date)} · {age}"
    weighed = page.weights[-1] if page.weights else None
    kg = one.weight_kg if weighed is None else weighed[1]
    weight = "" if kg is None else quantity_text(kg, "kg", 2)
    if weighed is not None:
        weight = f"{weight} on {day_text(weighed[0])}"
    elif weight:
        weight = f"{weight}, on its card, no day known"
    chip = one.microchip or ""
    insured = " ".join(part for part in (one.insurer, one.insurance_number) if part)
    return [
        ("Species", kind),
        ("Sex", words(one.sex) if one.sex != "unknown" else ""),
        ("Born", born),
        ("Weight", weight),
        ("Microchip", eid_words(chip) if len(chip) == 15 else chip),
        ("File number", page.file_number),
        ("Next visit", "" if page.next is None else moment_text(page.next.starts)),
        ("Balance", money_text(page.owed)),
        ("Colour", one.colour or ""),
        ("Neutered", day_text(one.neutered_on) if one.neutered_on else ""),
        ("Chipped", day_text(one.microchipped_on) if one.microchipped_on else ""),
        ("Passport", one.passport_number or ""),
        ("Blood type", one.blood_type or ""),
        ("Diet", one.diet or ""),
        ("Insurance", insured),
        ("Account on the platform", page.account),
        ("Billed so far", money_text(page.billed)),
        ("Notes", one.notes or ""),
    ]
