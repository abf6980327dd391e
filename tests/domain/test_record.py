"""Records and JSON: what goes out comes back equal, what is wrong is named by its place, and nothing is shared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, NewType, TypedDict

import orjson
import pytest

from cti_server.domain import record
from cti_server.domain.border import LARGEST, LATEST_MS
from cti_server.domain.queue import Line
from cti_server.domain.record import Misfit, Tagged, Text, Whole, plain, read

Id = NewType("Id", str)


@dataclass(frozen=True, slots=True)
class Shape(Tagged):
    at_ms: int


@dataclass(frozen=True, slots=True)
class Circle(Shape):
    r: float


@dataclass(frozen=True, slots=True)
class Square(Shape):
    side: Annotated[int, Whole(1, 9)]
    names: Annotated[dict[str, str], Text(1, 3)] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Nothing(Tagged):
    """Without fields."""


@dataclass(slots=True)
class Drawing:
    id: Id
    colour: Literal["red", "blue"]
    shape: Shape
    shapes: dict[str, Shape] = field(default_factory=dict)
    pair: tuple[str, int] = ("", 0)
    ways: tuple[tuple[str, ...], ...] = ()
    line: Line = field(default_factory=Line)
    note: str | None = None
    either: int | str = 0
    free: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Loose:
    """Without slots."""

    size: int = 1
    names: list[str] = field(default_factory=list)


def drawing() -> Drawing:
    found = Drawing(Id("d"), "red", Circle(5, 1.5), {"a": Square(6, 2, {"en": "x"})}, ("p", 1), (("a", "b"), ()))
    found.line.add("x", 3, 1)
    found.line.add("y", 2, 2)
    found.free = {"best": [["a", 1]], "loose": None}
    return found


def test_what_goes_out_comes_back() -> None:
    there = drawing()
    document = orjson.loads(orjson.dumps(plain(there)))
    back = read(Drawing, document)
    assert list(back.line) == ["y", "x"]
    assert plain(back) == document == plain(there)
    assert back.shape == there.shape
    assert back.shapes == there.shapes
    assert (back.pair, back.ways, back.free) == (there.pair, there.ways, there.free)
    assert document["shape"] == {"t": "Circle", "at_ms": 5, "r": 1.5}
    assert read(Loose, plain(Loose(names=["a"]))) == Loose(names=["a"])
    assert read(Shape, plain(Square(1, 3))) == Square(1, 3)
    assert read(Nothing, plain(Nothing())) == Nothing()


def test_what_was_left_out_has_its_default_and_what_is_unknown_is_left_out() -> None:
    assert read(Loose, {}) == Loose()
    assert read(Loose, {"size": 2, "of a newer version": []}) == Loose(size=2)


def test_a_copy_shares_nothing_with_the_record() -> None:
    there = drawing()
    document = plain(there)
    before = orjson.dumps(document)
    there.shapes.clear()
    there.free["best"][0].append(2)
    there.line.add("z", 1, 3)
    assert orjson.dumps(document) == before
    loose = read(Loose, given := {"names": ["a"]})
    loose.names.append("b")
    assert given == {"names": ["a"]}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"id": 7}, ["id: must be a text, is 7"]),
        ({"colour": "green"}, ["colour: must be red or blue, is 'green'"]),
        ({"shape": {"t": "Star"}}, ["shape.t: must be a kind of Shape, is 'Star'"]),
        ({"shape": {"at_ms": 1, "r": 1}}, ["shape.t: must be a kind of Shape, is missing"]),
        ({"shape": {"t": "Circle", "at_ms": 1}}, ["shape.r: is missing"]),
        ({"shape": {"t": "Square", "at_ms": True, "side": 10}},
         ["shape.at_ms: must be a whole number, is True", "shape.side: must be a whole number from 1 to 9, is 10"]),
        ({"shape": {"t": "Circle", "at_ms": LATEST_MS + 1, "r": 1}},
         [f"shape.at_ms: must be a moment before 2100 (UTC ms), is {LATEST_MS + 1}"]),
        ({"shapes": {"b": {"t": "Square", "at_ms": 1, "side": 1, "names": {"long": "x"}}}},
         ["shapes.b.names: must have 1 to 3 characters, has 4"]),
        ({"pair": ["p"]}, ["pair: must be a list of 2, is a list of 1"]),
        ({"pair": ["p", "q"]}, ["pair[1]: must be a whole number, is 'q'"]),
        ({"ways": [["a"], ["b", 3]]}, ["ways[1][1]: must be a text, is 3"]),
        ({"ways": "ab"}, ["ways: must be a list, is 'ab'"]),
        ({"line": [[1]]}, ["line: must be a Line, is a list of 1"]),
        ({"note": 1, "either": None}, ["note: must be a text, is 1", "either: must be a text, is null"]),
        ({"free": []}, ["free: must be an object, is a list of 0"]),
    ],
)  # fmt: skip
def test_everything_that_is_wrong_is_named_by_its_place(changed: dict[str, Any], said: list[str]) -> None:
    with pytest.raises(Misfit) as error:
        read(Drawing, {**plain(drawing()), **changed})
    assert error.value.texts == said
    with pytest.raises(Misfit, match=r"^drawings\.d\."):
        read(Drawing, {**plain(drawing()), **changed}, "drawings.d")


def test_what_has_no_plain_form_is_refused() -> None:
    with pytest.raises(TypeError, match="object has no plain form"):
        plain([object()])
    with pytest.raises(TypeError, match="no JSON value"):
        read(set, [])


# ---------------------------------------------------------------- shapes of views


class Inner(TypedDict):
    n: int


class Row(TypedDict):
    name: str
    count: int
    share: float
    on: bool
    inner: Inner
    names: list[str]
    by_name: Mapping[str, int]
    maybe: str | None
    anything: Any


GOOD: dict[str, Any] = {
    "name": "x", "count": LARGEST, "share": 0.5, "on": True, "inner": {"n": 1}, "names": ["a", "b"], "by_name": {"a": 1},
    "maybe": None, "anything": [{}],
}  # fmt: skip


@pytest.mark.parametrize(
    "same",
    [
        {},
        {"share": 1},
        {"names": []},
        {"by_name": {}},
        {"maybe": "x"},
        {"inner": {}},
        {"inner": {"n": 1, "new": "x"}},
        {"new": 1},
    ],
)
def test_what_fits(same: dict[str, Any]) -> None:
    record.check(Row, {**GOOD, **same}, "row")


def test_what_is_missing_is_no_fault_of_a_check() -> None:
    record.check(Row, {}, "row")
    with pytest.raises(Misfit, match="name: is missing"):
        read(Row, {})


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("name", 1), ("name", None),
        ("count", True), ("count", 1.0), ("count", LARGEST + 1), ("count", -LARGEST - 1), ("count", "1"),
        ("share", True), ("share", "0.5"), ("on", 1), ("inner", []), ("inner", {"n": "1"}), ("inner", None), ("names", ["a", 1]),
        ("names", "ab"), ("names", {"a": "b"}), ("by_name", {"a": "1"}), ("by_name", [1]), ("maybe", 1),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(name: str, wrong: Any) -> None:
    with pytest.raises(Misfit) as error:
        record.check(Row, {**GOOD, name: wrong}, "row")
    ((place, said),) = error.value.problems
    assert place.startswith(f"row.{name}")
    assert said.startswith("must be ")


def test_what_is_shown_of_a_wrong_value_is_short() -> None:
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    with pytest.raises(Misfit) as error:
        record.check(Row, {"count": "x" * 5_000, "name": deep, "on": {"secret": "x"}}, "row")
    assert len(error.value.texts[1]) < 110
    assert error.value.texts[::2] == ["row.name: must be a text, is a list of 1", "row.on: must be true or false, is an object"]
