"""Render freeswitch/ and dialplan/ into a complete configuration of one FreeSWITCH 1.10.

    python -m scripts.fsconf --out /etc/freeswitch-cti --ip 192.0.2.10 --trunk carrier=203.0.113.5 --database sqlite:///var/cti.db

Writes OUT/conf (freeswitch.xml and all that it includes), OUT/scripts (Lua) and OUT/cti-secrets.env (mode 0600): the passwords,
and what the product has to know of this switch (address, folders, trunks, web phones). Secrets are made once and kept. Every
@PLACEHOLDER@ of the templates is a field of Values; a param whose value is empty is left out.
"""

from __future__ import annotations

import argparse
import grp
import ipaddress
import json
import os
import re
import secrets
import shlex
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from lxml import etree

from cti_server.errors import CtiError
from cti_server.services.config_codec import FOLDER

ROOT = Path(__file__).resolve().parents[1]
MARK = ".made-by-fsconf"  # a folder with this file is ours to replace
SECRETS = ("CTI_ESL_PASSWORD", "CTI_XML_CURL_SECRET")
PLACEHOLDER = re.compile(r"@([A-Z][A-Z_]*)@")
SAFE = re.compile(r"[^$@&<>\"'\x00-\x1f\x7f]*")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}")
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=False)


@dataclass(frozen=True, slots=True)
class Phone:
    """An agent's phone in the static directory and in the fallback queue."""

    extension: str
    password: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Trunk:
    """A gateway. ``host`` is where its calls come from and go to; register only with a user name."""

    name: str
    host: str
    port: int = 5060
    username: str = ""
    password: str = ""
    ping: int = 25


@dataclass(frozen=True, slots=True)
class Values:
    """What the templates ask for; the placeholder is the field's name in capitals. '' leaves a param out."""

    realm: str = "127.0.0.1"
    sip_ip: str = "127.0.0.1"
    ext_ip: str = ""
    esl_port: str = "8021"
    esl_password: str = ""
    internal_port: str = "5060"
    external_port: str = "5080"
    ws_binding: str = "127.0.0.1:5066"
    wss_binding: str = ""
    tls: str = ""
    tls_port: str = ""
    tls_dir: str = ""
    recordings: str = "/var/lib/cti/recordings"
    prompts: str = "/usr/share/cti/prompts"
    directory_url: str = "http://127.0.0.1:8080/switch/directory"
    directory_secret: str = ""
    switch_name: str = "cti"
    max_sessions: str = "12000"
    sessions_per_second: str = "300"
    rtp_start: str = "16384"
    rtp_end: str = "49150"
    log_level: str = "notice"
    media_timeout_ms: str = "120000"
    media_hold_timeout_ms: str = "7200000"
    extension_pattern: str = "[1-8][0-9]{3}"

    def placeholders(self) -> dict[str, str]:
        return {name.upper(): value for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Plan:
    """All that one rendering needs."""

    values: Values
    phones: tuple[Phone, ...] = ()
    trunks: tuple[Trunk, ...] = ()
    trunk_cidrs: tuple[str, ...] = field(default_factory=tuple)


# ---------------------------------------------------------------- secrets


def read_secrets(out: Path) -> dict[str, str]:
    """The secrets of an earlier run, new ones where there are none; kept in OUT/cti-secrets.env."""
    path = out / "cti-secrets.env"
    found = {}
    if path.exists():
        for line in path.read_text("utf-8").splitlines():
            name, _, value = line.partition("=")
            found[name.strip()] = "".join(shlex.split(value, comments=True))
    known = {name: found.get(name) or secrets.token_urlsafe(24) for name in SECRETS}
    if not set(known.items()) <= set(found.items()):
        _write_environment(out, known)
    return known


def _write_environment(out: Path, lines: dict[str, str]) -> None:
    """As a shell and systemd's EnvironmentFile read it; for the owner only."""
    path = out / "cti-secrets.env"
    out.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in lines.items()), "utf-8")


