"""The list of mutations fits the code; `python -m tests.mutations` tries them all."""

from __future__ import annotations

import pytest

from tests.mutations.__main__ import ROOT, table
from tests.mutations.catalogue import MUTATIONS
from tests.mutations.mutation import Mutation


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_what_is_to_be_spoilt_is_there(mutation: Mutation) -> None:
    for file, old, new in mutation.edits:
        text = (ROOT / file).read_text(encoding="utf-8")
        assert text.count(old) == (mutation.times if file == mutation.file else 1)
        assert old != new


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_what_is_spoilt_is_still_python(mutation: Mutation) -> None:
    texts: dict[str, str] = {}
    for file, old, new in mutation.edits:
        text = texts.get(file) or (ROOT / file).read_text(encoding="utf-8")
        texts[file] = text.replace(old, new)
    for file, text in texts.items():
        if file.endswith(".py"):
            compile(text, file, "exec")


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_what_is_to_notice_is_there(mutation: Mutation) -> None:
    file, *names = mutation.test.split("::")
    name = names[-1] if names else ""
    assert f"def {name}{'(' if name else ''}" in (ROOT / file).read_text(encoding="utf-8")


def test_there_are_enough_and_none_twice() -> None:
    assert len({(one.file, one.old, one.new) for one in MUTATIONS}) == len(MUTATIONS) >= 25
    assert len(table().splitlines()) == len(MUTATIONS) + 2
