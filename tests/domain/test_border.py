"""What the border lets through and what it refuses, value by value."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from cti_server.domain import border
from cti_server.domain.border import DEPTH, LARGEST, BadInput


def nested(depth: int, open_: str = '{"a":', close: str = "}") -> bytes:
    return f"{open_ * depth}1{close * depth}".encode()


@pytest.mark.parametrize("raw", [nested(DEPTH), b'{"a":' + nested(DEPTH - 1, "[", "]") + b"}", b"{}", b'{"a":[{},{},[1]]}', "{}"])
def test_a_document(raw: bytes | str) -> None:
    assert border.document(raw) == orjson.loads(raw)


def test_brackets_side_by_side_are_not_deep() -> None:
    raw = orjson.dumps({"a": [{} for _ in range(DEPTH * 2)], "b": "{[" * DEPTH})
    assert border.document(raw) == orjson.loads(raw)
    assert border.document(raw.decode()) == orjson.loads(raw)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"{", "row: not JSON"),
        (b"", "row: not JSON"),
        (b'{"a":"\xff"}', "row: not JSON"),
        (b"[]", "row: must be an object, is a list of 0"),
        (b'"x"', "row: must be an object, is a text"),
        (b"null", "row: must be an object, is null"),
        (b"1", "row: must be an object, is a whole number"),
        (nested(DEPTH + 1), "row: is nested deeper"),
        (nested(DEPTH + 1).decode(), "row: is nested deeper"),
        (b'{"a":' + nested(DEPTH, "[", "]") + b"}", "row: is nested deeper"),
        ('{"a":' + nested(DEPTH, "[", "]").decode() + "}", "row: is nested deeper"),
        (None, "row: not JSON"),
    ],
)
def test_what_is_no_document(raw: Any, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        border.document(raw, "row")


def test_an_object_within() -> None:
    assert border.mapping({"a": {"b": 1}}, "a") == {"b": 1}
    for wrong in ([], "x", None, 1):
        with pytest.raises(BadInput, match=r"a must be an object, is .*"):
            border.mapping({"a": wrong}, "a")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("0", 0), ("7", 7), (b"7", 7), (" 7\n", 7), (str(LARGEST), LARGEST), ("007", 7),
        (str(LARGEST + 1), -1), ("9" * 5000, -1), ("-7", -1), ("+7", -1), ("7.0", -1), ("1e3", -1), ("1_000", -1), ("\u0667", -1),
        ("\u00b2", -1), (b"\xff", -1), ("", -1), (None, -1), ("x", -1),
    ],
)  # fmt: skip
def test_digits(said: str | bytes | None, expected: int) -> None:
    assert border.digits(said, -1) == expected


def test_digits_up_to_a_bound() -> None:
    assert [border.digits(said, 9, largest=5) for said in ("5", "6")] == [5, 9]
