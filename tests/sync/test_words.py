"""Every refusal of central is a sentence that names what it is about and what to do."""

from __future__ import annotations

import pytest

from fluffydesk.mirror.pending import MEMBERSHIP_ENDED, OUT_OF_SIGHT
from fluffydesk.sync.words import Refused, in_words


@pytest.mark.parametrize(
    ("refused", "message", "column"),
    [
        (
            Refused("42501", table="livestock"),
            "Your role may not change animals.",
            None,
        ),
        (
            Refused("42501", table="medical_records"),
            "Your role may not change medical records, or the pet left the clinic meanwhile.",
            None,
        ),
        (
            Refused("23P01", table="appointments", constraint="ex_appointments_veterinarian_id"),
            "That vet already has an appointment at this time.",
            "scheduled_at",
        ),
        (
            Refused("23505", table="livestock", constraint="uq_livestock_living_official_id"),
            "There already is an animal with the same official id.",
            "official_id",
        ),
        (
            Refused(
                "23505",
                table="milk_production_logs",
                constraint="uq_milk_production_logs_organization_id_animal_id_milke_8c78",
            ),
            "There already is a milking with the same animal, date, milking.",
            "animal_id",
        ),
        (
            Refused("23514", table="livestock", constraint="ck_livestock_weight_kg_maximum"),
            "Weight is outside what is allowed.",
            "weight_kg",
        ),
        (
            Refused("23502", table="livestock", column="tag_number"),
            "Tag is missing.",
            "tag_number",
        ),
        (
            Refused("23503", table="milk_production_logs", column="animal_id"),
            "The animal that this milking refers to is not there any more.",
            "animal_id",
        ),
        (
            Refused("23503", "still referenced from table", table="livestock"),
            "Other records still refer to this animal.",
            None,
        ),
        (
            Refused(OUT_OF_SIGHT, table="pets"),
            "This pet may no longer be seen by you, and your edit had not been sent.",
            None,
        ),
        (
            Refused(MEMBERSHIP_ENDED, table="livestock"),
            "You are no longer a member, and this edit of an animal had not been sent.",
            None,
        ),
        (
            Refused("P0001", "the books are closed", table="livestock"),
            "Central refused this animal: the books are closed.",
            None,
        ),
    ],
)
def test_words(refused: Refused, message: str, column: str | None) -> None:
    words = in_words(refused)
    assert (words.message, words.column) == (message, column)
    assert words.advice.endswith(".")
