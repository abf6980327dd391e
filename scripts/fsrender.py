"""The templates of freeswitch/ and dialplan/ filled with the values of one switch.

Every @PLACEHOLDER@ of the templates is a field of Values; a param whose value is empty is left out.
"""

from __future__ import annotations

import ipaddress
import os
import re
import shutil
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from lxml import etree

from cti_server.domain.tenant import REALM, SHIPPED, VARIABLE, named
from cti_server.features.centre.document import FOLDER
from scripts.fsfolders import Owner
from scripts.fsplaces import bad, check_places, is_a, is_address
from webapp.features.directory.schemas import add_user

ROOT = Path(__file__).resolve().parents[1]
MARK = ".made-by-fsconf"  # a folder with this file is ours to replace
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
    """A gateway. ``host`` is where its calls come from and go to; register only with a user name. ``addresses``: of a host that
    is a name, what it stood for when the configuration was made."""

    name: str
    host: str
    port: int = 5060
    username: str = ""
    password: str = ""
    ping: int = 25
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Values:
    """What the templates ask for; the placeholder is the field's name in capitals. '' leaves a param out."""

    realm: str = "127.0.0.1"
    sip_ip: str = "127.0.0.1"
    ext_ip: str = ""
    trunk_ip: str = ""
    esl_port: str = "8021"
    esl_password: str = ""
    internal_port: str = "5060"
    external_port: str = "5080"
    ws_binding: str = "127.0.0.1:5066"
    wss_binding: str = ""
    tls: str = ""
    tls_port: str = ""
    tls_dir: str = ""
    tls_only: str = ""
    srtp: str = "forbidden"
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
    emergency_numbers: str = "110|119|120|122|112|911"
    emergency_caller: str = ""

    def placeholders(self) -> dict[str, str]:
        given = {name.upper(): value for name, value in asdict(self).items()}
        return {**given, "TRUNK_IP": self.trunk_ip or self.sip_ip, "EXT_SIP_IP": self.ext_ip or self.sip_ip}


