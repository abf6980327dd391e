"""`cti centre`: from an empty database to an agent, with the checks, history and audit of the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from cti_server.adapters.sql.database import make_engine, transaction
from cti_server.events.facts import AuditFact
from cti_server.features.centre.seed_sql import seed_roles
from cti_server.features.ledger.model import TABLES
from cti_server.features.registry import ENTITIES
from cti_server.features.users.model import User
from scripts.cti.progress import CLEARED
from tests.cli.conftest import Box
from tests.features.look.drawn import drawn
from tests.migrated import migrated

GOOD = "violet anchor 7 teapots"


@pytest.fixture
def empty(box: Box) -> Box:
    """As prepared, with the shipped roles, but nobody and nothing in it."""
    migrated(box.environ["CTI_DATABASE_URL"])
    engine = make_engine(box.environ["CTI_DATABASE_URL"], "test")
    with transaction(engine) as session:
        seed_roles(session)
    engine.dispose()
    return box


def audits(box: Box) -> list[tuple[str, str]]:
    engine = make_engine(box.environ["CTI_DATABASE_URL"], "test")
    with transaction(engine) as session:
        table = TABLES[AuditFact].c
        found = [(row.action, row.subject) for row in session.execute(table.id.table.select().order_by(table.id))]
    engine.dispose()
    return found


def test_from_nothing_to_an_agent(empty: Box) -> None:
    empty.json("centre", "teams", "add", "day", "name=日班")
    empty.json("centre", "queues", "add", "repair", "name=Repair", "wrap_up_s=10")
    made = empty.json("centre", "agents", "add", "1001", "name=李伟", "extension=1001", "team=day", "queues=repair=1")
    assert (made["fate"], made["version"], made["changed_by"][:4]) == ("created", 1, "cli:")
    assert made["made"]["phone_password"]
    number = empty.json("centre", "service_numbers", "add", "95598", "name=Line", "flow=", "queue=repair")
    assert number["record"]["queue"] == "repair"
    empty.json("centre", "settings", "set", "area_code=755")
    assert empty.json("centre", "settings", "show")["record"]["area_code"] == "755"
    result = empty.run("centre", "users", "add", "li.wei", "name=李伟", "role=agent", "agent_id=1001", "--secret", "password",
                       "--json", stdin=f"{GOOD}\n")  # fmt: skip
    assert result.exit_code == 0, result.output
    assert GOOD not in result.output
    engine = make_engine(empty.environ["CTI_DATABASE_URL"], "test")
    with transaction(engine) as session:
        assert session.query(User).one().password_hash.startswith("$argon2id$")
    engine.dispose()
    subjects = ["teams:day", "queues:repair", "agents:1001", "service_numbers:95598", "settings:centre", "users:li.wei"]
    assert [subject for _, subject in audits(empty)] == subjects
    assert {action for action, _ in audits(empty)} == {"entity.created", "entity.changed"}


def test_a_change_shows_the_difference_and_is_undone(empty: Box) -> None:
    empty.json("centre", "teams", "add", "day", "name=Day")
    tried = empty.run("centre", "teams", "set", "day", "name=Night", "--dry-run")
    assert "name: Day -> Night" in tried.stdout
    assert "dry run" in tried.stdout
    assert empty.json("centre", "teams", "show", "day")["record"]["name"] == "Day"
    assert "name: Day -> Night" in empty.run("centre", "teams", "set", "day", "name=Night").stdout
    late = empty.run("centre", "teams", "set", "day", "name=x", "--version", "1")
    assert (late.exit_code, "entry-changed" in late.stderr) == (1, True)
    assert empty.json("centre", "teams", "remove", "day")["fate"] == "removed"
    assert empty.json("centre", "teams", "undo", "day", "1")["record"]["name"] == "Day"
    told = empty.json("centre", "teams", "history", "day")["items"]
    assert [one["what"] for one in told] == ["undone", "removed", "changed", "created"]
    assert "Night -> Day" not in empty.run("centre", "teams", "history", "day").stdout
    assert [one["key"] for one in empty.json("centre", "teams", "list", "--filter", "name=Day", "--sort", "-id")["items"]] == [
        "day"
    ]
    assert "Day" in empty.run("centre", "teams", "list").stdout


def test_what_is_refused_is_told_by_field_in_both_languages(empty: Box) -> None:
    bad = ("centre", "agents", "add", "1001", "name=x", "extension=1001", "team=moon")
    assert "Team (team): Teams has no moon" in empty.run(*bad).stderr
    chinese = empty.run(*bad, "--lang", "zh-CN")
    assert "班组 (team): 班组中没有 moon" in chinese.stderr
    assert "部分字段填写有误" in chinese.stderr
    assert empty.json(*bad, code=2)["error"]["details"]["problems"][0]["field"] == "team"
    for wrong in (
        ("agents", "add", "1", "phone_password=secret123"), ("agents", "add", "1", "colour=red"), ("agents", "add", "1", "name"),
        ("agents", "add", "1", "off_hook=perhaps"), ("agents", "add", "1", "--secret", "name"), ("teams", "export", "x.doc"),
        ("teams", "list", "--filter", "colour=red"), ("teams", "list", "--sort", "colour"), ("moons", "list"),
    ):  # fmt: skip
        assert empty.run("centre", *wrong).exit_code == 2, wrong
    never = ("centre", "webhooks", "add", "crm", "name=CRM", "url=https://169.254.169.254/latest")
    assert "169.254.169.254 is in a private network" in empty.run(*never).stderr
    assert empty.json("centre", "webhooks", "list")["items"] == []
    weak = empty.run("centre", "users", "add", "u", "name=n", "role=admin", "--secret", "password", stdin="\n")
    assert (weak.exit_code, "password" in weak.stderr) == (2, True)
    assert audits(empty) == []


def test_phones_to_log_in_at_come_and_go(empty: Box, tmp_path: Path) -> None:
    empty.json("centre", "teams", "add", "day", "name=Day")
    for seat in ("1101", "1102"):
        empty.json("centre", "free_seats", "add", seat)
    empty.json("centre", "agents", "add", "1001", "name=Li", "extension=8001", "team=day", "phones=1101,8001")
    file = tmp_path / "agents.csv"
    empty.run("centre", "agents", "export", str(file))
    assert '"1101, 8001"' in file.read_text("utf-8-sig")
    for cell, phones in (("1102", ["1102"]), ('"1101,1102"', ["1101", "1102"]), ("", [])):
        file.write_text(f"工号,可签入话机\n1001,{cell}\n", "utf-8")
        empty.json("centre", "agents", "import", str(file))
        assert empty.json("centre", "agents", "show", "1001")["record"]["phones"] == phones
    told = empty.run("centre", "agents", "set", "1001", "phones=7777", "--lang", "zh-CN").stderr
    assert "可签入话机 (phones): 没有话机 '7777'：请填写自由座席" in told
    empty.json("centre", "agents", "set", "1001", "phones=1102")
    assert empty.json("centre", "agents", "list", "--filter", "phones=1102")["total"] == 1
    assert "agents.1001.phones: no phone '1102'" in empty.run("centre", "free_seats", "remove", "1102").stderr


def test_tables_come_and_go(empty: Box, tmp_path: Path) -> None:
    file = tmp_path / "teams.csv"
    file.write_text("id,name\nday,Day\n=1+1,Odd\n", "utf-8")
    assert [row["fate"] for row in empty.json("centre", "teams", "import", str(file), "--dry-run")["rows"]] == ["created"] * 2
    assert empty.json("centre", "teams", "list")["total"] == 0
    empty.json("centre", "teams", "import", str(file))
    for name in ("out.csv", "out.xlsx"):
        empty.json("centre", "teams", "export", str(tmp_path / name))
        back = empty.json("centre", "teams", "import", str(tmp_path / name))
        assert [row["fate"] for row in back["rows"]] == ["same", "same"]
    assert "'=1+1" in (tmp_path / "out.csv").read_text("utf-8-sig")
    file.write_text("id,name\nday,\nx,\n", "utf-8")
    refused = empty.run("centre", "teams", "import", str(file))
    assert (refused.exit_code, "day: Name (name)" in refused.stderr) == (2, True)
    assert empty.run("centre", "teams", "import", str(tmp_path / "none.csv")).exit_code == 2
    (tmp_path / "odd.xlsx").write_bytes(b"no zip")
    assert "bad-table" in empty.run("centre", "teams", "import", str(tmp_path / "odd.xlsx")).stderr


def test_people_see_how_far_an_import_is(empty: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal, in their language; the line is gone when something else is told."""
    monkeypatch.setattr("scripts.cti.progress.is_terminal", lambda: True)
    monkeypatch.setattr("cti_server.features.entities.sql.AT_ONCE", 2)
    file = tmp_path / "teams.csv"
    file.write_text("id,name\n" + "".join(f"t{n},Team {n}\n" for n in range(5)), "utf-8")
    told = empty.run("centre", "teams", "import", str(file)).stderr.split(CLEARED)
    steps = ["Reading the file", *(f"Going through the rows: {n} / 5" for n in (0, 2, 4, 5)), "Checking everything together"]
    assert told == ["", *steps, ""]
    assert "正在逐行处理: 5 / 5" in empty.run("--lang", "zh-CN", "centre", "teams", "import", str(file)).stderr
    file.write_text("id,name\nday,\n", "utf-8")
    assert f"{CLEARED}day: Name (name)" in empty.run("centre", "teams", "import", str(file)).stderr
    assert CLEARED not in empty.run("centre", "teams", "import", str(file), "--json").stderr


def test_every_entity_has_its_commands_with_help(box: Box) -> None:
    for name, entity in ENTITIES.items():
        told = box.run("centre", name, "--help").stdout
        for command in ("list", "show", "set", "history", "undo", "import", "export"):
            assert box.run("centre", name, command, "--help").exit_code == 0, (name, command)
        assert (" add " in told) == (" remove " in told) == (not entity.single)
    assert box.run("centre", "teams", "list").exit_code != 0, "a database that is not there is no traceback"


def test_a_picture_is_set_from_its_file(empty: Box, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(drawn(600, 300))
    (tmp_path / "logo.svg").write_bytes(b"<svg/>")
    empty.json("centre", "look", "set", "name=热线", f"logo_dark=@{tmp_path / 'logo.png'}")
    assert empty.json("centre", "look", "show")["record"]["logo_dark"].startswith("data:image/webp;base64,")
    shown = empty.run("centre", "look", "show").output
    assert "picture, " in shown
    assert "base64" not in shown
    assert "logo_light" in empty.run("centre", "look", "set", f"logo_light=@{tmp_path / 'logo.svg'}").output
    assert empty.run("centre", "look", "set", "icon=@/gone.png").exit_code == 2
