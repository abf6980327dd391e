"""The rule of registered contacts as the switch's scripts have it: the same table as for the daemon."""

from __future__ import annotations

import ipaddress
import re
import shutil
import subprocess
from pathlib import Path

from tests.fixtures import missing
from tests.security.contacts import AWAY, FORGED, HOME, HOME_IP, HOME_PORT, TRUNKS

SCRIPTS = Path(__file__).parents[2] / "freeswitch/scripts"
PROGRAM = """
local function execute(_, name, argument)
  return name == "acl" and tostring(ACL[argument] or false) or ""
end
freeswitch = {
  API = function() return { execute = execute } end,
  getGlobalVariable = function(name) return name == "cti_trunks_at" and TRUNKS or nil end,
  consoleLog = function() end,
}
local phones = require("cti_phones")
for contact, ip, port in io.read("*a"):gmatch("([^\\0]*)\\0([^\\0]*)\\0([^\\0]*)\\0") do
  print(phones.leads_home(contact, ip, port))
end
"""


def acl(addresses: set[str]) -> str:
    """What the switch's ``acl ADDRESS NETWORK`` would say, as a Lua table."""
    networks = [ipaddress.ip_network(found) for found in re.findall(r"[0-9a-f.:]+/[0-9]+", TRUNKS)]
    yes = [f"['{ip} {net}'] = true" for ip in addresses for net in networks if _address(ip) in net]
    return f"{{ {', '.join(yes)} }}"


def _address(ip: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    found = ipaddress.ip_address(ip)
    return getattr(found, "ipv4_mapped", None) or found


def judged(contacts: list[tuple[str, str, int]]) -> list[bool]:
    """Of (contact, address and port that it was heard from)."""
    lua = next(filter(None, map(shutil.which, ("lua5.2", "lua5.3", "lua5.4", "lua"))), None)
    if not lua:
        missing("lua (apt install lua5.2)")
    given = "".join(f"sofia/internal/{contact}\0{ip}\0{port}\0" for contact, ip, port in contacts).encode()
    start = f"package.path = '{SCRIPTS}/?.lua'; TRUNKS = '{TRUNKS}'; ACL = {acl({ip for _, ip, _ in contacts})}"
    done = subprocess.run([str(lua), "-e", start + PROGRAM], input=given, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return [line == "true" for line in done.stdout.decode().splitlines()]


def test_the_switch_dials_what_leads_back_to_the_phone_and_nothing_else() -> None:
    heard = [(contact, HOME_IP, HOME_PORT) for contact in [*HOME, *AWAY]]
    wanted = dict.fromkeys(HOME, True) | dict.fromkeys(AWAY, False)
    assert dict(zip([*HOME, *AWAY], judged(heard), strict=True)) == wanted


def test_the_switch_dials_nobody_where_a_trunk_is() -> None:
    found = judged([(contact, ip, port) for contact, ip, port, _ in FORGED])
    assert list(zip(FORGED, found, strict=True)) == [(one, one[3]) for one in FORGED]
