"""Process settings: environment first, then the TOML file named by CTI_CONFIG (default /etc/cti/cti.toml), then defaults.

Variable ``CTI_REDIS_URL`` is ``redis_url`` in the file. Secrets (ESL password, database URL) have no default.
Switches: ``CTI_SWITCHES='main=esl://127.0.0.1:8021,site2=esl://10.0.0.2:8021'``; each switch's password is in
``CTI_ESL_PASSWORD`` (all) or ``CTI_ESL_PASSWORD_<NAME>``.
"""

from __future__ import annotations

import ipaddress
import os
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from cti_server.errors import BadSetting

MOST_DAYS = 36_500
RANGES = {
    "http_port": (0, 65535),
    "http_fd": (0, 1_000_000),
    **{
        f"keep_{what}_days": (0, MOST_DAYS)
        for what in ("calls", "agents", "recordings", "audit", "reports", "configurations", "history", "deliveries")
    },
}
"""What a whole number may be."""
SWITCHED = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
TENANT = re.compile(r"[A-Za-z0-9_.-]{1,64}")
SIP_SERVER = re.compile(
    r"(?P<host>[A-Za-z0-9_.-]{1,255}|\[[0-9A-Fa-f:.]+\])(:(?P<port>[1-9][0-9]{0,4}))?(;transport=(?P<transport>udp|tcp|tls))?"
)
REALM = re.compile(r"[A-Za-z0-9_.-]{1,255}|\[[0-9A-Fa-f:.]+\]")
MAIL_FROM = re.compile(r"[^\s@<>,;:]+@[^\s@<>,;:]+")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
OWN_FLOWS = Path(__file__).resolve().parents[1] / "flows"


def is_url(text: str, *schemes: str) -> bool:
    """Whether it is one of these schemes' URLs, with a host, and a port that there is."""
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0 and not re.search(r"\s", text)
    except ValueError:  # a port above 65535, half an IPv6 address
        return False


def masked(url: str) -> str:
    """The URL with *** for its password, even when it is no valid URL."""
    return re.sub(r":(?!//).*@", ":***@", url, flags=re.DOTALL)


SHAPES: dict[str, tuple[Callable[[str], object], str]] = {
    "tenant": (TENANT.fullmatch, "name of letters, digits, '_', '.' and '-'"),
    "phone_realm": (REALM.fullmatch, "name or address, such as pbx.example"),
    "phone_server": (
        lambda text: not text or SIP_SERVER.fullmatch(text),
        "address of the switch for telephones, such as pbx.example:5061;transport=tls",
    ),
    "phone_ws_url": (
        lambda text: not text or is_url(text, "ws", "wss"),
        "ws:// or wss:// address, such as wss://pbx.example:7443",
    ),
    "page_url": (lambda text: not text or is_url(text, "http", "https"), "address of the page, such as https://desk.example"),
    "smtp_url": (
        lambda text: not text or is_url(text, "smtp", "smtps"),
        "smtp:// or smtps:// address, such as smtp://cti:PASSWORD@mail.example:587",
    ),
    "mail_from": (lambda text: not text or MAIL_FROM.fullmatch(text), "address, such as cti@centre.example"),
}
"""What a text may be, and how that is called."""
SECRET = frozenset({"smtp_url"})
"""Texts that no error repeats."""


@dataclass(frozen=True, slots=True)
class SwitchAddress:
    name: str
    host: str
    port: int
    password: str


