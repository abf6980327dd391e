"""What can be known of the switch's configuration without a switch: it renders, refers to what exists, and is safe."""

from __future__ import annotations

import grp
import itertools
import os
import re
import shutil
import socket
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from cti_server.errors import CtiError
from cti_server.settings import load
from scripts import fsconf
from scripts.stack import free_ports
from tests.fixtures import missing

ROOT = Path(__file__).parents[2]
LUA = sorted((ROOT / "freeswitch/scripts").glob("*.lua"))
VALUES = fsconf.Values(
    esl_password="e" * 24,
    directory_secret="d" * 24,
    wss_binding="192.0.2.10:7443",
    tls="true",
    tls_port="5061",
    tls_dir="/etc/cti/tls",
    recordings="/rec",
    prompts="/prompts",
)
PLAN = fsconf.Plan(
    VALUES,
    (fsconf.Phone("1001", "secret-of-1001"), fsconf.Phone("1002", "secret-of-1002")),
    (fsconf.Trunk("carrier", "203.0.113.5"), fsconf.Trunk("backup", "sip.example.net", 5070, "line1", "trunk-secret")),
    ("198.51.100.0/28",),
)


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("switch")
    fsconf.render(PLAN, folder)
    return folder


@pytest.fixture(scope="module")
def documents(out):
    return {str(p.relative_to(out / "conf")): etree.parse(str(p)).getroot() for p in sorted((out / "conf").rglob("*.xml"))}


def params(root):
    return {p.get("name"): p.get("value") for p in root.iter("param")}


def all_values(documents):
    for name, root in documents.items():
        for element in root.iter():
            for value in element.attrib.values():
                yield name, value


def test_every_template_is_rendered_and_no_placeholder_is_left(documents, out):
    wanted = {str(p.relative_to(ROOT / "freeswitch/conf")) for p in (ROOT / "freeswitch/conf").rglob("*.xml")}
    wanted |= {f"dialplan/{p.name}" for p in (ROOT / "dialplan").glob("*.xml")}
    wanted = wanted - {"sip_profiles/trunks/trunk.xml"} | {f"sip_profiles/trunks/{n}.xml" for n in ("carrier", "backup")}
    assert set(documents) == wanted
    assert [v for _, v in all_values(documents) if fsconf.PLACEHOLDER.search(v)] == []
    assert {p.name for p in (out / "scripts").glob("*.lua")} == {p.name for p in LUA}


def test_everything_that_is_included_exists(documents, out):
    for name, root in documents.items():
        for include in root.iter("X-PRE-PROCESS"):
            if include.get("cmd") == "include":
                base = (out / "conf" / name).parent
                assert list(base.glob(include.get("data"))), f"{name} includes {include.get('data')}"


def test_every_script_that_is_named_exists(documents):
    scripts = {p.name for p in LUA}
    named = {w for _, value in all_values(documents) for w in re.findall(r"[\w.-]+\.lua\b", value) if "?" not in value}
    for path in LUA:
        named |= set(re.findall(r"\blua ([\w.-]+\.lua)", path.read_text("utf-8")))
        named |= {f"{module}.lua" for module in re.findall(r'require\("(\w+)"\)', path.read_text("utf-8"))}
    assert named <= scripts
    assert {"cti_connect.lua", "cti_watchdog.lua", "cti_inbound.lua", "cti_start.lua"} <= named | {"cti_connect.lua"}


def test_every_context_profile_and_queue_that_is_named_exists(documents):
    contexts = {c.get("name") for root in documents.values() for c in root.iter("context")}
    for profile in ("internal", "external"):
        assert params(documents[f"sip_profiles/{profile}.xml"])["context"] in contexts
    assert contexts == {"public", "agents", "cti_codes", "cti_fallback"}
    for path in LUA:
        for destination, context in re.findall(r'"?(\w+)"?,? "?XML"?,? "?(\w+)"', path.read_text("utf-8")):
            assert context in contexts
            assert f"^{destination}$" in {e.get("expression") for e in documents[f"dialplan/{context}.xml"].iter("condition")}
    queues = {q.get("name") for q in documents["autoload_configs/callcenter.conf.xml"].iter("queue")}
    for root in documents.values():
        for action in root.iter("action"):
            if action.get("application") == "callcenter":
                assert action.get("data", "").removesuffix("${cti_apart}") in queues


def test_groups_are_captured_where_they_are_used(documents):
    for root in documents.values():
        for condition in root.iter("condition"):
            used = {n for a in condition.iter("action") for n in re.findall(r"\$(\d)", a.get("data", ""))}
            groups = re.compile(condition.get("expression", "")).groups
            assert all(1 <= int(n) <= groups for n in used), "$0 and absent groups are not substituted"


