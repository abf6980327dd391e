"""Render freeswitch/ and dialplan/ into a complete configuration of one FreeSWITCH 1.10.

    python -m scripts.fsconf --out /etc/freeswitch-cti --ip 192.0.2.10 --trunk carrier=203.0.113.5 --database sqlite:///var/cti.db

Writes OUT/conf (freeswitch.xml and all that it includes), OUT/scripts (Lua), the folders that the switch writes to, OUT/start,
which starts it there, and OUT/cti-secrets.env (mode 0600): the passwords, and what the product has to know of this switch (its
address, folders, trunks, web phones). Secrets are made once and kept; none is an argument: every user could read it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import secrets
import shlex
import socket
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path

from cti_server.domain.tenant import SHIPPED
from cti_server.errors import CtiError
from cti_server.settings import is_url
from scripts.errors import BadSwitchSetting
from scripts.fsfolders import Folders, owner_of
from scripts.fsplaces import bad, listens
from scripts.fsrender import PLACEHOLDER, Phone, Plan, Tenant, Trunk, Values, check, render, warnings

__all__ = [
    "PLACEHOLDER", "Phone", "Plan", "Trunk", "Values", "check", "folders_of", "listens", "main", "owner_of", "render", "warnings",
]  # fmt: skip

SECRETS = ("CTI_ESL_PASSWORD", "CTI_XML_CURL_SECRET")

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
    web = re.match(r"http://(?:127\.0\.0\.1|localhost):(\d+)/", values.directory_url)  # the switch asks the web of this machine
    port, transport = (values.tls_port, "tls") if values.tls_only and values.tls_port else (values.internal_port, "udp")
    own = f"wss://{values.wss_binding}" if values.wss_binding else f"ws://{values.ws_binding}" if values.ws_binding else ""
    return {
        "CTI_ESL_PASSWORD": values.esl_password,
        "CTI_XML_CURL_SECRET": values.directory_secret,
        "CTI_SWITCHES": f"main=esl://127.0.0.1:{values.esl_port}",
        "CTI_PHONE_REALM": values.realm,
        "CTI_PHONE_SERVER": f"{values.ext_ip or values.sip_ip}:{port};transport={transport}",
        "CTI_PHONE_WS_URL": phone_url or own,
        "CTI_RECORDINGS_DIR": values.recordings,
        "CTI_SWITCH_RECORDINGS_DIR": values.recordings,
        "CTI_SWITCH_PROMPTS_DIR": values.prompts,
        "CTI_SWITCH_TRUNKS": ",".join(trunk.name for trunk in plan.trunks),
        **({"CTI_HTTP_PORT": web[1]} if web and web[1] != "8080" else {}),
    }


# ---------------------------------------------------------------- command line

TENANT_PHONES = "a tenant whose phones have a realm of their own; then its extensions may be those of others, too"


def phones_of_database(url: str, tenant: str = SHIPPED) -> tuple[Phone, ...]:
    """A tenant's agents' phones and its free seats, by extension."""
    import sqlalchemy as sa

    try:
        engine = sa.create_engine(url)
    except (sa.exc.ArgumentError, ValueError, ImportError) as error:
        raise bad("--database is no database URL: write sqlite:////FOLDER/cti.db or mysql+pymysql://HOST/cti") from error
    try:
        with engine.connect() as connection:
            wanted = ("tenant", "extension", "phone_password")
            tables = [sa.table(name, *map(sa.column, wanted)) for name in ("agents", "free_seats")]
            both = sa.union(*(sa.select(of.c.extension, of.c.phone_password).where(of.c.tenant == tenant) for of in tables))
            rows = sorted(connection.execute(both).all())
    except sa.exc.SQLAlchemyError as error:
        raise BadSwitchSetting(f"the agents cannot be read from {sa.make_url(url)}: {error}") from error
    finally:
        engine.dispose()
    return tuple(Phone(str(r[0]), str(r[1]), "") for r in rows)


def phones_of_file(path: Path) -> tuple[Phone, ...]:
    """A JSON list of {"extension", "password"}."""
    try:
        return tuple(Phone(str(p["extension"]), str(p["password"])) for p in json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise bad(f"{path}: not a JSON list of extension and password: {error}") from error


def parse_trunk(text: str, passwords: Mapping[str, str]) -> Trunk:
    """NAME=HOST[:PORT][,USER]; a user's password is in ``passwords`` by the trunk's name."""
    match = re.fullmatch(r"([^=]+)=([^:,]+)(?::(\d+))?(?:,([^,]+))?", text)
    if not match:
        name = text.partition("=")[0]
        raise bad(f"trunk {name!r} is not NAME=HOST[:PORT][,USER]; a password comes from --trunk-passwords")
    name, host, port, user = match.groups()
    if user and not passwords.get(name):
        raise bad(f"trunk {name!r} has an account: put the line {name}=PASSWORD into a file and name it with --trunk-passwords")
    return Trunk(name, host, int(port or 5060), user or "", passwords.get(name, "") if user else "")


def with_phones(tenants: Iterable[Tenant], texts: Iterable[str], database: str) -> tuple[Tenant, ...]:
    """``texts``: NAME=REALM[,DIRECTORY_URL]. Raises BadSwitchSetting."""
    found = {tenant.name: tenant for tenant in tenants}
    for text in texts:
        name, _, rest = text.partition("=")
        realm, _, url = rest.partition(",")
        if name not in found or not realm:
            raise bad(f"{text!r} is not NAME=REALM[,DIRECTORY_URL] of a tenant that --tenant names")
        phones = phones_of_database(database, name) if database else ()
        found[name] = replace(found[name], realm=realm, directory_url=url, phones=phones)
    return tuple(found.values())


def parse_tenant(text: str) -> Tenant:
    """NAME=NUMBER,NUMBER"""
    name, _, numbers = text.partition("=")
    found = tuple(filter(None, numbers.split(",")))
    numbers_fit = found and all(re.fullmatch(r"\+?[0-9]{1,30}", one) for one in found)
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", name) or not numbers_fit:
        raise bad(f"tenant {text!r} is not NAME=NUMBER,NUMBER")
    if name == SHIPPED:
        raise bad(f"tenant {name!r} has every number that no other has: it needs no --tenant")
    return Tenant(name, found)


def located(trunk: Trunk) -> Trunk:
    """With the addresses that its name has now."""
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(trunk.host, trunk.port, type=socket.SOCK_DGRAM)}
    except (OSError, UnicodeError):  # no such name, now
        found = set()
    return replace(trunk, addresses=tuple(sorted(found)))


def read_passwords(file: str) -> dict[str, str]:
    """Lines NAME=PASSWORD of a file that only its owner and group can read, or of standard input ('-'); '' is none."""
    if not file:
        return {}
    try:
        if file != "-" and Path(file).stat().st_mode & 0o004:
            raise bad(f"{file} holds passwords and everybody can read it: chmod o-r {file}")
        lines = (sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")).splitlines()
    except (OSError, UnicodeError) as error:
        raise bad(f"--trunk-passwords {file}: {error}") from error
    pairs = [line.partition("=") for line in lines if line.strip() and not line.startswith("#")]
    return {name.strip(): password.strip() for name, _, password in pairs}


def database_of(given: str) -> str:
    """The URL of --database; 'env' is CTI_DATABASE_URL, where a URL with a password belongs."""
    if given == "env":
        given = os.environ.get("CTI_DATABASE_URL", "")
        if not given:
            raise bad("--database env: CTI_DATABASE_URL is not set")
        return given
    if re.search(r"://[^/@]*:[^/@]+@", given):
        raise bad(
            "--database holds a password, which every user of this machine could read: set CTI_DATABASE_URL, say --database env"
        )
    return given


def arguments(argv: Iterable[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.fsconf", description=(__doc__ or "").split("\n", 1)[0])
    add = parser.add_argument
    add("--out", type=Path, required=True, help="folder that gets conf/, scripts/ and cti-secrets.env")
    add("--ip", dest="sip_ip", help="address of the switch for SIP and audio")
    add("--ext-ip", help="public address when the switch is behind NAT")
    add("--realm", help="the phones' domain (CTI_PHONE_REALM)")
    add("--esl-port", type=int)
    add("--internal-port", type=int, help="SIP port of the phones")
    add("--external-port", type=int, help="SIP port of the trunks")
    add("--ws", dest="ws_binding", help="ADDRESS:PORT of web phones without TLS, '' for none")
    add("--wss", dest="wss_binding", help="ADDRESS:PORT of web phones with TLS, e.g. 192.0.2.10:7443")
    add("--tls-dir", help="folder with wss.pem and agent.pem (certificate and key); turns SIP over TLS on")
    add("--tls-port", type=int)
    add("--tls-only", action="store_const", const="true", help="desk phones register over TLS and not otherwise")
    add("--srtp", choices=("forbidden", "optional", "mandatory"), help="audio of desk phones encrypted")
    add("--emergency", dest="emergency_numbers", metavar="NUMBERS", help="always dialled, by every phone, with commas")
    add("--emergency-caller", metavar="NUMBER", help="caller number of those calls; the extension by default")
    add("--recordings", help="folder of recordings on the switch; /var/lib/cti/recordings, or below --data")
    add("--prompts", help="folder made by scripts.prompts, as the switch sees it")
    add("--directory-url", help="'' = static directory only")
    add("--phone-url", default="", help="where browsers reach --wss through a proxy, e.g. wss://desk.example/phone")
    add("--user", default="", help="the switch's user: it gets the folders that the switch writes to")
    add("--group", default="", help="its group, which may read configuration and recordings; the user's own by default")
    add("--data", type=Path, help="one folder for all that the switch writes, instead of /var/lib, /var/log and /run")
    add("--trunk", action="append", default=[], metavar="NAME=HOST[:PORT][,USER]")
    add("--trunk-passwords", default="", metavar="FILE", help="lines NAME=PASSWORD for trunks with an account; - reads them")
    add("--trunk-ip", help="address of the switch for trunks, when it is not --ip")
    add("--trunk-cidr", action="append", default=[], metavar="ADDRESS/BITS", help="more addresses that may send calls")
    add("--tenant", action="append", default=[], metavar="NAME=NUMBER,NUMBER", help="another centre with these numbers")
    add("--tenant-phones", action="append", default=[], metavar="NAME=REALM[,DIRECTORY_URL]", help=TENANT_PHONES)
    add("--phones", type=Path, help="JSON list of {extension, password}")
    add("--database", default="", help="database URL to take the agents' phones from; env = that of CTI_DATABASE_URL")
    add("--max-sessions", type=int)
    add("--sessions-per-second", type=int)
    add("--name", dest="switch_name", help="name of the switch")
    parser.set_defaults(**{**asdict(Values()), "recordings": "", "tls_port": 5061})
    return parser.parse_args(None if argv is None else list(argv))


def folders_of(options: argparse.Namespace) -> Folders:
    out, data = options.out.resolve(), options.data and options.data.resolve()
    state = data or Path("/var/lib/freeswitch")
    return Folders(
        conf=out / "conf",
        scripts=out / "scripts",
        log=data / "log" if data else Path("/var/log/freeswitch"),
        db=state / "db",
        run=data / "run" if data else Path("/run/freeswitch"),
        certs=Path(options.tls_dir).resolve() if options.tls_dir else out / "tls",
        temp=state / "temp",
        storage=state / "storage",
        recordings=Path(options.recordings or (data / "recordings" if data else "/var/lib/cti/recordings")),
    )


def plan_of(options: argparse.Namespace) -> Plan:
    known = read_secrets(options.out)
    phones: dict[str, Phone] = {}
    database = database_of(options.database)
    if database:
        phones |= {p.extension: p for p in phones_of_database(database)}
    if options.phones:
        phones |= {p.extension: p for p in phones_of_file(options.phones)}
    values = replace(
        Values(**{field.name: str(getattr(options, field.name)) for field in fields(Values)}),
        esl_password=known["CTI_ESL_PASSWORD"],
        tls="true" if options.tls_dir else "",
        tls_port=str(options.tls_port) if options.tls_dir else "",
        emergency_numbers=options.emergency_numbers.replace(",", "|").replace(" ", ""),
        recordings=str(folders_of(options).recordings),
        prompts=options.prompts.rstrip("/"),
        directory_secret=known["CTI_XML_CURL_SECRET"],
    )
    passwords = read_passwords(options.trunk_passwords)
    trunks = tuple(located(parse_trunk(text, passwords)) for text in options.trunk)
    tenants = with_phones(map(parse_tenant, options.tenant), options.tenant_phones, database)
    return Plan(values, tuple(phones.values()), trunks, tuple(options.trunk_cidr), tenants)


def main(argv: Iterable[str] | None = None) -> int:
    options = arguments(argv)
    try:
        owner = owner_of(options.user, options.group)
        if options.phone_url and not is_url(options.phone_url, "ws", "wss"):
            raise bad(f"--phone-url {options.phone_url!r} is no ws:// or wss:// address")
        plan, folders = plan_of(options), folders_of(options)
        render(plan, options.out, owner)
        folders.make(owner)
        folders.write_start(options.out / "start", owner, listens(plan.values))
        _write_environment(options.out, environment(plan, options.phone_url))
    except CtiError as error:
        print(f"fsconf: {error.message}", file=sys.stderr)
        return 2
    print(f"{options.out}/conf and {options.out}/scripts: {len(plan.phones)} phones, {len(plan.trunks)} trunks")
    print(f"settings and secrets for the daemon and the web process: {options.out}/cti-secrets.env")
    print(f"start the switch: {options.out}/start")
    if os.geteuid() == 0 and not options.user:
        print("the switch will run as root: a user of its own is safer, say --user with its name")
    for text in warnings(plan):
        print(f"warning: {text}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
