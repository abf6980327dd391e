"""Registered contacts, and whether an INVITE returns to the phone, heard from 192.0.2.7:5062: the same for Python and Lua.

An address that a registration was heard from can be forged over UDP: nobody is at home where a trunk is (TRUNKS, FORGED).
"""

HOME_IP, HOME_PORT = "192.0.2.7", 5062
TRUNKS = "203.0.113.5/32:5060,198.51.100.0/24:5080,192.0.2.7/32:5060,2001:db8::/32:5060,odd,,192.0.2.7/32:0x13c6"
"""The trunks' addresses as the switch's global variable has them; a phone may live on a trunk's machine, at a port of its own."""
ROUTE = "sip%3A1001%40192.0.2.7%3A5062"

HOME = [
    "sip:1001@192.0.2.7:5062",
    "sip:192.0.2.7:5062",
    "sip:1001@192.0.2.7:5062;transport=udp;line=8a7b",
    "sip:1001@10.0.0.9:5060;fs_nat=yes;fs_path=sip%3A1001%40192.0.2.7%3A5062",
    "sip:1001@10.0.0.9;transport=tls;ob;fs_nat=yes;fs_path=sip%3A1001%40192.0.2.7%3A5062%3Btransport%3Dtls%3Bob",
    "sip:s0cnfvqd@slcjkisok018.invalid;transport=ws;fs_nat=yes;fs_path=sip%3As0cnfvqd%40192.0.2.7%3A5062%3Btransport%3Dws",
    "sip:x@y.invalid;transport=wss;fs_nat=yes;fs_path=sip%3Ax%40192.0.2.7%3A5062%3Btransport%3Dwss",
]
"""What phones register, behind a router and over a websocket too."""

AWAY = [
    "sip:0090012345@203.0.113.5",
    "sip:0090012345@203.0.113.5:5060",
    "sip:0090012345@192.0.2.7",  # 5060: another machine behind the same address
    "sip:0090012345@192.0.2.7:5063",
    "sip:0090012345@carrier.example",
    "sip:0090012345@192.0.2.7.carrier.example:5062",
    "sip:0090012345@192.0.2.7:5062;fs_path=sip:203.0.113.5",
    "sip:0090012345@192.0.2.7:5062;fs_path=sip%3A203.0.113.5",
    f"sip:0090012345@192.0.2.7:5062;fs_path=sip%3A203.0.113.5;fs_nat=yes;fs_path={ROUTE}",
    f"sip:0090012345@192.0.2.7:5062;fs_nat=yes;fs_path={ROUTE};fs_path=sip%3A203.0.113.5",
    f"sip:0090012345@10.0.0.9;fs_nat=yes;fs_path={ROUTE}%3Bfs_path%3Dsip%3A203.0.113.5",
    f"sip:0090012345@10.0.0.9;FS_PATH=sip:203.0.113.5;fs_nat=yes;fs_path={ROUTE}",
    f"sip:0090012345@10.0.0.9;fs_nat=yes;fs_path={ROUTE}%2Csip%3A203.0.113.5",
    f"sip:0090012345@10.0.0.9;fs_nat=yes;fs_path=sip%3A203.0.113.5%2C{ROUTE}",
    "sip:0090012345@10.0.0.9;fs_nat=yes;fs_path=%3Csip%3A203.0.113.5%3Blr%3E",
    "sip:0090012345;fs_path=sip%3A203.0.113.5@192.0.2.7:5062",
    "sip:0090012345;fs_path=sip%3A203.0.113.5@10.0.0.9;fs_nat=yes;fs_path=" + ROUTE,
    "sip:0090012345@203.0.113.5@192.0.2.7:5062",
    "sip:0090012345@192.0.2.7:5062;maddr=203.0.113.5",
    "sip:0090012345@192.0.2.7:5062;MADDR=203.0.113.5",
    "sip:0090012345@192.0.2.7:5062;%6daddr=203.0.113.5",
    f"sip:0090012345@10.0.0.9;maddr=203.0.113.5;fs_nat=yes;fs_path={ROUTE}",
    f"sip:0090012345@10.0.0.9;fs_nat=yes;fs_path={ROUTE}%3Bmaddr%3D203.0.113.5",
    f"sip:0090012345@10.0.0.9;fs_nat=yes;fs_path={ROUTE}%253Bmaddr%253D203.0.113.5",
    "sip:0090012345@192.0.2.7:5062?Route=%3Csip:203.0.113.5;lr%3E",
    "sip:0090012345@192.0.2.7:5062;transport=sctp",
    f"sip:0090012345@10.0.0.9:50625060;fs_nat=yes;fs_path={ROUTE}",
    "sip:0090012345@192.0.2.7:5062;line=a;line=b",
    "sip:0090012345@192.0.2.7:5062,sofia/gateway/carrier/0090012345",
    "sip:0090012345@192.0.2.7:5062|sofia/gateway/carrier/0090012345",
    "sip:0090012345@192.0.2.7:5062;x=${system(id)}",
    "sip:0090012345@192.0.2.7:5062>;fs_path=sip:203.0.113.5",
    "sip:0090012345@192.0.2.7:5062\n",
    "sip:",
    "",
]
"""What leads to somebody else, or could."""

FORGED = [
    ("sip:0090012345@203.0.113.5", "203.0.113.5", 5060, False),
    ("sip:0090012345@203.0.113.5:5060;transport=udp", "203.0.113.5", 5060, False),
    ("sip:1001@10.0.0.9:5060;fs_nat=yes;fs_path=sip%3A0090012345%40203.0.113.5%3A5060", "203.0.113.5", 5060, False),
    ("sip:1001@203.0.113.5:5061", "203.0.113.5", 5061, True),
    ("sip:0090012345@198.51.100.200:5080", "198.51.100.200", 5080, False),
    ("sip:1001@198.51.100.200:5060", "198.51.100.200", 5060, True),
    ("sip:1001@198.51.101.1:5080", "198.51.101.1", 5080, True),
    ("sip:0090012345@192.0.2.7", "192.0.2.7", 5060, False),
    ("sip:0090012345@[2001:db8:0:0::9]", "2001:db8::9", 5060, False),
    ("sip:1001@[2001:db9::9]", "2001:db9::9", 5060, True),
    ("sip:1001@203.0.113.5", "::ffff:203.0.113.5", 5060, False),
    ("sip:1001@[::ffff:203.0.113.5]", "::ffff:203.0.113.5", 5060, False),
]
"""Contacts, where their registration was heard from, whether they may be rung: the address is right each time."""
