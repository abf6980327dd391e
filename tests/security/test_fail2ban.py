"""The shipped fail2ban filter on log lines of a real switch: wrong passwords over UDP and TLS, unknown and forged names."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "tests/captures/auth_failures.log").read_text("utf-8").splitlines()
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+")
FORGED = "192.0.2.98"


def banned(lines: list[str]) -> list[str]:
    """The addresses of the lines that fail2ban would count: it cuts the time out of a line before it looks."""
    filter_ = ConfigParser()
    filter_.read(ROOT / "docs/operators/fail2ban-freeswitch.conf", "utf-8")
    failure = re.compile(filter_["Definition"]["failregex"].replace("<HOST>", r"(?P<host>[0-9a-fA-F.:]+)"))
    found = (failure.search(TIME.sub("", line, count=1)) for line in lines)
    return [match["host"] for match in found if match]


def test_wrong_passwords_are_counted_and_challenges_are_not() -> None:
    failures = [line for line in LINES if "SIP auth failure" in line and FORGED not in line]
    assert {"REGISTER", "INVITE"} == {re.findall(r"\((\w+)\)", line)[0] for line in failures}
    assert banned(failures) == ["127.0.0.1"] * len(failures)
    assert banned([line for line in LINES if "SIP auth failure" not in line]) == []


def test_a_name_bans_nobody_else() -> None:
    """A caller's name may hold line feeds, and its second line may look like a failure of anybody."""
    forged = [line for line in LINES if line.endswith(FORGED)]
    assert forged
    assert set(banned(LINES)) == {"127.0.0.1"}
    assert banned([line.replace("profile internal for", "profile 'internal' for") for line in forged]) == []


def test_an_address_of_the_six_form() -> None:
    (line, *_) = (line for line in LINES if "SIP auth failure (REGISTER)" in line)
    assert banned([line.replace("from ip 127.0.0.1", "from ip 2001:db8::7")]) == ["2001:db8::7"]