def environment(plan: Plan, phone_url: str = "") -> dict[str, str]:
    """What daemon, worker, web and ``cti prepare`` have to know of this switch, as CTI_* settings.

    ``phone_url``: where browsers reach the switch's socket, when it is not the switch's own (a proxy).
    """
    values = plan.values
    own = f"wss://{values.wss_binding}" if values.wss_binding else f"ws://{values.ws_binding}" if values.ws_binding else ""
    return {
        "CTI_ESL_PASSWORD": values.esl_password,
        "CTI_XML_CURL_SECRET": values.directory_secret,
        "CTI_SWITCHES": f"main=esl://127.0.0.1:{values.esl_port}",
        "CTI_PHONE_REALM": values.realm,
        "CTI_PHONE_WS_URL": phone_url or own,
        "CTI_RECORDINGS_DIR": values.recordings,
        "CTI_SWITCH_RECORDINGS_DIR": values.recordings,
        "CTI_SWITCH_PROMPTS_DIR": values.prompts,
        "CTI_SWITCH_TRUNKS": ",".join(trunk.name for trunk in plan.trunks),
    }


# ---------------------------------------------------------------- rendering


def render(plan: Plan, out: Path, group: str = "") -> None:
    """Write OUT/conf and OUT/scripts. Raises CtiError 'bad-switch-setting' naming what is wrong, before anything is written.

    ``group``: the group of the switch's user, which may then read the configuration; others never can, it holds passwords.
    """
    check(plan)
    number = _group(group)
    files = {name: _document(text, plan, name) for name, text in _templates().items()}
    template = (ROOT / "freeswitch/conf/sip_profiles/trunks/trunk.xml").read_text("utf-8")
    for trunk in plan.trunks:
        text = _fill(template, {**plan.values.placeholders(), **_trunk_placeholders(trunk)}, "trunk.xml")
        files[f"sip_profiles/trunks/{trunk.name}.xml"] = _tidy(etree.fromstring(text.encode(), PARSER))
    conf = out / "conf"
    if conf.exists():
        if not (conf / MARK).exists():
            raise _bad(f"{conf} was not made by fsconf: choose another --out")
        shutil.rmtree(conf)
    conf.mkdir(parents=True)
    (conf / MARK).touch()
    for name, data in files.items():
        path = conf / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o640)
        path.chmod(0o640)
        path.write_bytes(data)
    (conf / "sip_profiles/trunks").mkdir(exist_ok=True)
    scripts = out / "scripts"
    scripts.mkdir(parents=True, exist_ok=True)
    for source in sorted((ROOT / "freeswitch/scripts").glob("*.lua")):
        shutil.copyfile(source, scripts / source.name)
    if number is not None:
        _hand_to(out, [conf, scripts], number)


def _group(name: str) -> int | None:
    if not name:
        return None
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError as error:
        raise _bad(f"--group {name}: this machine has no such group") from error


def _hand_to(out: Path, folders: list[Path], group: int) -> None:
    """Folders and files below can be read by the group; OUT itself can be crossed."""
    for path in [out, *folders, *(p for folder in folders for p in folder.rglob("*"))]:
        try:
            os.chown(path, -1, group)
        except PermissionError as error:
            raise _bad(f"{path} cannot be given to the group: run this as root, or as a member of it") from error
        path.chmod(0o750 if path.is_dir() else 0o640)


def warnings(plan: Plan) -> list[str]:
    """What is allowed and will surprise."""
    found = []
    if not plan.trunks and not plan.trunk_cidrs:
        found.append("no --trunk: the switch takes no call from outside")
    named = [trunk for trunk in plan.trunks if not _address(trunk.host)]
    if named and not plan.trunk_cidrs:
        names = ", ".join(f"{trunk.name} ({trunk.host})" for trunk in named)
        found.append(
            f"calls from trunk {names} are refused with 403, a name is no address: say with --trunk-cidr from where it calls"
        )
    return found