@dataclass(frozen=True, slots=True)
class Settings:
    tenant: str = "main"
    redis_url: str = "redis://127.0.0.1:6379/0"
    database_url: str = "sqlite:///var/cti.db"
    switches: str = ""
    esl_password: str = ""
    http_host: str = "127.0.0.1"
    http_port: int = 8080
    http_fd: int = 0  # a listening socket that whoever started the web handed down; 0: it opens http_host:http_port itself
    http_hosts: str = ""  # names of the page, with commas; addresses, localhost and this machine's own name always count
    trusted_proxies: str = "127.0.0.0/8,::1"  # addresses and networks whose X-Forwarded-* headers count
    data_dir: str = "var"
    recordings_dir: str = ""  # where this machine sees the switch's recordings; '' = data_dir/recordings
    flows_dir: str = ""  # folder of the IVR flows (*.yaml); '' = flows beside the product's code
    switch_recordings_dir: str = ""  # this and the next two: what scripts.fsconf wrote for the switch, taken into the tables
    switch_prompts_dir: str = ""
    switch_trunks: str = ""  # names of its gateways, with commas
    tls_cert: str = ""
    tls_key: str = ""
    phone_ws_url: str = ""  # e.g. ws://127.0.0.1:5066 or wss://pbx.example:7443; '' = no web phone
    phone_realm: str = "127.0.0.1"
    phone_server: str = ""  # e.g. pbx.example:5061;transport=tls; '' = phone_realm, 5060, UDP
    xml_curl_secret: str = ""
    page_url: str = ""  # of the page, as people have it; links in mails lead there
    smtp_url: str = ""  # smtp://USER:PASSWORD@HOST:587 (STARTTLS) or smtps://HOST:465; '' = no mails
    mail_from: str = ""  # the address that mails come from
    secrets_key: str = ""  # base64 of 32 bytes, which seals people's secrets in the database; '' = no codes of an app
    second_factor_roles: str = ""  # roles that must have a second factor, with commas
    metrics_token: str = ""  # who sends it may read /metrics and what /healthz knows
    audit_key: str = ""  # of the audit's chain; '' = whoever has the database can make it anew
    log_level: str = "INFO"  # one of LOG_LEVELS
    demo: bool = False
    keep_calls_days: int = 0  # this and the next six: after how many days the worker deletes what they name; 0: never
    keep_agents_days: int = 0
    keep_recordings_days: int = 0
    keep_audit_days: int = 0
    keep_reports_days: int = 0
    keep_configurations_days: int = 0
    keep_history_days: int = 0
    keep_deliveries_days: int = 14  # of webhooks
    sign_in_networks: str = ""  # private networks that sign-in providers and directories may be in, with http too, with commas
    webhook_networks: str = ""  # private networks that webhooks may be in, and those that may have http, with commas

    def switch_addresses(self) -> tuple[SwitchAddress, ...]:
        """Raises BadSetting for an entry that is not NAME=esl://HOST:PORT or lacks a password."""
        found: list[SwitchAddress] = []
        for entry in filter(None, (e.strip() for e in self.switches.split(","))):
            name, _, url = entry.rpartition("=")
            name = name or "main"
            try:
                parts = urlsplit(url)
                host, port = parts.hostname, parts.port or 8021
            except ValueError as error:  # a port above 65535, half an IPv6 address
                raise BadSetting(f"CTI_SWITCHES: {entry!r}: {error}") from error
            if parts.scheme != "esl" or not host or not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", name):
                raise BadSetting(f"CTI_SWITCHES: {entry!r} is not NAME=esl://HOST:PORT")
            if any(name == switch.name for switch in found):
                raise BadSetting(f"CTI_SWITCHES names two switches {name}: give each a name of its own")
            password = os.environ.get(f"CTI_ESL_PASSWORD_{name.upper().replace('-', '_')}", self.esl_password)
            if not password:
                raise BadSetting(f"no event-socket password for switch {name}: set CTI_ESL_PASSWORD")
            found.append(SwitchAddress(name, host, port, password))
        return tuple(found)

    @property
    def url(self) -> str:
        """Of the page, on this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self.http_host, self.http_host)  # noqa: S104
        return f"{'https' if self.tls_cert else 'http'}://{f'[{host}]' if ':' in host else host}:{self.http_port}"

    @property
    def mails(self) -> bool:
        """Whether everything is said that mails need."""
        return bool(self.smtp_url and self.mail_from and self.page_url)

    @property
    def recordings_path(self) -> Path:
        return Path(self.recordings_dir) if self.recordings_dir else Path(self.data_dir) / "recordings"

    @property
    def trunks_of_the_switch(self) -> tuple[str, ...]:
        """Gateways that the switch's own configuration has, where this machine has been told."""
        return tuple(filter(None, map(str.strip, self.switch_trunks.split(","))))

    @property
    def is_demo(self) -> bool:
        """Everybody knows the documented password: it is for pages that only this machine sees."""
        return self.demo and is_loopback(self.http_host)

    @property
    def flows_path(self) -> Path:
        return Path(self.flows_dir) if self.flows_dir else OWN_FLOWS


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def load(environ: dict[str, str] | None = None) -> Settings:
    """Read the settings. Raises BadSetting naming the variable or the file."""
    env = dict(os.environ) if environ is None else environ
    path = Path(env.get("CTI_CONFIG", "/etc/cti/cti.toml"))
    document: dict[str, object] = {}
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        if "CTI_CONFIG" in env:
            raise BadSetting(f"CTI_CONFIG names {path}, which does not exist") from error
    except OSError as error:
        raise BadSetting(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:  # no TOML, no UTF-8
        raise BadSetting(f"{path}: {error}") from error
    known = {f.name: f for f in fields(Settings)}
    unknown = sorted(set(document) - set(known))
    if unknown:
        raise BadSetting(f"{path}: unknown settings {', '.join(unknown)}; known: {', '.join(sorted(known))}")
    values: dict[str, object] = {}
    for name, f in known.items():
        raw = env.get(f"CTI_{name.upper()}", document.get(name))
        source = f"CTI_{name.upper()}" if f"CTI_{name.upper()}" in env else f"{path}: {name}"
        if raw == "" and f.default != "":  # not said: an empty http_host would be every address of the machine
            raw, source = document.get(name), f"{path}: {name}"
        if raw is None or (raw == "" and f.default != ""):
            continue
        if f.type == "int":
            try:
                values[name] = int(str(raw))
            except ValueError as error:
                raise BadSetting(f"{source}={str(raw)[:40]!r} is not a whole number") from error
            lowest, largest = RANGES[name]
            if not lowest <= values[name] <= largest:  # type: ignore[operator]
                raise BadSetting(f"{source}={str(raw)[:40]} is out of range: {lowest} to {largest}")
        elif f.type == "bool":
            if str(raw).lower() not in SWITCHED:
                raise BadSetting(f"{source}={str(raw)[:40]!r} is none of {', '.join(SWITCHED)}")
            values[name] = SWITCHED[str(raw).lower()]
        elif name == "log_level":
            values[name] = str(raw).upper()
            if values[name] not in LOG_LEVELS:
                raise BadSetting(f"{source}={raw!r} is none of {', '.join(LOG_LEVELS)}")
        else:
            values[name] = str(raw)
            if name in SHAPES and not SHAPES[name][0](str(raw)):
                said = "" if name in SECRET else f"={str(raw)[:80]!r}"
                raise BadSetting(f"{source}{said} is no {SHAPES[name][1]}")
    if values.get("data_dir"):
        values.setdefault("database_url", f"sqlite:///{values['data_dir']}/cti.db")
    return Settings(**values)  # type: ignore[arg-type]