def test_nothing_calls_an_api_in_an_expansion(documents):
    """``${name(...)}`` would not run (api-expansion=false), so a dial string that needs it would fail at the worst moment."""
    assert [value for _, value in all_values(documents) if re.search(r"\$\{[^}]*\(", value)] == []


def test_outside_text_is_in_no_application_argument(documents):
    """Only the channel's own id may be expanded, the extension that the directory gives, the dial string that
    cti_colleague.lua has judged, and the end of the name of a tenant's queue, which cti_inbound.lua sets: all else could
    hold what a caller sent."""
    expanded = {
        v for root in documents.values() for a in root.iter("action") for v in re.findall(r"\$\{(\w+)\}", a.get("data", ""))
    }
    assert expanded <= {"uuid", "cti_phone", "cti_extension", "cti_apart"}


CAPTURED = {
    # where a group of the dialled number stands in an argument -> the only characters that it can hold there
    "multiset": "[-+*#0-9A-Za-z._]",
    "bridge": "[0-9]",
    "lua": "[0-9]",
}


def test_what_was_dialled_is_in_an_argument_only_where_its_pattern_allows_no_harm(documents):
    """$1 is outside text: its group may match nothing that an argument, a dial string or a list of variables gives a meaning."""
    seen = set()
    for root in documents.values():
        for condition in root.iter("condition"):
            for action in condition.iter("action"):
                if "$1" not in action.get("data", ""):
                    continue
                seen.add(action.get("application"))
                allowed = re.compile(f"{CAPTURED[action.get('application')]}+")
                pattern = re.compile(condition.get("expression"))
                for character in map(chr, [*range(1, 0x250), 0x2028, 0x4E2D, 0x1F600]):
                    for dialled in (character, f"1{character}1", f"100{character}", f"{character}100", f"1001{character}"):
                        found = pattern.search(dialled)
                        assert not found or allowed.fullmatch(found[1]), (action.get("data"), dialled)
    assert seen == set(CAPTURED)


def test_switch_limits_and_expansion(documents):
    core = params(documents["autoload_configs/switch.conf.xml"])
    assert core["api-expansion"] == "false"
    assert core["1ms-timer"] == "true"
    assert int(core["sessions-per-second"]) >= 84 * 2 * 1.5
    assert int(core["max-sessions"]) >= 10_000
    assert int(core["rtp-end-port"]) - int(core["rtp-start-port"]) >= 2 * int(core["max-sessions"])


def test_the_event_socket_is_on_loopback_with_a_generated_password(documents):
    socket = params(documents["autoload_configs/event_socket.conf.xml"])
    assert socket["listen-ip"] == "127.0.0.1"
    assert socket["password"] == VALUES.esl_password
    acl = documents["autoload_configs/acl.conf.xml"].find(f".//list[@name='{socket['apply-inbound-acl']}']")
    assert acl.get("default") == "deny"
    assert {n.get("cidr") for n in acl.iter("node")} == {"127.0.0.0/8"}


def test_no_default_password_anywhere():
    texts = [p.read_text("utf-8") for folder in ("freeswitch", "dialplan") for p in (ROOT / folder).rglob("*") if p.is_file()]
    for text in texts:
        assert not re.search(r"ClueCon|default_password|value=\"1234\"", text)
        for value in re.findall(r'name="(?:password|gateway-credentials)" value="([^"]*)"', text):
            assert "@" in value, "a password is a placeholder"
    with pytest.raises(CtiError, match="esl_password must have"):
        fsconf.check(replace(PLAN, values=replace(VALUES, esl_password="short")))


