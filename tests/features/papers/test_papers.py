"""Scripts have only variables that the page knows; the shelf leads to allowed hosts only."""

from __future__ import annotations

import pytest

from cti_server.features.entities.contract import BadEntry, EntryInUse
from cti_server.features.papers.sql import SqlPapers
from tests.features.entities.conftest import Kit


def test_scripts_in_their_order(both: Kit) -> None:
    both.add("scripts", "b", name="Bye", text="Thank you, {customer}", position=2)
    both.add("scripts", "a", name="Hello", text="{agent} speaking\nYes?", queue="repair", position=1)
    papers = SqlPapers(both.engine)
    assert papers.scripts() == [], "they are in the draft"
    assert both.publish() == ()
    both.set("scripts", "b", None, text="Goodbye, {customer}")
    assert [(one["id"], one["queue"]) for one in papers.scripts()] == [("a", "repair"), ("b", "")]
    assert papers.scripts()[1]["text"] == "Thank you, {customer}"
    with pytest.raises(BadEntry, match=r"\{balance\} is no variable"):
        both.set("scripts", "a", None, text="You owe {balance}")


def test_the_shelf_of_each(both: Kit) -> None:
    both.add("shelf_hosts", "kb.example.com")
    both.add("shelf", "all", title="All", link="https://kb.example.com/a")
    both.add("shelf", "day", title="Day", link="https://kb.example.com/b", teams=["day"], group="x")
    both.add("shelf", "repair", title="Repair", link="https://kb.example.com/c", queues=["repair"], group="x")
    papers = SqlPapers(both.engine)
    assert both.publish() == ()
    both.set("agents", "1001", None, queues={})  # serves none from the next publication on
    assert [one["id"] for one in papers.shelf("", "", False)] == ["all"]
    assert [one["id"] for one in papers.shelf("day", "", False)] == ["all", "day"]
    assert [one["id"] for one in papers.shelf("care", "1001", False)] == ["all", "repair"]
    assert [one["id"] for one in papers.shelf("", "", True)] == ["all", "day", "repair"]
    with pytest.raises(EntryInUse, match=r"kb\.example\.com is not allowed"):
        both.remove("shelf_hosts", "kb.example.com")


@pytest.mark.parametrize(
    "link",
    [
        "http://kb.example.com/",
        "https://evil.example/",
        "javascript:alert(1)",
        "https://kb.example.com@evil.example/",
        "//kb.example.com/",
        "https://kb.example.com:8443/",
        "https://KB.example.com.evil.example",
        "https://[",
        "https://kb.example.com\\@evil.example/",
        "x",
    ],
)
def test_where_no_link_leads(kit: Kit, link: str) -> None:
    kit.add("shelf_hosts", "kb.example.com")
    with pytest.raises(BadEntry) as refused:
        kit.add("shelf", "x", title="x", link=link)
    assert refused.value.details["problems"][0]["field"] == "link"
