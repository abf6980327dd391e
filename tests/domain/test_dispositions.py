"""Dispositions as a tree."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cti_server.domain.config import Disposition
from cti_server.domain.dispositions import choices, path, problems, told


def one(code: str, parent: str = "", *queues: str) -> Disposition:
    return Disposition(code, {"en": code.title()}, parent, queues)


TREE = (one("sold"), one("care"), one("late", "care"), one("broken", "care"), one("screen", "broken", "repair"))


def test_only_what_nothing_stands_below_can_be_given() -> None:
    assert choices(TREE) == ["sold", "late", "screen"]


def test_each_is_told_with_what_it_stands_below() -> None:
    assert told(TREE, "en") == {
        "sold": "Sold", "care": "Care", "late": "Care › Late", "broken": "Care › Broken", "screen": "Care › Broken › Screen",
    }  # fmt: skip
    assert set(told(TREE, "zh-CN").values()) == {""}


def test_what_is_wrong_names_its_place() -> None:
    assert problems(TREE, {"repair"}) == []
    assert problems(TREE, {}) == ["dispositions.screen.queues: no queue 'repair'"]
    assert problems([one("a", "gone"), one("b", "a")], {}) == ["dispositions.a.parent: no disposition 'gone'"]
    circle = "goes in a circle: no choice leads there"
    assert problems([one("a", "a")], {}) == [f"dispositions.a.parent: from a on it {circle}"]
    assert problems([one("a", "b"), one("b", "a"), one("c", "a"), one("d")], {}) == [
        f"dispositions.a.parent: from b on it {circle}",
        f"dispositions.b.parent: from a on it {circle}",
        f"dispositions.c.parent: from a on it {circle}",
    ]


CODES = st.sampled_from("abcde")


@given(st.dictionaries(CODES, st.sampled_from(["", *"abcdef"])))
def test_whatever_stands_where_it_ends_and_what_is_right_has_a_top(parents: dict[str, str]) -> None:
    every = [one(code, parent) for code, parent in parents.items()]
    known = {each.code: each for each in every}
    wrong = {text.split(".")[1] for text in problems(every, {})}
    for code in known:
        way = path(known, code)
        assert way[-1].code == code
        assert len(way) <= len(known)
        rooted = way[0].parent == ""
        lost = way[0].parent not in known
        assert rooted or lost or code in wrong
    if not wrong and every:
        assert choices(every)