@dataclass(frozen=True, slots=True)
class Tenant:
    """Another centre on the same switch, with its own daemon; calls to these numbers are its own."""

    name: str
    numbers: tuple[str, ...]
    realm: str = ""  # where its phones register, '' where all do; then its extensions may be those of others, too
    directory_url: str = ""
    phones: tuple[Phone, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """All that one rendering needs."""

    values: Values
    phones: tuple[Phone, ...] = ()
    trunks: tuple[Trunk, ...] = ()
    trunk_cidrs: tuple[str, ...] = field(default_factory=tuple)
    tenants: tuple[Tenant, ...] = ()  # beside the shipped one


def render(plan: Plan, out: Path, owner: Owner | None = None) -> None:
    """Write OUT/conf and OUT/scripts. Raises BadSwitchSetting naming what is wrong, before anything is written.

    ``owner``: the switch's user, whose group may then read the configuration; others never can, it holds passwords.
    """
    check(plan)
    files = {name: _document(text, plan, name) for name, text in _templates().items()}
    template = (ROOT / "freeswitch/conf/sip_profiles/trunks/trunk.xml").read_text("utf-8")
    for trunk in plan.trunks:
        text = _fill(template, {**plan.values.placeholders(), **_trunk_placeholders(trunk)}, "trunk.xml")
        files[f"sip_profiles/trunks/{trunk.name}.xml"] = _tidy(etree.fromstring(text.encode(), PARSER))
    conf = out / "conf"
    if conf.exists():
        if not (conf / MARK).exists():
            raise bad(f"{conf} was not made by fsconf: choose another --out")
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
    if owner is not None and owner.group:
        _hand_to(out, [conf, scripts], owner.gid)


def _hand_to(out: Path, folders: list[Path], group: int) -> None:
    """Folders and files below can be read by the group; OUT itself can be crossed."""
    for path in [out, *folders, *(p for folder in folders for p in folder.rglob("*"))]:
        try:
            os.chown(path, -1, group)
        except PermissionError as error:
            raise bad(f"{path} cannot be given to the group: run this as root, or as a member of it") from error
        path.chmod(0o750 if path.is_dir() else 0o640)


def warnings(plan: Plan) -> list[str]:
    """What is allowed and will surprise."""
    found = []
    if not plan.trunks and not plan.trunk_cidrs:
        found.append("no --trunk: the switch takes no call from outside")
    if not plan.trunks:
        found.append("no --trunk: nobody can dial an emergency number")
    open_trunks = [trunk.name for trunk in plan.trunks if not trunk.username]
    if open_trunks:
        found.append(
            f"trunk {', '.join(open_trunks)} has no account: its carrier knows this switch by the address alone, so whatever "
            "calls from it calls at your cost; ask the carrier for an account (NAME=HOST,USER and --trunk-passwords)"
        )
    by_name = [trunk for trunk in plan.trunks if not is_address(trunk.host)]
    if by_name and not plan.trunk_cidrs:
        names = ", ".join(f"{trunk.name} ({trunk.host})" for trunk in by_name)
        found.append(
            f"calls from trunk {names} are refused with 403, a name is no address: say with --trunk-cidr from where it calls"
        )
    lost = [f"{trunk.name} ({trunk.host})" for trunk in by_name if not trunk.addresses]
    if lost:
        found.append(
            f"the name of trunk {', '.join(lost)} has no address here and now, so a phone that forges it can be rung there: "
            "run fsconf again where the name is known"
        )
    return found


def check(plan: Plan) -> None:
    """Refuse what could break out of a template, and secrets that are missing."""
    values = plan.values.placeholders()
    for name, value in values.items():
        if name != "EXTENSION_PATTERN" and not SAFE.fullmatch(value):
            raise bad(f"{name.lower()}: {value!r} holds a quote, a control character or one of $ @ & < >")
    for name in ("RECORDINGS", "PROMPTS"):
        if not FOLDER.fullmatch(values[name]):
            raise bad(
                f"{name.lower()}: {values[name]!r} is no whole path without blanks, quotes and commas; the switch splits there"
            )
    if values["TRUNK_IP"] == values["SIP_IP"] and values["EXTERNAL_PORT"] == values["INTERNAL_PORT"]:
        raise bad("phones and trunks need ports of their own (--internal-port, --external-port), or addresses (--trunk-ip)")
    if values["TLS_ONLY"] and not values["TLS_DIR"]:
        raise bad("--tls-only needs --tls-dir with the certificate")
    for name in ("ESL_PASSWORD", "DIRECTORY_SECRET"):
        if len(values[name]) < 16:
            raise bad(f"{name.lower()} must have at least 16 characters")
    if re.search(r"[\"'<>&@\s]|\$\{|\$\$", values["EXTENSION_PATTERN"]):
        raise bad("extension_pattern may hold no quotes, spaces, & < > @ or ${")
    if not re.fullmatch(r"([0-9]{2,15}(\|[0-9]{2,15})*)?", values["EMERGENCY_NUMBERS"]):
        raise bad(f"emergency numbers {values['EMERGENCY_NUMBERS']!r} are not digits with commas between them")
    if not re.fullmatch(r"\+?[0-9]{0,20}", values["EMERGENCY_CALLER"]):
        raise bad(f"the caller number of emergency calls {values['EMERGENCY_CALLER']!r} is no number")
    realms = [plan.values.realm.lower(), *(tenant.realm.lower() for tenant in _apart(plan))]
    for tenant in _apart(plan):
        if not HOST.fullmatch(tenant.realm) or realms.count(tenant.realm.lower()) > 1:
            raise bad(f"tenant {tenant.name!r}: {tenant.realm!r} is no realm that no other has")
        if not SAFE.fullmatch(tenant.directory_url):
            raise bad(f"tenant {tenant.name!r}: {tenant.directory_url!r} is no address of a directory")
    hidden = sorted({phone.extension for phone in plan.phones} & set(values["EMERGENCY_NUMBERS"].split("|")))
    if hidden:
        raise bad(f"extension {hidden[0]} is an emergency number: nobody could dial it")
    for phone in plan.phones:
        if not NAME.fullmatch(phone.extension) or not phone.password or not SAFE.fullmatch(phone.password + phone.name):
            raise bad(f"phone {phone.extension!r}: extension, password or name cannot be written into the configuration")
    for trunk in plan.trunks:
        if (
            not NAME.fullmatch(trunk.name)
            or not HOST.fullmatch(trunk.host)
            or not SAFE.fullmatch(trunk.username + trunk.password)
        ):
            raise bad(f"trunk {trunk.name!r}: name, host or account cannot be written into the configuration")
        if not 0 < trunk.port < 65536:
            raise bad(f"trunk {trunk.name!r}: {trunk.port} is no port, 1 to 65535")
    names = [trunk.name for trunk in plan.trunks]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise bad(f"trunk {twice[0]!r} is there twice: the tables name it, so there is one of each name")
    for cidr in plan.trunk_cidrs:
        if "/" not in cidr or not is_a(ipaddress.ip_network, cidr, False):
            raise bad(f"trunk address {cidr!r} is not ADDRESS/BITS")
    check_places(plan.values)


def _templates() -> dict[str, str]:
    """Path below conf/ -> text of the template."""
    base = ROOT / "freeswitch/conf"
    found = {str(p.relative_to(base)): p for p in sorted(base.rglob("*.xml")) if p.parent.name != "trunks"}
    found |= {f"dialplan/{p.name}": p for p in sorted((ROOT / "dialplan").glob("*.xml"))}
    return {name: path.read_text("utf-8") for name, path in found.items()}


def _fill(text: str, values: dict[str, str], name: str) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise bad(f"{name}: unknown placeholder {match[0]}")
        return escape(values[match[1]], {'"': "&quot;"})

    return PLACEHOLDER.sub(value, text)


def _document(text: str, plan: Plan, name: str) -> bytes:
    root = etree.fromstring(_fill(text, {**plan.values.placeholders(), "EMERGENCY_ROUTE": _route(plan)}, name).encode(), PARSER)
    if name in _LISTS:
        _LISTS[name](root, plan)
    return _tidy(root)


def _tidy(root: etree._Element) -> bytes:
    """Without the params that have no value; FreeSWITCH needs no comments, and would run directives inside them."""
    _drop(root, "//param[@value='']")
    _drop(root, "//binding[not(param[@name='gateway-url'])]")
    etree.strip_tags(root, etree.Comment)
    etree.indent(root)
    text: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _drop(root: etree._Element, path: str) -> None:
    for found in root.xpath(path):
        found.getparent().remove(found)


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


def _directory(root: etree._Element, plan: Plan) -> None:
    domain = root.find(".//domain")
    assert domain is not None
    empty = deepcopy(domain)
    _add_phones(domain, plan.phones, SHIPPED)
    for tenant in _apart(plan):
        own = deepcopy(empty)
        own.set("name", tenant.realm)
        _add_phones(own, tenant.phones, tenant.name)
        root.append(own)


def _add_phones(domain: etree._Element, phones: Iterable[Phone], tenant: str) -> None:
    users = domain.find(".//users")
    for phone in phones:
        add_user(users, phone.extension, phone.password, phone.name or phone.extension, {VARIABLE: tenant})


def _apart(plan: Plan) -> list[Tenant]:
    """Those whose phones register in a realm of their own."""
    return [tenant for tenant in plan.tenants if tenant.realm]


def _internal(root: etree._Element, plan: Plan) -> None:
    """Where there are several realms each phone has to say its own."""
    if _apart(plan):
        _drop(root, "//param[starts-with(@name, 'force-') and contains(@name, '-domain')]")


def _bindings(root: etree._Element, plan: Plan) -> None:
    """Whoever knows a realm answers for it; the next one is asked where that one does not."""
    (first,) = root.xpath("//binding")
    for tenant in _apart(plan):
        own = deepcopy(first)
        own.set("name", f"cti_directory_{tenant.name}")
        own.find("param[@name='gateway-url']").set("value", tenant.directory_url)
        first.getparent().append(own)


def _queues(root: etree._Element, plan: Plan) -> None:
    """Callers of a tenant with a realm of its own are its own phones' also while there is no daemon."""
    (first,) = root.xpath("//queue")
    for tenant in _apart(plan):
        own = deepcopy(first)
        own.set("name", named(first.get("name"), tenant.name))
        first.getparent().append(own)


def _route(plan: Plan) -> str:
    """Where an emergency number ($1) is called: gateway after gateway, then their addresses: a gateway may be thought down."""
    gateways = [f"sofia/gateway/{trunk.name}/$1" for trunk in plan.trunks]
    addresses = [f"sofia/external/sip:$1@{trunk.host}:{trunk.port}" for trunk in plan.trunks]
    return "|".join(f"[leg_progress_timeout=12]{way}" for way in dict.fromkeys(gateways + addresses))


def _agents(root: etree._Element, plan: Plan) -> None:
    if plan.values.srtp != "mandatory":
        _drop(root, "//extension[@name='cti_plain_audio']")
    if not plan.trunks or not plan.values.emergency_numbers:
        _drop(root, "//extension[@name='cti_emergency']")
    elif not plan.values.emergency_caller:
        _drop(root, "//extension[@name='cti_emergency']//action[@data='effective_caller_id_number=']")


def _acl(root: etree._Element, plan: Plan) -> None:
    trunks = root.find(".//list[@name='cti_trunks']")
    own = [network for trunk in plan.trunks if is_address(trunk.host) for network in _networks(trunk)]
    for cidr in dict.fromkeys([*own, *plan.trunk_cidrs]):
        etree.SubElement(trunks, "node", type="allow", cidr=cidr)


def _networks(trunk: Trunk) -> list[str]:
    addresses = [trunk.host] if is_address(trunk.host) else trunk.addresses
    return [f"{address}/{ipaddress.ip_address(address).max_prefixlen}" for address in addresses]


def _trunks_at(plan: Plan) -> str:
    """Where no phone can be: NETWORK/BITS:PORT of every trunk; what else may send calls may be any trunk's."""
    places = [f"{network}:{trunk.port}" for trunk in plan.trunks for network in _networks(trunk)]
    places += [f"{cidr}:{port}" for cidr in plan.trunk_cidrs for port in sorted({trunk.port for trunk in plan.trunks})]
    return ",".join(dict.fromkeys(places))


def _vars(root: etree._Element, plan: Plan) -> None:
    at: dict[str, str] = {}
    for trunk in plan.trunks:
        at.setdefault(re.sub(r"[^A-Za-z0-9]", "_", trunk.host), trunk.name)
    for address, name in at.items():
        etree.SubElement(root, "X-PRE-PROCESS", {"cmd": "set", "data": f"cti_trunk_{address}={name}"})
    etree.SubElement(root, "X-PRE-PROCESS", {"cmd": "set", "data": f"cti_trunks_at={_trunks_at(plan)}"})
    if plan.tenants:
        names = " ".join((SHIPPED, *(tenant.name for tenant in plan.tenants)))
        etree.SubElement(root, "X-PRE-PROCESS", {"cmd": "set", "data": f"cti_tenants={names}"})
    for tenant in (Tenant(SHIPPED, (), plan.values.realm), *_apart(plan)) if _apart(plan) else ():
        data = f"{named(REALM, tenant.name)}={tenant.realm}"
        etree.SubElement(root, "X-PRE-PROCESS", {"cmd": "set", "data": data})
    for tenant in plan.tenants:
        for number in tenant.numbers:
            data = f"cti_tenant_{re.sub(r'[^A-Za-z0-9]', '_', number)}={tenant.name}"
            etree.SubElement(root, "X-PRE-PROCESS", {"cmd": "set", "data": data})


def _modules(root: etree._Element, plan: Plan) -> None:
    """mod_xml_curl refuses to load without a binding."""
    if not plan.values.directory_url:
        _drop(root, "//load[@module='mod_xml_curl']")


_LISTS: dict[str, Callable[[etree._Element, Plan], None]] = {
    "directory/cti.xml": _directory,
    "sip_profiles/internal.xml": _internal,
    "autoload_configs/xml_curl.conf.xml": _bindings,
    "autoload_configs/callcenter.conf.xml": _queues,
    "dialplan/agents.xml": _agents,
    "autoload_configs/acl.conf.xml": _acl,
    "autoload_configs/modules.conf.xml": _modules,
    "vars.xml": _vars,
}
