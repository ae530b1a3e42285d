"""Whatever lies in a parcel, push answers with a result for each, and good parcels go through."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fluffydesk.errors import Refusal
from fluffydesk.records.catalog import RECORDS
from tests.central.central_rows import BARN, a_group, adding, changing, deleting, parcel

# Postgres reads neither NUL nor half a surrogate pair: the whole call fails, not a parcel.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
NUMBERS = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXT
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
TABLES = st.sampled_from([record.__table__.name for record in RECORDS])
COLUMNS = sorted({column.name for record in RECORDS for column in record.__table__.columns})
VALUES = st.dictionaries(st.sampled_from(COLUMNS) | TEXT, JUNK, max_size=5)
ROWS = st.fixed_dictionaries(
    {},
    optional={
        "table": TABLES | JUNK,
        "id": st.uuids().map(str) | JUNK,
        "op": st.sampled_from(["insert", "update", "delete"]) | JUNK,
        "version": st.integers(0, 3) | JUNK,
        "values": VALUES | JUNK,
    },
)
IDS = st.uuids().map(str)
PARCELS = st.fixed_dictionaries(
    {}, optional={"id": IDS | JUNK, "rows": st.lists(ROWS | JUNK, max_size=4) | JUNK}
)


@pytest.fixture(scope="module")
def farm(shared_central: Any) -> Any:
    farm = shared_central.add_organization("Farm")
    shared_central.add_user("owner", farm, "owner")
    return farm


@pytest.fixture(scope="module")
def login(shared_central: Any, farm: Any) -> Any:
    return shared_central.login("owner")


@settings(max_examples=150)
@given(garbage=st.lists(PARCELS | JUNK, min_size=1, max_size=3))
@example([{"rows": []}])
@example([{"id": "x", "rows": []}])
@example([5, None, "x"])
@example([{"id": "0199aaaa-0000-7000-8000-00000000000a", "rows": None}] * 2)
def test_every_parcel_has_an_answer(login: Any, farm: Any, garbage: list[Any]) -> None:
    good = [parcel(a_group(farm)) for _ in range(2)]
    sent = [good[0], *garbage, good[1]]
    device = json.dumps({"id": str(BARN.id), "name": "Barn"})
    answers = login.execute(
        "select sync.push(%s, %s, %s)", (farm, device, json.dumps(sent))
    ).fetchone()[0]
    assert len(answers) == len(sent)
    assert [answers[0]["result"], answers[-1]["result"]] == ["applied", "applied"]
    assert {answer["result"] for answer in answers} <= {"applied", "stale", "rejected"}
    assert all(answer["code"] for answer in answers if answer["result"] == "rejected")


LONG = "".join(chr(0x4E00 + n * 7919 % 20000) for n in range(9000))
"""More than an index takes, and not to be made much smaller."""


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("clinic_clients", {"full_name": LONG, "status": "active"}),
        ("flocks", {"name": LONG}),
        ("livestock_batches", {"name": "x" * 1_000_000, "purpose": "dairy", "status": "active"}),
    ],
)
def test_a_text_too_long_for_an_index_holds_up_nothing(
    shared_central: Any, farm: Any, table: str, values: Any
) -> None:
    sent = [parcel(a_group(farm)), parcel(adding(table, farm, **values)), parcel(a_group(farm))]
    answers = shared_central.gateway("owner").push(farm, BARN, sent)
    assert answers[1]["result"] == "applied" or answers[1]["code"][:2] in ("54", "23")
    assert [answers[0]["result"], answers[2]["result"]] == ["applied", "applied"]
    assert table != "clinic_clients" or answers[1]["code"] == "54000"


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_a_call_that_central_cannot_read_is_refused_in_words(
    shared_central: Any, farm: Any, text: str
) -> None:
    with pytest.raises(Refusal, match="could not read"):
        shared_central.gateway("owner").push(farm, BARN, [parcel(a_group(farm, text))])


def test_rows_that_are_not_there_are_answered_for_too(shared_central: Any, farm: Any) -> None:
    sent = [
        parcel(changing("livestock", uuid4(), 1, name="x")),
        parcel(deleting("livestock", uuid4(), 1)),
    ]
    answers = shared_central.gateway("owner").push(farm, BARN, sent)
    assert [answer["result"] for answer in answers] == ["stale", "applied"]
