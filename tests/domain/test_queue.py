"""The waiting order and the sorted line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cti_server.domain.queue import Line, waiting_key


def test_a_point_of_priority_is_a_minute() -> None:
    assert waiting_key(1_000_000, 2) == 1_000_000 - 120_000
    assert waiting_key(60_000, 1) == waiting_key(0, 0)


def test_equal_keys_keep_the_order_of_arrival() -> None:
    line = Line()
    for n, name in enumerate("cab"):
        line.add(name, 5, n)
    assert list(line) == ["c", "a", "b"]
    assert [line.place(name) for name in "cab"] == [0, 1, 2]


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 9), st.booleans())))
def test_a_line_is_a_sorted_map(steps: list[tuple[str, int, bool]]) -> None:
    line, model = Line(), {}
    for order, (item, key, add) in enumerate(steps):
        if add:
            line.add(item, key, order)
            model[item] = (key, order, item)
        else:
            assert line.remove(item) == (model.pop(item, None) is not None)
        entries = sorted(model.values())
        assert line.first(100) == entries
        assert line.head() == (entries[0] if entries else None)
        assert len(line) == len(model)
        assert all(line.place(i) == entries.index(e) for i, e in model.items())
