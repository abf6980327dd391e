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
from scripts.cti.doctor.finding import Finding, Options, Severity, declare, say, some
from scripts.cti.text import safe
from scripts.cti.world import World

FREE_WARNING, FREE_CRITICAL = 0.10, 0.03
EXPIRY_WARNING_DAYS = 21
SWITCH_FOLDERS = ("/var/lib/freeswitch/db", "/var/log/freeswitch")
LOOPBACK = ("127.0.0.1", "::1", "localhost")

declare(
    {
        "settings-file": ("settings file", "配置文件"),
        "settings-file-none": ("{file} does not exist: environment and defaults only", "{file} 不存在：仅使用环境变量和默认值"),
        "settings-file-mode": ("{file}, mode {mode}", "{file}，权限 {mode}"),
        "settings-file-close": ("chmod o-r {file}: it may hold passwords", "执行 chmod o-r {file}：其中可能含有密码"),
        "recordings": ("recordings", "录音目录"),
        "recordings-no-folder": ("{folder} is no folder", "{folder} 不是目录"),
        "recordings-make": (
            "make the folder, or name the right one in CTI_RECORDINGS_DIR",
            "创建该目录，或在 CTI_RECORDINGS_DIR 中填写正确的目录",
        ),
        "recordings-closed": ("{folder} cannot be read by this user", "当前用户无法读取 {folder}"),
        "recordings-open": (
            "give this user the right to read there, or run this as the services' user",
            "授予当前用户读取权限，或以服务所用的用户执行检查",
        ),
        "recordings-free": (
            "{folder} can be read, {free} GB ({percent} %) free",
            "{folder} 可以读取，剩余空间 {free} GB（{percent} %）",
        ),
        "recordings-space": (
            "free disk space or move old recordings: without space nothing is recorded",
            "释放磁盘空间或迁移旧录音：空间用尽后无法录音",
        ),
        "private": ("private files", "文件私密性"),
        "private-open": ("every user of this machine can read {paths}", "本机所有用户均可读取 {paths}"),
        "private-close": (
            "chmod o-rwx {path}; a folder of the switch: run fsconf again and start the switch with its 'start'",
            "执行 chmod o-rwx {path}；交换机的目录：重新运行 fsconf，并用其 start 启动交换机",
        ),
        "private-closed": ("recordings, databases and logs are closed to other users", "录音、数据库和日志对其他用户不可见"),
        "prompts": ("prompts", "语音文件"),
        "prompts-unknown": (
            "without a configuration document nobody knows which prompts are needed",
            "没有配置文档，无法得知需要哪些语音文件",
        ),
        "prompts-elsewhere": (
            "{folder} is not on this machine; run this on the switch to check prompts",
            "{folder} 不在本机；请在交换机上执行以检查语音文件",
        ),
        "prompts-missing": ("{n} of {all} missing: {names}", "{all} 个中缺少 {n} 个：{names}"),
        "prompts-put": (
            "put these files into {folder} on every switch; callers hear nothing in their place",
            "将这些文件放入每台交换机的 {folder}；否则来电者在相应位置听不到任何声音",
        ),
        "prompts-there": ("all {n} prompts are in {folder}", "{n} 个语音文件均在 {folder} 中"),
        "tls": ("tls", "TLS 证书"),
        "tls-none-outside": ("no certificate, and the web listens on {host}", "没有证书，而网页服务监听在 {host}"),
        "tls-set": (
            "set CTI_TLS_CERT and CTI_TLS_KEY, or put a TLS proxy in front: browsers give a microphone only over HTTPS",
            "设置 CTI_TLS_CERT 和 CTI_TLS_KEY，或在前端部署 TLS 代理：浏览器仅在 HTTPS 下允许使用麦克风",
        ),
        "tls-not-needed": ("no certificate is needed on this machine's own address", "仅监听本机地址，不需要证书"),
        "tls-unreadable": ("{file}: {why}", "{file} 无法读取：{why}"),
        "tls-name-pem": ("name a PEM certificate in CTI_TLS_CERT", "在 CTI_TLS_CERT 中填写 PEM 格式的证书"),
        "tls-key-none": ("no key is named", "未指定私钥"),
        "tls-key-gone": ("the key {file} is not there", "私钥 {file} 不存在"),
        "tls-name-key": ("name the certificate's key in CTI_TLS_KEY", "在 CTI_TLS_KEY 中填写证书的私钥"),
        "tls-key-open": ("everybody may read the key {file}", "所有人均可读取私钥 {file}"),
        "tls-key-close": ("chmod o-r {file}", "执行 chmod o-r {file}"),
        "tls-ended": ("the certificate ended on {day}", "证书已于 {day} 过期"),
        "tls-renew-now": ("renew it: browsers refuse the page and the phone", "更换证书：浏览器会拒绝打开网页和网页话机"),
        "tls-ends": ("the certificate ends on {day}, in {n} days", "证书将于 {day} 过期，剩余 {n} 天"),
        "tls-renew": ("renew it", "更换证书"),
    }
)


