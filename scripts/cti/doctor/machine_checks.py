"""This machine: the settings file's rights, recordings folder, disk, prompts, TLS certificate."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from cti_server.domain import ivr_prompts
from cti_server.domain.config import CentreConfig
from cti_server.domain.ivr_nodes import Known
from cti_server.errors import CtiError
from cti_server.features.centre.document import decode_config
from cti_server.features.prompts.contract import RATES
from scripts.cti.doctor.finding import Finding, Options
from scripts.cti.text import safe
from scripts.cti.world import World

FREE_WARNING, FREE_CRITICAL = 0.10, 0.03
EXPIRY_WARNING_DAYS = 21
SWITCH_FOLDERS = ("/var/lib/freeswitch/db", "/var/log/freeswitch")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def check_settings_file(world: World, options: Options) -> Iterator[Finding]:
    """Secrets in the settings file are for its owner and group only."""
    file = Path(world.environ.get("CTI_CONFIG", "/etc/cti/cti.toml"))
    if not file.exists():
        yield Finding("settings file", "info", f"{file} does not exist: environment and defaults only")
        return
    mode = stat.S_IMODE(file.stat().st_mode)
    open_to_all = bool(mode & stat.S_IROTH) and file.stat().st_size > 0
    hint = f"chmod o-r {file}: it may hold passwords" if open_to_all else ""
    yield Finding("settings file", "warning" if open_to_all else "ok", f"{file}, mode {mode:o}", hint)


def check_recordings(world: World, options: Options) -> Iterator[Finding]:
    """The folder where this machine sees recordings: there, readable, with free disk. Only the switch writes to it."""
    folder = world.settings.recordings_path
    if not folder.is_dir():
        hint = "make the folder, or name the right one in CTI_RECORDINGS_DIR"
        yield Finding("recordings", "critical", f"{folder} is no folder", hint, {"path": str(folder)})
        return
    if not os.access(folder, os.R_OK | os.X_OK):
        hint = "give this user the right to read there, or run this as the services' user"
        yield Finding("recordings", "critical", f"{folder} cannot be read by this user", hint, {"path": str(folder)})
        return
    usage = shutil.disk_usage(folder)
    free = usage.free / usage.total if usage.total else 0.0
    severity = "critical" if free < FREE_CRITICAL else "warning" if free < FREE_WARNING else "ok"
    hint = "" if severity == "ok" else "free disk space or move old recordings: without space nothing is recorded"
    details = {"path": str(folder), "free_bytes": usage.free, "total_bytes": usage.total}
    yield Finding("recordings", severity, f"{folder} can be read, {usage.free / 1e9:.1f} GB ({free:.0%}) free", hint, details)


def check_private(world: World, options: Options) -> Iterator[Finding]:
    """What is kept about callers is closed to other users of this machine: recordings, calls of the switch's own queue, the
    switch's databases and log, and the files of the data folder (journal, input log, SQLite)."""
    folders = [world.settings.recordings_path, *map(Path, SWITCH_FOLDERS)]
    data = Path(world.settings.data_dir)
    files = sorted(path for path in data.iterdir() if path.is_file()) if data.is_dir() and os.access(data, os.R_OK) else []
    found = [str(path) for path in [*folders, *files] if _open_to_all(path)]
    if found:
        shown = ", ".join(found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
        hint = f"chmod o-rwx {found[0]}; a folder of the switch: run fsconf again and start the switch with its 'start'"
        yield Finding("private files", "warning", f"every user of this machine can read {safe(shown)}", hint, {"open": found})
    else:
        yield Finding("private files", "ok", "recordings, databases and logs are closed to other users", details={"open": []})


def _open_to_all(path: Path) -> bool:
    """Whether other users can get at what is there; a closed folder above closes all below."""
    try:
        if any(not above.stat().st_mode & stat.S_IXOTH for above in path.resolve().parents):
            return False
        return bool(path.stat().st_mode & (stat.S_IXOTH if path.is_dir() else stat.S_IROTH))
    except OSError:
        return False


# ---------------------------------------------------------------- prompts


def check_prompts(world: World, options: Options) -> Iterator[Finding]:
    """Every prompt that a flow plays has its file, when the switch's prompts folder is on this machine."""
    raw = world.client.get(world.keys.config)
    try:
        config = decode_config(raw) if isinstance(raw, bytes) else None
    except CtiError:
        config = None
    if config is None:
        yield Finding("prompts", "unknown", "without a configuration document nobody knows which prompts are needed")
        return
    folder = Path(config.prompts_dir)
    if not folder.is_dir():
        yield Finding("prompts", "info", f"{folder} is not on this machine; run this on the switch to check prompts")
        return
    needed = sorted(needed_prompts(config))
    missing = [name for name in needed if not _is_there(folder, name)]
    if missing:
        hint = f"put these files into {folder} on every switch; callers hear nothing in their place"
        shown = ", ".join(missing[:10]) + (f" and {len(missing) - 10} more" if len(missing) > 10 else "")
        text = f"{len(missing)} of {len(needed)} missing: {safe(shown)}"
        yield Finding("prompts", "critical", text, hint, {"missing": missing})
        return
    yield Finding("prompts", "ok", f"all {len(needed)} prompts are in {folder}", details={"missing": []})


def _is_there(folder: Path, name: str) -> bool:
    """The switch looks in folders of rates first, where what was pulled lies."""
    language, _, file = name.partition("/")
    return any((folder / place).is_file() for place in (name, *(f"{language}/{rate}/{file}" for rate in RATES)))


def needed_prompts(config: CentreConfig) -> set[str]:
    """'LANGUAGE/NAME.wav' of everything that the document's flows may play, in each language they may switch to."""
    return ivr_prompts.files(config.flows, Known.of(config))


# ---------------------------------------------------------------- TLS


def check_tls(world: World, options: Options) -> Iterator[Finding]:
    """The certificate's and key's files, whether they fit, and when the certificate ends."""
    settings = world.settings
    if not settings.tls_cert:
        outside = settings.http_host not in LOOPBACK
        hint = "set CTI_TLS_CERT and CTI_TLS_KEY, or put a TLS proxy in front: browsers give a microphone only over HTTPS"
        if outside:
            yield Finding("tls", "warning", f"no certificate, and the web listens on {settings.http_host}", hint)
        else:
            yield Finding("tls", "ok", "no certificate is needed on this machine's own address")
        return
    try:
        certificate = x509.load_pem_x509_certificate(Path(settings.tls_cert).read_bytes())
    except (OSError, ValueError) as error:
        yield Finding("tls", "critical", f"{settings.tls_cert}: {error}", "name a PEM certificate in CTI_TLS_CERT")
        return
    key = Path(settings.tls_key) if settings.tls_key else None
    if key is None or not key.is_file():
        hint = "name the certificate's key in CTI_TLS_KEY"
        yield Finding("tls", "critical", f"the key {settings.tls_key or '(none)'} is not there", hint)
        return
    if stat.S_IMODE(key.stat().st_mode) & stat.S_IROTH:
        yield Finding("tls", "warning", f"everybody may read the key {key}", f"chmod o-r {key}")
    now = datetime.fromtimestamp(world.clock.now_ms() / 1000, UTC)
    days = (certificate.not_valid_after_utc - now).total_seconds() / 86_400
    ends = certificate.not_valid_after_utc.date().isoformat()
    details = {"not_after": certificate.not_valid_after_utc.isoformat(), "days": round(days, 1)}
    if days < 0:
        hint = "renew it: browsers refuse the page and the phone"
        yield Finding("tls", "critical", f"the certificate ended on {ends}", hint, details)
    else:
        severity, hint = ("warning", "renew it") if days < EXPIRY_WARNING_DAYS else ("ok", "")
        yield Finding("tls", severity, f"the certificate ends on {ends}, in {days:.0f} days", hint, details)