def _address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def check(plan: Plan) -> None:
    """Refuse what could break out of a template, and secrets that are missing."""
    values = plan.values.placeholders()
    for name, value in values.items():
        if name != "EXTENSION_PATTERN" and not SAFE.fullmatch(value):
            raise _bad(f"{name.lower()}: {value!r} holds a quote, a control character or one of $ @ & < >")
    for name in ("RECORDINGS", "PROMPTS"):
        if not FOLDER.fullmatch(values[name]):
            raise _bad(
                f"{name.lower()}: {values[name]!r} is no whole path without blanks, quotes and commas; the switch splits there"
            )
    for name in ("ESL_PASSWORD", "DIRECTORY_SECRET"):
        if len(values[name]) < 16:
            raise _bad(f"{name.lower()} must have at least 16 characters")
    if re.search(r"[\"'<>&@\s]|\$\{|\$\$", values["EXTENSION_PATTERN"]):
        raise _bad("extension_pattern may hold no quotes, spaces, & < > @ or ${")
    for phone in plan.phones:
        if not NAME.fullmatch(phone.extension) or not phone.password or not SAFE.fullmatch(phone.password + phone.name):
            raise _bad(f"phone {phone.extension!r}: extension, password or name cannot be written into the configuration")
    for trunk in plan.trunks:
        if (
            not NAME.fullmatch(trunk.name)
            or not HOST.fullmatch(trunk.host)
            or not SAFE.fullmatch(trunk.username + trunk.password)
        ):
            raise _bad(f"trunk {trunk.name!r}: name, host or account cannot be written into the configuration")
    for cidr in plan.trunk_cidrs:
        if not re.fullmatch(r"[0-9a-fA-F.:]+/[0-9]{1,3}", cidr):
            raise _bad(f"trunk address {cidr!r} is not ADDRESS/BITS")


def _bad(why: str) -> CtiError:
    return CtiError("bad-switch-setting", why)


def _templates() -> dict[str, str]:
    """Path below conf/ -> text of the template."""
    base = ROOT / "freeswitch/conf"
    found = {str(p.relative_to(base)): p for p in sorted(base.rglob("*.xml")) if p.parent.name != "trunks"}
    found |= {f"dialplan/{p.name}": p for p in sorted((ROOT / "dialplan").glob("*.xml"))}
    return {name: path.read_text("utf-8") for name, path in found.items()}


def _fill(text: str, values: dict[str, str], name: str) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise _bad(f"{name}: unknown placeholder {match[0]}")
        return escape(values[match[1]], {'"': "&quot;"})

    return PLACEHOLDER.sub(value, text)


def _document(text: str, plan: Plan, name: str) -> bytes:
    root = etree.fromstring(_fill(text, plan.values.placeholders(), name).encode(), PARSER)
    if name in _LISTS:
        _LISTS[name](root, plan)
    return _tidy(root)


def _tidy(root: etree._Element) -> bytes:
    """Without the params that have no value; FreeSWITCH needs no comments, and would run directives inside them."""
    for param in root.xpath("//param[@value='']"):
        param.getparent().remove(param)
    for binding in root.xpath("//binding[not(param[@name='gateway-url'])]"):
        binding.getparent().remove(binding)
    etree.strip_tags(root, etree.Comment)
    etree.indent(root)
    text: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _trunk_placeholders(trunk: Trunk) -> dict[str, str]:
    return {
        "TRUNK_NAME": trunk.name,
        "TRUNK_PROXY": f"{trunk.host}:{trunk.port}",
        "TRUNK_REALM": trunk.host,
        "TRUNK_USERNAME": trunk.username or "cti",
        "TRUNK_PASSWORD": trunk.password or "none",
        "TRUNK_REGISTER": "true" if trunk.username else "false",
        "TRUNK_PING": str(trunk.ping) if trunk.ping else "",
    }


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, tag, {name.replace("_", "-"): value for name, value in attributes.items()})