def check_settings_file(world: World, options: Options) -> Iterator[Finding]:
    """Secrets in the settings file are for its owner and group only."""
    file = Path(world.environ.get("CTI_CONFIG", "/etc/cti/cti.toml"))
    if not file.exists():
        yield Finding(say("settings-file"), "info", say("settings-file-none", file=str(file)))
        return
    mode = stat.S_IMODE(file.stat().st_mode)
    open_to_all = bool(mode & stat.S_IROTH) and file.stat().st_size > 0
    hint = say("settings-file-close", file=str(file)) if open_to_all else None
    text = say("settings-file-mode", file=str(file), mode=f"{mode:o}")
    yield Finding(say("settings-file"), "warning" if open_to_all else "ok", text, hint)


def check_recordings(world: World, options: Options) -> Iterator[Finding]:
    """The folder where this machine sees recordings: there, readable, with free disk. Only the switch writes to it."""
    folder = world.settings.recordings_path
    if not folder.is_dir():
        text = say("recordings-no-folder", folder=str(folder))
        yield Finding(say("recordings"), "critical", text, say("recordings-make"), {"path": str(folder)})
        return
    if not os.access(folder, os.R_OK | os.X_OK):
        text = say("recordings-closed", folder=str(folder))
        yield Finding(say("recordings"), "critical", text, say("recordings-open"), {"path": str(folder)})
        return
    usage = shutil.disk_usage(folder)
    free = usage.free / usage.total if usage.total else 0.0
    severity: Severity = "critical" if free < FREE_CRITICAL else "warning" if free < FREE_WARNING else "ok"
    hint = None if severity == "ok" else say("recordings-space")
    details = {"path": str(folder), "free_bytes": usage.free, "total_bytes": usage.total}
    text = say("recordings-free", folder=str(folder), free=f"{usage.free / 1e9:.1f}", percent=f"{free * 100:.0f}")
    yield Finding(say("recordings"), severity, text, hint, details)


def check_private(world: World, options: Options) -> Iterator[Finding]:
    """What is kept about callers is closed to other users of this machine: recordings, calls of the switch's own queue, the
    switch's databases and log, and the files of the data folder (journal, input log, SQLite)."""
    folders = [world.settings.recordings_path, *map(Path, SWITCH_FOLDERS)]
    data = Path(world.settings.data_dir)
    files = sorted(path for path in data.iterdir() if path.is_file()) if data.is_dir() and os.access(data, os.R_OK) else []
    found = [str(path) for path in [*folders, *files] if _open_to_all(path)]
    if found:
        text = say("private-open", paths=some([*map(safe, found)], 5))
        yield Finding(say("private"), "warning", text, say("private-close", path=safe(found[0])), {"open": found})
    else:
        yield Finding(say("private"), "ok", say("private-closed"), details={"open": []})


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
        yield Finding(say("prompts"), "unknown", say("prompts-unknown"))
        return
    folder = Path(config.prompts_dir)
    if not folder.is_dir():
        yield Finding(say("prompts"), "info", say("prompts-elsewhere", folder=str(folder)))
        return
    needed = sorted(needed_prompts(config))
    missing = [name for name in needed if not _is_there(folder, name)]
    if missing:
        text = say("prompts-missing", n=len(missing), all=len(needed), names=some([*map(safe, missing)], 10))
        yield Finding(say("prompts"), "critical", text, say("prompts-put", folder=str(folder)), {"missing": missing})
        return
    yield Finding(say("prompts"), "ok", say("prompts-there", n=len(needed), folder=str(folder)), details={"missing": []})


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
        if outside:
            yield Finding(say("tls"), "warning", say("tls-none-outside", host=settings.http_host), say("tls-set"))
        else:
            yield Finding(say("tls"), "ok", say("tls-not-needed"))
        return
    try:
        certificate = x509.load_pem_x509_certificate(Path(settings.tls_cert).read_bytes())
    except (OSError, ValueError) as error:
        yield Finding(say("tls"), "critical", say("tls-unreadable", file=settings.tls_cert, why=str(error)), say("tls-name-pem"))
        return
    key = Path(settings.tls_key) if settings.tls_key else None
    if key is None or not key.is_file():
        text = say("tls-key-gone", file=settings.tls_key) if settings.tls_key else say("tls-key-none")
        yield Finding(say("tls"), "critical", text, say("tls-name-key"))
        return
    if stat.S_IMODE(key.stat().st_mode) & stat.S_IROTH:
        yield Finding(say("tls"), "warning", say("tls-key-open", file=str(key)), say("tls-key-close", file=str(key)))
    now = datetime.fromtimestamp(world.clock.now_ms() / 1000, UTC)
    days = (certificate.not_valid_after_utc - now).total_seconds() / 86_400
    ends = certificate.not_valid_after_utc.date().isoformat()
    details = {"not_after": certificate.not_valid_after_utc.isoformat(), "days": round(days, 1)}
    if days < 0:
        yield Finding(say("tls"), "critical", say("tls-ended", day=ends), say("tls-renew-now"), details)
        return
    soon = days < EXPIRY_WARNING_DAYS
    text = say("tls-ends", day=ends, n=f"{days:.0f}")
    yield Finding(say("tls"), "warning" if soon else "ok", text, say("tls-renew") if soon else None, details)
