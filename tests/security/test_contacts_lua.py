"""The rule of registered contacts as the switch's scripts have it: the same table as for the daemon."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.fixtures import missing
from tests.security.contacts import AWAY, HOME, HOME_IP, HOME_PORT

SCRIPTS = Path(__file__).parents[2] / "freeswitch/scripts"
PROGRAM = """
freeswitch = { API = function() return { execute = function(_, _, _) return "" end } end, consoleLog = function() end }
local phones = require("cti_phones")
for contact in io.read("a"):gmatch("([^\\0]*)\\0") do
  print(phones.leads_home(contact, arg[1], arg[2]))
end
"""


def judged(contacts: list[str]) -> list[bool]:
    lua = next(filter(None, map(shutil.which, ("lua5.2", "lua5.3", "lua5.4", "lua"))), None)
    if not lua:
        missing("lua (apt install lua5.2)")
    given = "".join(f"sofia/internal/{contact}\0" for contact in contacts).encode()
    start = f"package.path = '{SCRIPTS}/?.lua'; arg = {{ '{HOME_IP}', '{HOME_PORT}' }}"
    done = subprocess.run([str(lua), "-e", start + PROGRAM], input=given, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return [line == "true" for line in done.stdout.decode().splitlines()]


def test_the_switch_dials_what_leads_back_to_the_phone_and_nothing_else() -> None:
    assert dict(zip(HOME, judged(HOME), strict=True)) == dict.fromkeys(HOME, True)
    assert dict(zip(AWAY, judged(AWAY), strict=True)) == dict.fromkeys(AWAY, False)
