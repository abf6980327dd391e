"""A notice is seen by its audience, from when it begins until it ends; who has read it is known, of each version."""

from __future__ import annotations

import pytest

from cti_server.features.entities.contract import BadEntry
from cti_server.features.notices.contract import NoSuchNotice
from cti_server.features.notices.sql import SqlNotices
from tests.features.entities.conftest import Kit

ZONE = "Asia/Shanghai"  # where it is 2026-11-18 19:06
LI = ("li.wei", "day", "1001", False, ZONE)


def seen(kit: Kit, login: str = "x", team: str = "", agent: str = "", everything: bool = False) -> list[str]:
    return [one["id"] for one in SqlNotices(kit.engine, kit.clock).of(login, team, agent, everything, ZONE)]


def test_who_sees_what_and_when(both: Kit) -> None:
    both.add("notices", "all", title="For all")
    both.add("notices", "day", title="Day", teams=["day"], importance="urgent")
    both.add("notices", "repair", title="Repair", queues=["repair"], importance="important")
    both.add(
        "notices", "both", title="Both", teams=["day"], queues=["repair"], begins="2026-11-18 19:06", ends="2026-11-18 19:07"
    )
    both.add("notices", "past", title="x", ends="2026-11-18 19:06")
    both.add("notices", "soon", title="x", begins="2026-11-18 19:07")
    served = both.values("agents", "1001")["queues"]
    assert "repair" in served
    assert seen(both) == ["all"]
    assert seen(both, team="day") == ["day", "both", "all"]
    assert seen(both, team="care", agent="1001") == ["repair", "both", "all"]
    assert seen(both, everything=True) == ["day", "repair", "both", "all"]
    both.clock.ms += 60_000
    assert seen(both, team="day") == ["day", "soon", "all"]


def test_a_receipt_is_of_a_version(both: Kit) -> None:
    notices = SqlNotices(both.engine, both.clock)
    both.add("notices", "tariffs", title="New tariffs", teams=["day"], receipt=True)
    notices.read("tariffs", 1, *LI)
    both.clock.ms += 5
    notices.read("tariffs", 1, *LI)
    ((_, read),) = [(one["id"], one["read_ms"]) for one in notices.of(*LI)]
    assert read == both.clock.ms - 5
    readers = notices.readers("tariffs", None)
    assert {one["login"] for one in readers if one["read_ms"]} == {"li.wei"}
    assert readers[-1]["login"] == "li.wei"
    assert len(readers) > 1
    assert notices.readers("tariffs", {"care"}) == []
    both.set("notices", "tariffs", 1, text="with prices")
    assert [one["read_ms"] for one in notices.of(*LI)] == [0]
    for wrong in (("tariffs", 1), ("nothing", 1)):
        with pytest.raises(NoSuchNotice):
            notices.read(*wrong, *LI)
    with pytest.raises(NoSuchNotice):
        notices.read("tariffs", 2, "wang", "care", "", False, ZONE)
    with pytest.raises(NoSuchNotice):
        notices.readers("nothing", None)
    both.remove("notices", "tariffs")


def test_who_serves_a_queue_is_in_its_audience(kit: Kit) -> None:
    kit.add("notices", "x", title="x", queues=["repair"])
    serving = {one["login"] for one in SqlNotices(kit.engine, kit.clock).readers("x", None)}
    assert "li.wei" in serving
    assert "admin" not in serving
    kit.set("agents", "1001", None, queues={})
    notices = SqlNotices(kit.engine, kit.clock)
    assert "li.wei" in {one["login"] for one in notices.readers("x", None)}, "until that is published"
    kit.publish()
    assert "li.wei" not in {one["login"] for one in notices.readers("x", None)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"begins": "tomorrow"},
        {"begins": "2026-02-30 09:00"},
        {"ends": "2026-1-1 09:00"},
        {"begins": "2026-01-02 09:00", "ends": "2026-01-02 09:00"},
        {"teams": ["moon"]},
        {"queues": ["repair", "moon"]},
    ],
)
def test_what_is_no_notice(kit: Kit, wrong: dict[str, object]) -> None:
    with pytest.raises(BadEntry) as refused:
        kit.add("notices", "x", title="x", **wrong)
    assert refused.value.details["problems"][0]["field"] in wrong
