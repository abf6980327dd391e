"""`cti messages`: the list, and that one is done, with an audit row."""

from __future__ import annotations

from cti_server.adapters.sql.database import make_engine, transaction
from cti_server.features.messages.model import MessageRow
from tests.cli.conftest import Box
from tests.migrated import migrated

AT = 1_795_000_000_000


def test_one_is_listed_and_done(box: Box) -> None:
    migrated(box.environ["CTI_DATABASE_URL"])
    engine = make_engine(box.environ["CTI_DATABASE_URL"], "test")
    with transaction(engine) as session:
        session.add_all(MessageRow(recording_id=f"r-{name}", call_id="c1", box=name, at_ms=AT) for name in ("day", "night"))
    engine.dispose()
    assert box.json("messages", "list")["total"] == 2
    assert [one["id"] for one in box.json("messages", "list", "--box", "day", "--state", "new")["items"]] == ["r-day"]
    told = box.json("messages", "done", "r-day", "--note", "called back")["message"]
    assert (told["state"], told["note"], told["done_by"] != "") == ("done", "called back", True)
    assert "已处理" in box.run("messages", "list", "--lang", "zh-CN").stdout
    (entry,) = box.client.xrange(box.keys.facts)
    assert b"message.settled" in entry[1][b"f"]
    assert box.json("messages", "done", "r-day", "--undo")["message"]["state"] == "new"
    assert box.run("messages", "done", "r-x").exit_code != 0
    assert box.run("messages", "done", "r-day", "--note", "x" * 501).exit_code == 2