def test_toll_fraud(documents):
    agents, public = documents["dialplan/agents.xml"], documents["dialplan/public.xml"]
    applications = {a.get("application") for a in public.iter("action")}
    assert applications == {"multiset", "lua", "park", "hangup"}, "a trunk call can only be parked"
    for action in agents.iter("action"):
        if action.get("application") == "bridge":
            assert action.get("data") == "${cti_phone}" or action.getparent().getparent().get("name") == "cti_emergency"
    last = agents.findall(".//extension")[-1]
    assert [a.get("data") for a in last.iter("action")] == ["OUTGOING_CALL_BARRED"]
    dials = re.compile(agents.find(".//extension[@name='cti_colleague']/condition").get("expression"))
    assert dials.search("1001")
    assert not any(dials.search(n) for n in ("0013105551234", "95598", "9001", "13800138000", "1001@x", "10011"))
    internal, external = params(documents["sip_profiles/internal.xml"]), params(documents["sip_profiles/external.xml"])
    for name in ("auth-calls", "inbound-reg-force-matching-username", "disable-transfer"):
        assert internal[name] == "true"
    assert (internal["accept-blind-reg"], internal["accept-blind-auth"]) == ("false", "false")
    assert external["apply-inbound-acl"] == "cti_trunks"
    assert (external["auth-calls"], external["auth-calls-acl-only"], external["disable-register"]) == ("true", "true", "true")
    trunks = documents["autoload_configs/acl.conf.xml"].find(".//list[@name='cti_trunks']")
    assert trunks.get("default") == "deny"
    assert {n.get("cidr") for n in trunks.iter("node")} == {"203.0.113.5/32", "198.51.100.0/28"}


def test_calls_end_by_themselves_when_nobody_is_there(documents):
    variables = [p.get("data") for p in documents["vars.xml"].iter("X-PRE-PROCESS")]
    assert "media_timeout=120000" in variables
    for profile in ("internal", "external"):
        found = params(documents[f"sip_profiles/{profile}.xml"])
        assert found["enable-timer"] == "true"
        assert int(found["minimum-session-expires"]) <= int(found["session-timeout"])


def test_web_phones_with_and_without_tls(documents, tmp_path):
    internal = params(documents["sip_profiles/internal.xml"])
    assert (internal["wss-binding"], internal["tls-cert-dir"], internal["tls"]) == ("192.0.2.10:7443", "/etc/cti/tls", "true")
    fsconf.render(
        replace(PLAN, values=replace(VALUES, wss_binding="", tls="", tls_port="", tls_dir="", directory_url="")), tmp_path
    )
    plain = params(etree.parse(str(tmp_path / "conf/sip_profiles/internal.xml")).getroot())
    assert not {"wss-binding", "tls", "tls-sip-port", "tls-cert-dir"} & set(plain)
    modules = (tmp_path / "conf/autoload_configs/modules.conf.xml").read_text("utf-8")
    assert "mod_xml_curl" not in modules


def test_phones_trunks_and_their_names(documents):
    directory = documents["directory/cti.xml"]
    users = {u.get("id"): params(u) for u in directory.iter("user")}
    assert users == {"1001": {"password": "secret-of-1001"}, "1002": {"password": "secret-of-1002"}}
    for user in directory.iter("user"):  # who calls is said by the switch, not by the phone
        said = {v.get("name"): v.get("value") for v in user.iter("variable")}
        assert (said["effective_caller_id_number"], said["cti_extension"]) == (user.get("id"), user.get("id"))
        assert said["effective_caller_id_name"] == user.get("id")
    backup = params(documents["sip_profiles/trunks/backup.xml"])
    assert (backup["proxy"], backup["register"], backup["ping"]) == ("sip.example.net:5070", "true", "25")
    variables = [p.get("data") for p in documents["vars.xml"].iter("X-PRE-PROCESS")]
    assert "cti_trunk_203_0_113_5=carrier" in variables
    assert "cti_trunks_at=203.0.113.5/32:5060,198.51.100.0/28:5060,198.51.100.0/28:5070" in variables