def _directory(root: etree._Element, plan: Plan) -> None:
    users = root.find(".//users")
    for phone in plan.phones:
        user = _add(users, "user", id=phone.extension)
        _add(_add(user, "params"), "param", name="password", value=phone.password)
        _add(_add(user, "variables"), "variable", name="user_context", value="agents")


def _callcenter(root: etree._Element, plan: Plan) -> None:
    agents, tiers = root.find("agents"), root.find("tiers")
    for phone in plan.phones:
        _add(
            agents,
            "agent",
            name=phone.extension,
            type="callback",
            contact=f"[leg_timeout=15]sofia/internal/{phone.extension}%{plan.values.realm}",
            status="Available",
            max_no_answer="0",
            wrap_up_time="5",
            reject_delay_time="20",
            busy_delay_time="20",
            no_answer_delay_time="20",
        )
        _add(tiers, "tier", agent=phone.extension, queue="cti_fallback", level="1", position="1")


def _acl(root: etree._Element, plan: Plan) -> None:
    trunks = root.find(".//list[@name='cti_trunks']")
    addresses = [f"{t.host}/32" for t in plan.trunks if _address(t.host)]
    for cidr in dict.fromkeys([*addresses, *plan.trunk_cidrs]):
        _add(trunks, "node", type="allow", cidr=cidr)


def _vars(root: etree._Element, plan: Plan) -> None:
    named: dict[str, str] = {}
    for trunk in plan.trunks:
        named.setdefault(re.sub(r"[^A-Za-z0-9]", "_", trunk.host), trunk.name)
    for address, name in named.items():
        etree.SubElement(root, "X-PRE-PROCESS", {"cmd": "set", "data": f"cti_trunk_{address}={name}"})


def _modules(root: etree._Element, plan: Plan) -> None:
    """mod_xml_curl refuses to load without a binding."""
    if not plan.values.directory_url:
        load = root.find(".//load[@module='mod_xml_curl']")
        load.getparent().remove(load)


_LISTS: dict[str, Callable[[etree._Element, Plan], None]] = {
    "directory/cti.xml": _directory,
    "autoload_configs/callcenter.conf.xml": _callcenter,
    "autoload_configs/acl.conf.xml": _acl,
    "autoload_configs/modules.conf.xml": _modules,
    "vars.xml": _vars,
}

# ---------------------------------------------------------------- command line


def phones_of_database(url: str) -> tuple[Phone, ...]:
    """The agents' phones and the free seats, by extension."""
    import sqlalchemy as sa

    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            tables = [sa.table(name, sa.column("extension"), sa.column("phone_password")) for name in ("agents", "free_seats")]
            both = sa.union(*(sa.select(table.c.extension, table.c.phone_password) for table in tables))
            rows = sorted(connection.execute(both).all())
    except sa.exc.SQLAlchemyError as error:
        raise CtiError("bad-switch-setting", f"the agents cannot be read from {sa.make_url(url)}: {error}") from error
    finally:
        engine.dispose()
    return tuple(Phone(str(r[0]), str(r[1]), "") for r in rows)


