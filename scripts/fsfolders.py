"""The folders that a switch of fsconf writes to, and OUT/start, which starts it there: made once, with owner, group and mode.

What lies in them is callers' (recordings, calls of the fallback queue, the switch's databases, its log), so the switch's user
writes, its group reads, and nobody else looks in. ``start`` sets the umask for the same reason, and says which folder or file the
switch could not write, before it fails in silence.
"""

from __future__ import annotations

import grp
import os
import pwd
import shlex
import socket
import sys
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from scripts.errors import BadSwitchSetting

UMASK = 0o027
PRIVATE, RECORDINGS = 0o750, 0o2750  # set-group-id: what the switch makes below is its group's too


@dataclass(frozen=True, slots=True)
class Owner:
    """Who runs the switch: numbers for the files, names for the command line ('' = whoever starts it)."""

    uid: int
    gid: int
    user: str = ""
    group: str = ""


def owner_of(user: str, group: str) -> Owner:
    """Raises BadSwitchSetting for a name that this machine does not have, or that only root could give files to."""
    uid, gid = os.geteuid(), os.getegid()
    try:
        if user:
            uid, gid = pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid
        if group:
            gid = grp.getgrnam(group).gr_gid
    except KeyError as error:
        which = f"--user {user}" if user and "getpwnam" in str(error) else f"--group {group}"
        raise BadSwitchSetting(f"{which}: this machine has no such {which[2:7].strip()}") from error
    if uid != os.geteuid() and os.geteuid() != 0:
        raise BadSwitchSetting(f"--user {user}: only root can give folders to another user")
    return Owner(uid, gid, user, grp.getgrgid(gid).gr_name if user or group else "")


@dataclass(frozen=True, slots=True)
class Folders:
    """What ``start`` names on the command line of FreeSWITCH."""

    conf: Path
    scripts: Path
    log: Path
    db: Path
    run: Path
    certs: Path
    temp: Path
    storage: Path
    recordings: Path

    def written(self) -> dict[Path, int]:
        """Folder -> mode, of all that the switch writes to."""
        private = (self.log, self.db, self.run, self.certs, self.temp, self.storage)
        return {
            **dict.fromkeys(private, PRIVATE),
            self.recordings: RECORDINGS,
            self.recordings / "fallback": RECORDINGS,
        }

    def make(self, owner: Owner) -> None:
        """Every folder with its owner and mode; folders above them can be crossed. Raises BadSwitchSetting."""
        for folder, mode in self.written().items():
            try:
                for above in [p for p in reversed(folder.parents) if not p.exists()]:
                    above.mkdir(exist_ok=True)
                    above.chmod(0o755)
                folder.mkdir(exist_ok=True)
                if (folder.stat().st_uid, folder.stat().st_gid) != (owner.uid, owner.gid):
                    os.chown(folder, owner.uid, owner.gid)
                folder.chmod(mode)
            except OSError as error:
                why = f"{folder} cannot be made for the switch: {error.strerror}; run this as root, or name another folder"
                raise BadSwitchSetting(why) from error

    def options(self) -> list[str]:
        return [word for folder in fields(self) for word in (f"-{folder.name}", str(getattr(self, folder.name)))]

    def write_start(self, path: Path, owner: Owner, listens: Iterable[tuple[str, str, int]]) -> None:
        """The script that starts the switch; anybody may read it, it holds no secret. ``listens``: option, address, port."""
        names = f"-u {shlex.quote(owner.user)} -g {shlex.quote(owner.group)}" if owner.user else ""
        text = START.format(
            umask=f"{UMASK:04o}",
            user=shlex.quote(owner.user),
            names=names,
            written=" ".join(shlex.quote(str(folder)) for folder in self.written()),
            options=" ".join(map(shlex.quote, self.options())),
            taken="\n".join(line for place in listens for line in _taken(*place)),
            pid=shlex.quote(str(self.run / "freeswitch.pid")),
            log=shlex.quote(str(self.log / "freeswitch.log")),
        )
        path.write_text(text, "utf-8")
        path.chmod(0o755)


def _taken(option: str, address: str, port: int) -> list[str]:
    """The line of ``start`` for one address (IPv4): how the kernel writes a socket that listens there, or at every address."""
    try:
        number = int.from_bytes(socket.inet_pton(socket.AF_INET, address), sys.byteorder)
    except OSError:
        return []
    own = f"({number:08X}|0+)" if number else "[0-9A-F]+"
    return [f"taken '{own}:{port:04X}' {address}:{port} {option}"]


START = """#!/bin/sh
# Made by fsconf: starts FreeSWITCH with this configuration and its folders, and waits until it is ready.
# Arguments take the place of -ncwait: "start -nf -nc" stays in the foreground (systemd).
umask {umask}
user={user}
names="{names}"
[ "$(id -u)" = 0 ] || names=""
as_switch() {{ if [ "$names" ] && [ "$user" != root ]; then runuser -u "$user" -- "$@"; else "$@"; fi; }}
as_switch sh -c '
    for folder do
        if ! [ -d "$folder" ]; then
            echo "start: $folder is not there: run fsconf again" >&2; bad=1
        elif ! [ -w "$folder" ] || ! [ -x "$folder" ]; then
            echo "start: $(id -un) cannot write to $folder: run fsconf again with --user $(id -un)" >&2; bad=1
        fi
        for file in freeswitch.pid freeswitch.log dtls-srtp.pem calls.jsonl core.db callcenter.db; do
            file=$folder/$file
            if [ -f "$file" ] && ! [ -w "$file" ]; then
                echo "start: $(id -un) cannot write $file: chown it to $(id -un), or take it away" >&2; bad=1
            fi
        done
    done
    [ -z "$bad" ]' sh {written} || exit 1
running=$(cat {pid} 2>/dev/null | tr -d '\\000')
if [ "$running" ] && [ "$(cat "/proc/$running/comm" 2>/dev/null)" = freeswitch ]; then
    echo "start: FreeSWITCH runs here already, process $running" >&2; exit 1
fi
taken() {{
    if grep -qE ": $1 [0-9A-F:]+ (0A|07)" /proc/net/tcp /proc/net/tcp6 /proc/net/udp /proc/net/udp6 2>/dev/null; then
        echo "start: $2 is taken by another program: end it, or give fsconf another $3" >&2; bad=1
    fi
}}
bad=
{taken}
[ -z "$bad" ] || exit 1
[ $# -gt 0 ] || set -- -ncwait
set -- "${{FREESWITCH:-freeswitch}}" $names -nonat {options} "$@"
case " $* " in *" -nf "*) exec "$@" ;; esac
"$@" && exit
status=$?
echo "start: FreeSWITCH ended with status $status: see {log}" >&2
exit $status
"""
