"""`cti user password`: who may have which password, where it comes from, and that the old one's sessions end."""

from __future__ import annotations

import argon2
import orjson
import pytest

from cti_server.adapters.sql.database import make_engine
from cti_server.errors import CtiError
from cti_server.features.users.passwords import check_password
from cti_server.features.users.sql import SqlAccounts
from tests.cli.conftest import Box

GOOD = "violet anchor 7 teapots"


@pytest.fixture
def centre(box: Box) -> Box:
    box.environ |= {"CTI_DEMO": "1"}
    box.json("prepare")
    return box


def opens(box: Box, login: str, password: str) -> bool:
    engine = make_engine(box.environ["CTI_DATABASE_URL"], "test")
    account = SqlAccounts(engine).by_login(login)
    engine.dispose()
    assert account is not None
    try:
        return argon2.PasswordHasher().verify(account.password_hash, password)
    except argon2.exceptions.VerifyMismatchError:
        return False


def test_a_new_password_ends_the_sessions_and_is_told_to_the_audit(centre: Box) -> None:
    engine = make_engine(centre.environ["CTI_DATABASE_URL"], "test")
    account = SqlAccounts(engine).by_login("li.wei")
    engine.dispose()
    assert account is not None
    centre.client.hset(centre.keys.session("abc"), mapping={"id": account.id, "role": "agent"})
    centre.client.sadd(centre.keys.user_sessions(account.id), "abc")
    result = centre.run("user", "password", "LI.WEI", "--json", stdin=f"{GOOD}\nanother line\n")
    assert (result.exit_code, orjson.loads(result.stdout)["sessions_ended"]) == (0, 1), result.stderr
    assert opens(centre, "li.wei", GOOD)
    assert not opens(centre, "admin", GOOD)
    assert not centre.client.exists(centre.keys.session("abc"), centre.keys.user_sessions(account.id))
    (fact,) = [f for _, f in centre.client.xrange(centre.keys.facts) if b"user.password_set" in f[b"f"]]
    told = orjson.loads(fact[b"f"])["data"]
    assert (told["action"], told["subject"], told["issuer"][:9]) == ("user.password_set", f"user:{account.id}", "user:cli:")
    assert GOOD.encode() not in fact[b"f"]
    assert GOOD not in result.output


@pytest.mark.parametrize("stdin", ["", "\n", "short\n", "li.wei-2031\n", "password1234\n", "a\0bcdefghijk\n"])
def test_a_weak_password_changes_nothing(centre: Box, stdin: str) -> None:
    result = centre.run("user", "password", "li.wei", stdin=stdin)
    assert result.exit_code == 2
    assert "weak-password" in result.stderr
    assert opens(centre, "li.wei", "demo")


def test_what_is_missing_is_said(centre: Box) -> None:
    assert "no-such-user" in centre.run("user", "password", "nobody", stdin=GOOD).stderr
    assert centre.run("user", "password", "li.wei", GOOD).exit_code == 2, "never an argument"
    centre.environ["CTI_REDIS_URL"] = "redis://127.0.0.1:1/0"
    assert centre.run("user", "password", "li.wei", stdin=GOOD).exit_code == 3
    assert opens(centre, "li.wei", "demo"), "sessions could not be ended, so nothing was changed"


WEAK = ("Password123!", "P@ssw0rd2031", "qwertyuiop", "1234567890", "0987654321", "aaaaaaaaaaaa", "abcabcabcabc", "wodemima123",
        "zhangwei1990", "welcome-2031", "passwordpassword", "1q2w3e4r5t", "x" * 257, "ａdmin12345678")  # fmt: skip


@pytest.mark.parametrize("password", WEAK)
def test_passwords_that_are_tried_first(password: str) -> None:
    with pytest.raises(CtiError) as refused:
        check_password(password, "zhang.wei", "Zhang Wei")
    assert refused.value.error_id == "weak-password"
    assert password not in refused.value.message


@pytest.mark.parametrize(
    "password", [GOOD, "correct horse battery", "今天的天气真好去公园走走", "x9!Lq27#vbTz", "zhang likes violet anchors"]
)
def test_good_passwords(password: str) -> None:
    check_password(password, "zhang.wei", "Zhang Wei")


def audited(box: Box) -> list[tuple[str, str]]:
    facts = [orjson.loads(fields[b"f"])["data"] for _, fields in box.client.xrange(box.keys.facts)]
    return [(fact["action"], fact["detail"]["login"]) for fact in facts if fact["action"].startswith("user.")]


def test_a_link_is_shown_once_and_kept_nowhere(centre: Box) -> None:
    told = centre.json("user", "link", "li.wei")
    base, _, token = told["link"].rpartition("/")
    assert (base, told["kind"]) == ("http://127.0.0.1:8080/#/login", "reset")
    assert told["expires_ms"] == centre.clock.ms + 86_400_000
    assert audited(centre) == [("user.reset_link", "li.wei")]
    assert token.encode() not in b"".join(fields[b"f"] for _, fields in centre.client.xrange(centre.keys.facts))


def test_a_lock_ends_sessions_which_are_seen_before(centre: Box) -> None:
    session = {"id": 1, "role": "agent", "address": "10.0.0.7", "browser": "b", "created_ms": 1000, "seen_ms": 2000}
    centre.client.hset(centre.keys.session("abc"), mapping=session)
    centre.client.sadd(centre.keys.user_sessions(1), "abc")
    seen = centre.json("user", "sessions", "li.wei")
    assert seen["sessions"] == [{"address": "10.0.0.7", "browser": "b", "created_ms": 1000, "seen_ms": 2000}]
    assert centre.json("user", "lock", "li.wei", "lost laptop")["sessions_ended"] == 1
    assert centre.json("user", "sessions", "li.wei")["sessions"] == []
    assert locked(centre)
    assert centre.run("user", "lock", "li.wei", " ").exit_code == 2
    centre.json("user", "unlock", "li.wei")
    assert not locked(centre)
    assert audited(centre) == [("user.locked", "li.wei"), ("user.unlocked", "li.wei")]


def locked(box: Box) -> bool:
    engine = make_engine(box.environ["CTI_DATABASE_URL"], "test")
    account = SqlAccounts(engine).by_login("li.wei")
    engine.dispose()
    assert account is not None
    return account.locked
