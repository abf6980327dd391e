"""The whole centre as one document: whatever an entity takes goes out and comes in as it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cti_server.features.entities.checks import checked
from cti_server.features.entities.contract import Entity
from cti_server.features.publication import document
from cti_server.features.publication.sql import published
from cti_server.features.registry import ENTITIES
from tests.features.entities.test_entities import SAMPLES, TEXTS, value_of

PUBLISHED = published(ENTITIES)
LIVE = {
    "customers", "customer_classes", "customer_fields", "address_book", "notices", "users", "roles", "tokens", "webhooks",
    "sign_in_providers",
}  # fmt: skip
"""In force as soon as they are changed: people at work change them, or they are secrets, or they say who may do what."""


def test_what_is_no_part_of_the_configuration_is_known() -> None:
    assert ENTITIES.keys() - PUBLISHED.keys() == LIVE
    assert PUBLISHED.keys() - SAMPLES.keys() <= {"look", "settings", "shelf"}


SIGNS = st.text(st.sampled_from("a1 \t\r\n\x07\x1b\x7f\x85\u2028\ufeff中'\"#:-?,[]{}&*!|>%@`~=<\\"), max_size=6)


def spoilt(draw: st.DrawFn, value: Any) -> Any:
    """The same with other texts, also such as a file of this kind takes for signs of its own."""
    if isinstance(value, dict):
        return {key: spoilt(draw, one) if draw(st.booleans()) else one for key, one in value.items()}
    return draw(SIGNS) if isinstance(value, str) else value


@st.composite
def entries(draw: st.DrawFn, entity: Entity) -> tuple[str, dict[str, Any]] | None:
    """One that the entity takes, by its fields."""
    key, sample, more = SAMPLES.get(entity.name, (entity.single or "x", {"title": "x", "link": "https://x"}, {}))
    fields = [name for name, one in entity.declared.items() if not one.secret and name != entity.key]
    names = draw(st.lists(st.sampled_from(fields), max_size=5, unique=True)) if fields else []
    values = {name: draw(value_of(entity.declared[name])) for name in names}
    values |= {name: spoilt(draw, value) for name, value in {**sample, **more}.items() if draw(st.booleans())}
    key = entity.single or draw(st.just(key) | TEXTS)
    sample = {} if entity.single else sample
    for said in ({**sample, **values}, sample):
        plain, _, problems = checked(entity, key, said, None)
        if not problems:
            return key, plain
    return None


@st.composite
def centres(draw: st.DrawFn) -> Mapping[str, Mapping[str, Any]]:
    names = draw(st.sets(st.sampled_from(sorted(PUBLISHED)), min_size=1, max_size=4))
    found = {name: [one for one in draw(st.lists(entries(PUBLISHED[name]), max_size=3)) if one] for name in sorted(names)}
    return {name: dict(some) for name, some in found.items() if some or not PUBLISHED[name].single}


@settings(max_examples=300, deadline=None)
@given(centres())
def test_what_goes_out_comes_in_as_it_was(records: Mapping[str, Mapping[str, Any]]) -> None:
    text = document.write(records, PUBLISHED)
    back = document.read(text, PUBLISHED)
    taken = {
        name: {key: checked(PUBLISHED[name], key, values, None) for key, values in some.items()} for name, some in back.items()
    }
    assert [one[2] for some in taken.values() for one in some.values() if one[2]] == []
    assert {name: {key: one[0] for key, one in some.items()} for name, some in taken.items()} == records
    assert document.write(back, PUBLISHED) == text