@pytest.mark.parametrize(
    "plan",
    [
        replace(PLAN, values=replace(VALUES, recordings='/rec"/><evil x="')),
        replace(PLAN, values=replace(VALUES, realm="${system(id)}")),
        replace(PLAN, values=replace(VALUES, prompts="/a\nb")),
        replace(PLAN, values=replace(VALUES, prompts="/home/li wei/prompts")),
        replace(PLAN, values=replace(VALUES, recordings="rec")),
        replace(PLAN, values=replace(VALUES, extension_pattern='.*" evil="')),
        replace(PLAN, phones=(fsconf.Phone("10 01", "x"),)),
        replace(PLAN, phones=(fsconf.Phone("1001", ""),)),
        replace(PLAN, phones=(fsconf.Phone("1001", "$${x}"),)),
        replace(PLAN, trunks=(fsconf.Trunk("../x", "203.0.113.5"),)),
        replace(PLAN, trunks=(fsconf.Trunk("x", "203.0.113.5;evil"),)),
        replace(PLAN, trunk_cidrs=("all",)),
        replace(PLAN, values=replace(VALUES, emergency_numbers="11.")),
    ],
)
def test_values_that_could_break_out_are_refused_before_anything_is_written(plan, tmp_path):
    with pytest.raises(CtiError, match="bad-switch-setting"):
        fsconf.render(plan, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_keeps_its_secrets(tmp_path, capsys):
    phones = tmp_path / "phones.json"
    phones.write_text('[{"extension": "1001", "password": "p"}]', "utf-8")
    passwords = tmp_path / "trunks"
    passwords.write_text("# of our carriers\na = pass,wo=rd\n", "utf-8")
    passwords.chmod(0o600)
    command = ["--out", str(tmp_path / "o"), "--data", str(tmp_path / "d"), "--phones", str(phones)]
    command += ["--trunk", "a=203.0.113.5:5070,user", "--trunk-passwords", str(passwords)]
    assert fsconf.main(command) == 0
    secrets = tmp_path / "o/cti-secrets.env"
    first = secrets.read_text("utf-8")
    assert secrets.stat().st_mode & 0o777 == 0o600
    known = fsconf.read_secrets(tmp_path / "o")
    assert len(set(known.values())) == 2
    assert min(map(len, known.values())) >= 32
    assert fsconf.main(command) == 0
    assert secrets.read_text("utf-8") == first
    assert "1 phones, 1 trunks" in capsys.readouterr().out
    assert fsconf.main([*command, "--trunk", "nonsense"]) == 2
    assert "is not NAME=HOST" in capsys.readouterr().err
    trunk = params(etree.parse(str(tmp_path / "o/conf/sip_profiles/trunks/a.xml")).getroot())
    assert (trunk["username"], trunk["password"]) == ("user", "pass,wo=rd")


def test_a_trunk_that_is_a_name_is_where_the_name_leads(tmp_path, capsys, monkeypatch):
    """Also where the name leads nowhere: it is said, and the configuration is made."""
    known = {"sip.example.net": ["2001:db8::5", "203.0.113.9", "203.0.113.9"]}

    def look_up(host, port, **_):
        if host not in known:
            raise socket.gaierror(-2, "Name or service not known")
        return [(0, 0, 0, "", (address, port)) for address in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    command = ["--out", str(tmp_path / "o"), "--data", str(tmp_path / "d")]
    command += ["--trunk", "a=sip.example.net:5070", "--trunk", "b=nowhere"]
    assert fsconf.main(command) == 0
    variables = (tmp_path / "o/conf/vars.xml").read_text("utf-8")
    assert 'data="cti_trunks_at=2001:db8::5/128:5070,203.0.113.9/32:5070"' in variables
    assert "trunk b (nowhere) has no address here and now" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (["--trunk", "a=203.0.113.5,user,secret-word"], "a password comes from --trunk-passwords"),
        (["--trunk", "a=203.0.113.5,user"], "put the line a=PASSWORD into a file"),
        (["--trunk", "a=203.0.113.5,user", "--trunk-passwords", "OPEN"], "everybody can read it"),
        (["--trunk", "a=203.0.113.5,user", "--trunk-passwords", "/none"], "No such file"),
        (["--database", "mysql+pymysql://cti:secret-word@db/cti"], "every user of this machine could read"),
        (["--database", "env"], "CTI_DATABASE_URL is not set"),
        (["--external-port", "5060"], "ports of their own"),
        (["--tls-only"], "--tls-only needs --tls-dir"),
        (["--emergency", "110,x"], "not digits"),
        (["--emergency-caller", "me"], "is no number"),
        (["--user", "no-such-user"], "no such user"),
        (["--ip", "switch.example"], "--ip 'switch.example' is no address of this machine"),
        (["--ip", "999.1.1.1"], "--ip '999.1.1.1' is no address of this machine"),
        (["--ip", "0.0.0.0"], "--ip '0.0.0.0' is no address of this machine"),
        (["--trunk-ip", "x"], "--trunk-ip 'x' is no address of this machine"),
        (["--realm", "pbx example"], "--realm 'pbx example' is no name or address"),
        (["--ext-ip", "outside"], "--ext-ip 'outside' is no address"),
        (["--ws", "127.0.0.1"], "--ws '127.0.0.1' is not ADDRESS:PORT"),
        (["--ws", "127.0.0.1:99999"], "--ws '127.0.0.1:99999' is not ADDRESS:PORT"),
        (["--wss", "desk.example:7443"], "--wss 'desk.example:7443' is not ADDRESS:PORT"),
        (["--wss", ":7443"], "--wss ':7443' is not ADDRESS:PORT"),
        (["--esl-port", "0"], "--esl-port 0 is no port"),
        (["--internal-port", "70000"], "--internal-port 70000 is no port"),
        (["--external-port", "-1"], "--external-port -1 is no port"),
        (["--tls-dir", "TLS", "--tls-port", "0"], "--tls-port 0 is no port"),
        (["--max-sessions", "0"], "--max-sessions 0 is not 1 or more"),
        (["--sessions-per-second", "-5"], "--sessions-per-second -5 is not 1 or more"),
        (["--directory-url", "127.0.0.1:8090"], "--directory-url '127.0.0.1:8090' is no http"),
        (["--directory-url", "http://127.0.0.1:99999/"], "--directory-url 'http://127.0.0.1:99999/' is no http"),
        (["--directory-url", "http:///switch/directory"], "is no http"),
        (["--phone-url", "https://desk.example/phone"], "--phone-url 'https://desk.example/phone' is no ws"),
        (["--trunk-cidr", "192.0.2.1/99"], "trunk address '192.0.2.1/99' is not ADDRESS/BITS"),
        (["--trunk-cidr", "999.0.2.1/24"], "trunk address '999.0.2.1/24' is not ADDRESS/BITS"),
        (["--trunk", "a=203.0.113.5:0"], "trunk 'a': 0 is no port"),
        (["--trunk", "a=203.0.113.5:70000"], "trunk 'a': 70000 is no port"),
        (["--trunk", "a=203.0.113.5", "--trunk", "a=203.0.113.6"], "trunk 'a' is there twice"),
        (["--database", "secret-word"], "--database is no database URL"),
        (["--database", "nosuch://secret-word"], "--database is no database URL"),
    ],
)
def test_what_is_unsafe_or_wrong_is_refused_with_what_to_do(more, why, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("CTI_DATABASE_URL", raising=False)
    readable = tmp_path / "readable"
    readable.write_text("a=x\n", "utf-8")
    readable.chmod(0o644)
    places = {"OPEN": str(readable), "TLS": str(tmp_path / "tls")}
    more = [places.get(word, word) for word in more]
    assert fsconf.main(["--out", str(tmp_path / "o"), "--data", str(tmp_path / "d"), *more]) == 2
    said = capsys.readouterr()
    assert why in said.err
    assert "secret-word" not in said.err + said.out


def test_what_is_right_is_not_refused(tmp_path):
    command = ["--out", str(tmp_path / "o"), "--data", str(tmp_path / "d")]
    for more in (
        ["--ip", "192.0.2.10", "--ext-ip", "203.0.113.1", "--trunk-ip", "192.0.2.11", "--external-port", "5060"],
        ["--ip", "2001:db8::1", "--wss", "[2001:db8::1]:7443", "--ext-ip", "stun:stun.example.net"],
        ["--ws", "", "--wss", "0.0.0.0:7443", "--directory-url", "", "--ext-ip", "auto-nat"],
        ["--trunk", "a=sip.example.net:5070", "--trunk-cidr", "192.0.2.17/24", "--trunk-cidr", "2001:db8::/32"],
        ["--directory-url", "https://desk.example/switch/directory", "--phone-url", "wss://desk.example/phone"],
    ):
        assert fsconf.main([*command, *more]) == 0, more


def test_start_says_whose_port_is_taken(tmp_path):
    """The switch would run on without it, and say that it is ready."""
    ports = free_ports(4)
    command = ["--out", str(tmp_path / "o"), "--data", str(tmp_path / "d"), "--esl-port", str(ports[0])]
    command += ["--internal-port", str(ports[1]), "--external-port", str(ports[2]), "--ws", f"127.0.0.1:{ports[3]}"]
    assert fsconf.main(command) == 0
    environ = {**os.environ, "FREESWITCH": "true"}

    def start():
        return subprocess.run([tmp_path / "o/start"], env=environ, capture_output=True, text=True, check=False)

    assert (start().returncode, start().stderr) == (0, "")
    ways = [(socket.SOCK_STREAM, ports[0], "--esl-port"), (socket.SOCK_DGRAM, ports[1], "--internal-port")]
    ways += [(socket.SOCK_DGRAM, ports[2], "--external-port"), (socket.SOCK_STREAM, ports[3], "--ws")]
    for (kind, port, option), address in itertools.product(ways, ("127.0.0.1", "0.0.0.0")):
        with socket.socket(socket.AF_INET, kind) as taken:
            taken.bind((address, port))
            if kind == socket.SOCK_STREAM:
                taken.listen()
            done = start()
        assert done.returncode == 1, option
        assert f"start: 127.0.0.1:{port} is taken by another program: end it, or give fsconf another {option}" in done.stderr
    with socket.socket() as elsewhere:
        elsewhere.bind(("127.0.0.2", int(ports[0])))
        elsewhere.listen()
        assert start().returncode == 0, "another address is not ours"


def test_emergency_numbers_are_dialled_first_and_over_every_trunk(documents, tmp_path):
    agents = documents["dialplan/agents.xml"]
    who, first = agents.findall(".//extension")[:2]
    assert (who.get("name"), who.get("continue"), first.get("name")) == ("cti_self", "true", "cti_emergency")
    dials = re.compile(first.find("condition").get("expression"))
    assert all(dials.search(number) for number in ("110", "119", "120", "122", "112", "911"))
    assert not any(dials.search(number) for number in ("1100", "0110", "11", "9110", "1001"))
    ways = first.findall(".//action")[-1].get("data").split("|")
    plain = [way.partition("]")[2] for way in ways]
    assert plain == [
        "sofia/gateway/carrier/$1", "sofia/gateway/backup/$1",
        "sofia/external/sip:$1@203.0.113.5:5060", "sofia/external/sip:$1@sip.example.net:5070",
    ]  # fmt: skip
    assert [a.get("application") for a in first.iter("action")] == ["set", "set", "bridge"], "no script, no daemon"
    values = replace(VALUES, emergency_numbers="117", emergency_caller="02112345")
    fsconf.render(replace(PLAN, values=values), tmp_path)
    text = (tmp_path / "conf/dialplan/agents.xml").read_text("utf-8")
    assert "^(117)$" in text
    assert "effective_caller_id_number=02112345" in text
    with pytest.raises(CtiError, match="emergency number"):
        fsconf.check(replace(PLAN, phones=(fsconf.Phone("911", "secret"),)))


def test_desk_phones_with_encrypted_audio_and_over_tls_alone(documents, tmp_path):
    assert "tls-only" not in params(documents["sip_profiles/internal.xml"])
    assert documents["dialplan/agents.xml"].find(".//extension[@name='cti_plain_audio']") is None
    fsconf.render(replace(PLAN, values=replace(VALUES, srtp="mandatory", tls_only="true")), tmp_path)
    root = etree.parse(str(tmp_path / "conf/dialplan/agents.xml")).getroot()
    assert [e.get("name") for e in root.iter("extension")][1:3] == ["cti_emergency", "cti_plain_audio"]
    assert params(etree.parse(str(tmp_path / "conf/sip_profiles/internal.xml")).getroot())["tls-only"] == "true"
    assert "rtp_secure_media_outbound=mandatory" in (tmp_path / "conf/vars.xml").read_text("utf-8")
    trunk = (tmp_path / "conf/sip_profiles/trunks/carrier.xml").read_text("utf-8")
    assert 'name="rtp_secure_media_outbound" value="forbidden"' in trunk


def test_every_phone_is_rung_where_it_was_heard_and_nobody_sends_a_call_on(documents):
    internal = params(documents["sip_profiles/internal.xml"])
    acl = documents["autoload_configs/acl.conf.xml"]
    lists = {entry.get("name"): (entry.get("default"), len(entry)) for entry in acl.iter("list")}
    assert lists[internal["apply-nat-acl"]] == ("allow", 0)
    assert lists[internal["local-network-acl"]] == ("deny", 0)
    names = [p.get("name") for p in documents["sip_profiles/internal.xml"].iter("param")]
    assert names.index("ext-sip-ip") < names.index("apply-nat-acl"), "the switch refuses the list before it knows its address"
    variables = [p.get("data") for p in documents["vars.xml"].iter("X-PRE-PROCESS")]
    assert "outbound_redirect_fatal=true" in variables


def sourced(file: Path) -> dict[str, str]:
    """The file as a shell reads it."""
    command = f"set -a; . {file}; env -0"
    done = subprocess.run(["sh", "-c", command], env={"PATH": os.defpath}, capture_output=True, check=True)
    return dict(line.split("=", 1) for line in done.stdout.decode().split("\0") if line.startswith("CTI_"))


def test_the_product_is_told_what_the_switch_was_told(tmp_path):
    out = tmp_path / "with space"
    command = ["--out", str(out), "--data", str(tmp_path / "d"),
               "--trunk", "carrier=203.0.113.5", "--trunk", "second=203.0.113.6", "--esl-port", "8031",
               "--recordings", f"{tmp_path}/my-recordings/", "--prompts", "/srv/prompts", "--realm", "pbx.example"]  # fmt: skip
    assert fsconf.main(command) == 0
    told = sourced(tmp_path / "with\\ space/cti-secrets.env")
    assert told == {
        **fsconf.read_secrets(out),
        "CTI_SWITCHES": "main=esl://127.0.0.1:8031",
        "CTI_PHONE_REALM": "pbx.example",
        "CTI_PHONE_SERVER": "127.0.0.1:5060;transport=udp",
        "CTI_PHONE_WS_URL": "ws://127.0.0.1:5066",
        "CTI_RECORDINGS_DIR": f"{tmp_path}/my-recordings",
        "CTI_SWITCH_RECORDINGS_DIR": f"{tmp_path}/my-recordings",
        "CTI_SWITCH_PROMPTS_DIR": "/srv/prompts",
        "CTI_SWITCH_TRUNKS": "carrier,second",
    }
    other = [*command, "--directory-url", "http://127.0.0.1:8090/switch/directory"]
    assert fsconf.main(other) == 0, "port 8080 is taken: the switch is told, and so is the web"
    assert sourced(tmp_path / "with\\ space/cti-secrets.env") == {**told, "CTI_HTTP_PORT": "8090"}
    assert load({**told, "CTI_CONFIG": "/dev/null"}).switch_addresses()[0].port == 8031
    assert fsconf.main([*command, "--wss", "192.0.2.10:7443"]) == 0
    again = sourced(tmp_path / "with\\ space/cti-secrets.env")
    assert again == {**told, "CTI_PHONE_WS_URL": "wss://192.0.2.10:7443"}
    assert fsconf.main([*command, "--phone-url", "wss://desk.example/phone"]) == 0
    assert sourced(tmp_path / "with\\ space/cti-secrets.env")["CTI_PHONE_WS_URL"] == "wss://desk.example/phone"
    assert (out / "cti-secrets.env").stat().st_mode & 0o777 == 0o600


def test_the_switchs_group_may_read_its_configuration_and_nobody_else(tmp_path, capsys):
    others = [g.gr_name for g in grp.getgrall() if g.gr_gid != os.getegid()]
    group = others[0] if os.geteuid() == 0 and others else grp.getgrgid(os.getegid()).gr_name
    out = tmp_path / "o"
    command = ["--out", str(out), "--data", str(tmp_path / "d"), "--group"]
    assert fsconf.main([*command, group]) == 0
    for path in [out, out / "conf", *(out / "conf").rglob("*"), *(out / "scripts").rglob("*")]:
        assert path.stat().st_gid == grp.getgrnam(group).gr_gid, path
        assert path.stat().st_mode & 0o777 == (0o750 if path.is_dir() else 0o640), path
    assert (out / "cti-secrets.env").stat().st_mode & 0o777 == 0o600
    assert fsconf.main([*command, "no-such-group"]) == 2
    assert "no such group" in capsys.readouterr().err


def test_a_trunk_that_is_named_by_a_name_is_warned_of(tmp_path, capsys):
    command = ["--out", str(tmp_path), "--data", str(tmp_path / "d"), "--trunk", "carrier=sip.example.net"]
    assert fsconf.main(command) == 0
    said = capsys.readouterr().err
    assert "carrier (sip.example.net) are refused with 403" in said
    assert "--trunk-cidr" in said
    assert fsconf.main([*command, "--trunk-cidr", "198.51.100.0/28"]) == 0
    capsys.readouterr()
    assert fsconf.main([*command[:-1], "carrier=203.0.113.5"]) == 0
    said = capsys.readouterr().err
    assert "403" not in said
    assert "trunk carrier has no account" in said
    passwords = tmp_path / "p"
    passwords.write_text("carrier=x\n", "utf-8")
    passwords.chmod(0o600)
    assert fsconf.main([*command[:-1], "carrier=203.0.113.5,line", "--trunk-passwords", str(passwords)]) == 0
    assert capsys.readouterr().err == ""


def test_a_foreign_folder_is_not_overwritten(tmp_path, capsys):
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/precious.xml").write_text("<x/>", "utf-8")
    assert fsconf.main(["--out", str(tmp_path), "--data", str(tmp_path / "d")]) == 2
    assert "was not made by fsconf" in capsys.readouterr().err
    assert (tmp_path / "conf/precious.xml").exists()


def test_phones_from_the_database(tmp_path):
    import sqlalchemy as sa

    url = f"sqlite:///{tmp_path}/cti.db"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE agents (tenant TEXT, id TEXT, name TEXT, extension TEXT, phone_password TEXT)"))
        connection.execute(
            sa.text("INSERT INTO agents VALUES ('main', 'a', '李伟', '1002', 'two'), ('main', 'b', 'B', '1001', 'one')")
        )
        connection.execute(sa.text("INSERT INTO agents VALUES ('south', 'a', 'A', '1001', 'other')"))
        connection.execute(sa.text("CREATE TABLE free_seats (tenant TEXT, extension TEXT, phone_password TEXT)"))
        connection.execute(sa.text("INSERT INTO free_seats VALUES ('main', '1101', 'three')"))
    engine.dispose()
    found = [(p.extension, p.password) for p in fsconf.phones_of_database(url)]
    assert found == [("1001", "one"), ("1002", "two"), ("1101", "three")]
    assert [(p.extension, p.password) for p in fsconf.phones_of_database(url, "south")] == [("1001", "other")]
    with pytest.raises(CtiError, match="cannot be read"):
        fsconf.phones_of_database(f"sqlite:///{tmp_path}/none.db")


def test_a_tenant_with_a_realm_of_its_own(tmp_path, capsys):
    told = ["--out", str(tmp_path), "--data", str(tmp_path / "d"), "--realm", "main.example", "--tenant", "south=4002"]
    phones = ["--tenant-phones", "south=south.example,http://127.0.0.1:8081/switch/directory"]
    assert fsconf.main([*told, *phones]) == 0
    conf = {name: (tmp_path / "conf" / name).read_text("utf-8") for name in (
        "vars.xml", "sip_profiles/internal.xml", "directory/cti.xml", "autoload_configs/xml_curl.conf.xml",
        "autoload_configs/callcenter.conf.xml")}  # fmt: skip
    for said in ("cti_realm=main.example", "cti_realm_south=south.example", "cti_tenant_4002=south"):
        assert f'data="{said}"' in conf["vars.xml"]
    assert "force-register-domain" not in conf["sip_profiles/internal.xml"]
    assert re.findall('<domain name="([^"]+)"', conf["directory/cti.xml"]) == ["main.example", "south.example"]
    assert re.findall("http://[^\"]+", conf["autoload_configs/xml_curl.conf.xml"]) == [
        "http://127.0.0.1:8080/switch/directory", "http://127.0.0.1:8081/switch/directory"]  # fmt: skip
    assert re.findall('<queue name="([^"]+)"', conf["autoload_configs/callcenter.conf.xml"]) == [
        "cti_fallback", "cti_fallback_south"]  # fmt: skip
    for wrong in ("south", "north=north.example", "south=main.example", "south=a b"):
        assert fsconf.main([*told, "--tenant-phones", wrong]) == 2
    assert fsconf.main(told) == 0
    assert "force-register-domain" in (tmp_path / "conf/sip_profiles/internal.xml").read_text("utf-8")
    assert "cti_realm" not in (tmp_path / "conf/vars.xml").read_text("utf-8")


def test_frslint_finds_nothing(out):
    frslint = shutil.which("frslint") or str(ROOT / ".venv/bin/frslint")
    if not Path(frslint).exists():
        missing("frslint")
    done = subprocess.run([frslint, "analyze", str(out / "conf/freeswitch.xml")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", LUA, ids=lambda p: p.name)
def test_lua_compiles(path):
    luac = next(filter(None, map(shutil.which, ("luac5.2", "luac", "luac5.1", "luac5.3"))), None)
    if not luac:
        missing("luac (apt install lua5.2)")
    done = subprocess.run([str(luac), "-p", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", LUA, ids=lambda p: p.name)
def test_lua_runs_no_program_and_evaluates_no_text(path):
    text = path.read_text("utf-8")
    assert not re.search(r"os\.execute|io\.popen|\bload(string)?\(|dofile|\bsystem\b", text)


def test_every_channel_variable_is_in_the_readme():
    readme = (ROOT / "dialplan/README.md").read_text("utf-8")
    texts = [p.read_text("utf-8") for p in [*LUA, *(ROOT / "dialplan").glob("*.xml")]]
    names = {n for t in texts for n in re.findall(r"\bcti_[a-z_]+\b", t)}
    own = {"cti_common", "cti_fallback", "cti_inbound", "cti_claim", "cti_echo", "cti_music", "cti_colleague", "cti_barred",
           "cti_no_such_number", "cti_own_name", "cti_take_back", "cti_emergency", "cti_plain_audio", "cti_self", "cti_phones",
           "cti_queue", "cti_connect", "cti_watchdog", "cti_start", "cti_cdr", "cti_trunks_at", "cti_done", "cti_refused",
           "cti_tenants"}  # fmt: skip
    unknown = {n for n in names - own if f"`{n}" not in readme}
    assert unknown == set()
