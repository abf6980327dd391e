"""Longest idle of one queue; best key of several lines."""

from __future__ import annotations

from cti_server.domain.queue import Line
from cti_server.domain.routing import choose_agent, choose_call


def _line(*entries: tuple[str, int]) -> Line:
    line = Line()
    for order, (item, key) in enumerate(entries):
        line.add(item, key, order)
    return line


def test_longest_idle_wins_and_the_five_best_are_kept() -> None:
    idle = _line(*((f"a{n}", 1000 - n) for n in range(8)))
    choice = choose_agent(idle, 2000)
    assert choice is not None
    assert (choice.agent, choice.idle_ms) == ("a7", 1007)
    assert [agent for agent, _ in choice.best] == ["a7", "a6", "a5", "a4", "a3"]


def test_not_the_same_one_again_unless_alone() -> None:
    assert choose_agent(_line(("a", 1), ("b", 2)), 9, "a").agent == "b"  # type: ignore[union-attr]
    assert choose_agent(_line(("a", 1)), 9, "a").agent == "a"  # type: ignore[union-attr]
    assert choose_agent(_line(), 9) is None


def test_the_best_head_of_all_lines() -> None:
    assert choose_call([_line(("x", 30), ("y", 40)), _line(), _line(("z", 20))]) == "z"
    assert choose_call([_line()]) is None
