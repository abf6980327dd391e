"""`cti prepare` makes a centre out of nothing, and changes nothing the second time."""

from __future__ import annotations

from typing import Any

import argon2
import pytest
from sqlalchemy import Engine, select

from cti_server.adapters.sql.database import make_engine, transaction
from cti_server.domain.config import CentreConfig
from cti_server.features.centre.document import decode_config
from cti_server.features.users.model import User
from tests.cli.conftest import Box


def test_prepare_twice(box: Box) -> None:
    first = box.json("prepare")
    assert first["seeded"] is True
    assert first["config_version"] == 1
    assert {login["role"] for login in first["logins"]} == {"agent", "leader", "admin"}
    raw = box.client.get(box.keys.config)
    assert isinstance(raw, bytes)
    assert decode_config(raw).version == 1
    again = box.json("prepare")
    assert (again["seeded"], again["config_version"], again["schema"]) == (False, 1, first["schema"])
    assert "configuration version 1" in box.run("prepare").stdout
    skip = [word for name in ("processes", "web", "switches", "recordings", "redis") for word in ("--skip", name)]
    report = box.run("doctor", *skip)
    assert "schema of this version" in report.stdout


def passwords(document: dict[str, Any]) -> dict[str, str]:
    return {login["login"]: login["password"] for login in document["logins"]}


@pytest.mark.parametrize(
    ("demo", "host", "documented"),
    [("1", "127.0.0.1", True), ("1", "::1", True), ("1", "0.0.0.0", False), ("1", "a.example", False), ("0", "127.0.0.1", False)],
)
def test_the_documented_password_is_for_a_demo_on_loopback(box: Box, demo: str, host: str, documented: bool) -> None:
    box.environ |= {"CTI_DEMO": demo, "CTI_HTTP_HOST": host}
    found = set(passwords(box.json("prepare")).values())
    assert (found == {"demo"}) == documented
    assert len(found) == (1 if documented else 11)


def test_a_demo_that_others_will_see_gets_passwords_of_its_own(box: Box) -> None:
    """`make run`, then the same data with a real switch, or for the network."""
    box.environ["CTI_DEMO"] = "1"
    box.json("prepare")
    _give_password(box, "zhao.lei", "changed by its owner")
    box.environ["CTI_HTTP_HOST"] = "0.0.0.0"
    told = box.json("prepare")
    assert (told["new_passwords"], len(told["documented"])) == (False, 10), "a demo that runs on it keeps its logins"
    assert "cti prepare --new-passwords" in box.run("prepare").stdout
    assert _opens(box, "admin", "demo")
    document = box.json("prepare", "--new-passwords")
    new = passwords(document)
    assert (document["seeded"], document["new_passwords"]) == (False, True)
    assert "zhao.lei" not in new, "nobody else knows it"
    assert len(set(new.values()) - {"demo"}) == 10
    assert _opens(box, "admin", new["admin"])
    assert not _opens(box, "admin", "demo")
    assert _opens(box, "zhao.lei", "changed by its owner")
    assert not (box.folder / "demo-logins.json").exists(), "nothing is kept in clear where others see the page"
    again = box.json("prepare")
    assert (again["new_passwords"], again["logins"], again["documented"]) == (False, [], [])


def test_a_changed_password_is_not_told_as_the_noted_one(box: Box) -> None:
    box.environ["CTI_DEMO"] = "1"
    assert passwords(box.json("prepare"))["li.wei"] == "demo"
    box.run("user", "password", "li.wei", stdin="plough-hedge-77\n")
    again = passwords(box.json("prepare"))
    assert (again["li.wei"], again["wang.fang"]) == ("", "demo")


def test_without_redis_nothing_is_changed(box: Box) -> None:
    box.environ["CTI_DEMO"] = "1"
    box.json("prepare")
    box.environ |= {"CTI_HTTP_HOST": "0.0.0.0", "CTI_REDIS_URL": "redis://127.0.0.1:1/0"}
    assert box.run("prepare", "--new-passwords").exit_code == 3
    assert _opens(box, "admin", "demo")
    box.environ["CTI_DATABASE_URL"] = f"sqlite:///{box.folder}/new.db"
    assert box.run("prepare").exit_code == 3
    assert not (box.folder / "new.db").exists()


def _users(box: Box) -> Engine:
    return make_engine(box.environ["CTI_DATABASE_URL"], "test")


def _give_password(box: Box, login: str, password: str) -> None:
    engine = _users(box)
    with transaction(engine) as session:
        session.scalars(select(User).where(User.login == login)).one().password_hash = argon2.PasswordHasher().hash(password)
    engine.dispose()


def _opens(box: Box, login: str, password: str) -> bool:
    engine = _users(box)
    with transaction(engine) as session:
        stored = session.scalars(select(User.password_hash).where(User.login == login)).one()
    engine.dispose()
    try:
        return argon2.PasswordHasher().verify(stored, password)
    except argon2.exceptions.VerifyMismatchError:
        return False


def test_folders_realm_and_trunks_are_those_of_the_switch(box: Box) -> None:
    """What scripts.fsconf wrote into cti-secrets.env holds also for a centre that was a demo before."""
    box.environ["CTI_DEMO"] = "1"
    box.json("prepare")
    before = _document(box)
    assert set(before.trunks) == {"telco", "backup"}
    box.environ |= {
        "CTI_DEMO": "0",
        "CTI_SWITCH_RECORDINGS_DIR": "/srv/rec",
        "CTI_SWITCH_PROMPTS_DIR": "/srv/prompts",
        "CTI_SWITCH_TRUNKS": "carrier,telco",
        "CTI_PHONE_REALM": "pbx.example",
    }
    assert box.json("prepare")["config_version"] == 2
    after = _document(box)
    assert (after.recordings_dir, after.prompts_dir, after.phone_realm) == ("/srv/rec", "/srv/prompts", "pbx.example")
    assert {name: trunk.gateway for name, trunk in after.trunks.items()} == {"carrier": "carrier", "telco": "telco"}
    assert after.trunks["telco"] == before.trunks["telco"]
    assert box.json("prepare")["config_version"] == 2


def _document(box: Box) -> CentreConfig:
    raw = box.client.get(box.keys.config)
    assert isinstance(raw, bytes)
    return decode_config(raw)


def test_a_bad_database_url_is_one_line(box: Box) -> None:
    box.environ["CTI_DATABASE_URL"] = "mysql://cti:secret@127.0.0.1:1/cti"
    result = box.run("prepare")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "secret" not in result.stderr


def test_prepare_an_empty_centre(box: Box) -> None:
    first = box.json("prepare", "--empty", "--admin", "Anna")
    assert (first["seeded"], first["logins"], first["config_version"], first["problems"]) == (False, [], 1, [])
    assert first["link"].startswith("http")
    raw = box.client.get(box.keys.config)
    assert isinstance(raw, bytes)
    config = decode_config(raw)
    assert not any((config.agents, config.queues, config.service_numbers, config.flows))
    assert config.not_ready_reasons
    again = box.json("prepare", "--empty", "--admin", "anna")
    assert again["link"].startswith("http")
    assert again["link"] != first["link"]
    later = box.json("prepare")
    assert (later["seeded"], later["link"], later["problems"]) == (False, "", [])
    shown = box.run("prepare", "--empty", "--admin", "anna").stdout
    assert "/#/login/" in shown