def phones_of_file(path: Path) -> tuple[Phone, ...]:
    """A JSON list of {"extension", "password"}."""
    try:
        return tuple(Phone(str(p["extension"]), str(p["password"])) for p in json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _bad(f"{path}: not a JSON list of extension and password: {error}") from error


def parse_trunk(text: str) -> Trunk:
    """NAME=HOST[:PORT][,USER,PASSWORD]."""
    match = re.fullmatch(r"([^=]+)=([^:,]+)(?::(\d+))?(?:,([^,]+),(.+))?", text)
    if not match:
        raise _bad(f"trunk {text!r} is not NAME=HOST[:PORT][,USER,PASSWORD]")
    name, host, port, user, password = match.groups()
    return Trunk(name, host, int(port or 5060), user or "", password or "")


def _arguments(argv: Iterable[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.fsconf", description=(__doc__ or "").split("\n", 1)[0])
    add = parser.add_argument
    add("--out", type=Path, required=True, help="folder that gets conf/, scripts/ and cti-secrets.env")
    add("--ip", default="127.0.0.1", help="address of the switch for SIP and audio")
    add("--ext-ip", default="", help="public address when the switch is behind NAT")
    add("--realm", default="127.0.0.1", help="the phones' domain (CTI_PHONE_REALM)")
    add("--esl-port", type=int, default=8021)
    add("--internal-port", type=int, default=5060, help="SIP port of the phones")
    add("--external-port", type=int, default=5080, help="SIP port of the trunks")
    add("--ws", default="127.0.0.1:5066", help="ADDRESS:PORT of web phones without TLS, '' for none")
    add("--wss", default="", help="ADDRESS:PORT of web phones with TLS, e.g. 192.0.2.10:7443")
    add("--tls-dir", default="", help="folder with wss.pem and agent.pem (certificate and key); turns SIP over TLS on")
    add("--tls-port", type=int, default=5061)
    add("--recordings", default="/var/lib/cti/recordings", help="folder of recordings, as the switch sees it")
    add("--prompts", default="/usr/share/cti/prompts", help="folder made by scripts.prompts, as the switch sees it")
    add("--directory-url", default="http://127.0.0.1:8080/switch/directory", help="'' = static directory only")
    add("--phone-url", default="", help="where browsers reach --wss through a proxy, e.g. wss://desk.example/phone")
    add("--group", default="", help="group of the switch's user: it may read the configuration, which holds passwords")
    add("--trunk", action="append", default=[], metavar="NAME=HOST[:PORT][,USER,PASSWORD]")
    add("--trunk-cidr", action="append", default=[], metavar="ADDRESS/BITS", help="more addresses that may send calls")
    add("--phones", type=Path, help="JSON list of {extension, password}")
    add("--database", default="", help="database URL to take the agents' phones from")
    add("--max-sessions", type=int, default=12000)
    add("--sessions-per-second", type=int, default=300)
    add("--name", default="cti", help="name of the switch")
    return parser.parse_args(None if argv is None else list(argv))


def plan_of(options: argparse.Namespace) -> Plan:
    known = read_secrets(options.out)
    phones: dict[str, Phone] = {}
    if options.database:
        phones |= {p.extension: p for p in phones_of_database(options.database)}
    if options.phones:
        phones |= {p.extension: p for p in phones_of_file(options.phones)}
    values = Values(
        realm=options.realm,
        sip_ip=options.ip,
        ext_ip=options.ext_ip,
        esl_port=str(options.esl_port),
        esl_password=known["CTI_ESL_PASSWORD"],
        internal_port=str(options.internal_port),
        external_port=str(options.external_port),
        ws_binding=options.ws,
        wss_binding=options.wss,
        tls="true" if options.tls_dir else "",
        tls_port=str(options.tls_port) if options.tls_dir else "",
        tls_dir=options.tls_dir,
        recordings=options.recordings.rstrip("/"),
        prompts=options.prompts.rstrip("/"),
        directory_url=options.directory_url,
        directory_secret=known["CTI_XML_CURL_SECRET"],
        switch_name=options.name,
        max_sessions=str(options.max_sessions),
        sessions_per_second=str(options.sessions_per_second),
    )
    return Plan(values, tuple(phones.values()), tuple(map(parse_trunk, options.trunk)), tuple(options.trunk_cidr))


def main(argv: Iterable[str] | None = None) -> int:
    options = _arguments(argv)
    try:
        plan = plan_of(options)
        render(plan, options.out, options.group)
        _write_environment(options.out, environment(plan, options.phone_url))
    except CtiError as error:
        print(f"fsconf: {error.message}", file=sys.stderr)
        return 2
    print(f"{options.out}/conf and {options.out}/scripts: {len(plan.phones)} phones, {len(plan.trunks)} trunks")
    print(f"settings and secrets for the daemon and the web process: {options.out}/cti-secrets.env")
    if os.geteuid() == 0 and not options.group:
        print("only root can read conf/: when the switch runs as another user, say --group with its group")
    for text in warnings(plan):
        print(f"warning: {text}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
