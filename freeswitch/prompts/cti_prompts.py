#!/usr/bin/env python3
"""Pulls the centre's prompts and music onto this switch: only files that changed, and what is gone there goes here.

    cti_prompts.py --url https://cti.example.com --token-file /etc/cti/switch-token --folder /usr/share/cti/prompts

The token is the secret of the switch's directory (CTI_XML_CURL_SECRET), alone in a file that only this program's user reads. What
was pulled lies in FOLDER/LANGUAGE/RATE/NAME.wav, where the switch looks before FOLDER/LANGUAGE/NAME.wav; nothing else there is
touched. A file is whole or not there. In the end this switch tells the centre what it has. Exit status 0: it has all; 1: it has
not, stderr says why. Standard library of Python 3.9 or newer only.
"""

from __future__ import annotations

import argparse
import base64
import fcntl
import hashlib
import json
import os
import re
import socket
import ssl
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

A_PATH = re.compile(r"(zh|en|music)/(8000|16000)/[A-Za-z0-9][A-Za-z0-9_-]{0,63}\.wav")
LIST = ".cti-pulled.json"
TIMEOUT_S = 60
LARGEST = 64 << 20


class Centre:
    def __init__(self, url: str, token: str, ca: str) -> None:
        self.url = url.rstrip("/")
        self.login = "Basic " + base64.b64encode(f"cti:{token}".encode()).decode()
        self.tls = ssl.create_default_context(cafile=ca or None)

    def ask(self, path: str, body: object = None, **headers: str) -> tuple[int, bytes, str]:
        """Status, body, ETag. Raises OSError."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Authorization": self.login, **headers})  # noqa: S310 - main looks
        if data is not None:
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S, context=self.tls) as answer:  # noqa: S310 - main looks
                return answer.status, answer.read(LARGEST + 1), answer.headers.get("ETag", "")
        except urllib.error.HTTPError as error:
            if error.code == 304:
                return 304, b"", ""
            raise OSError(f"{path}: the centre answers {error.code} {error.reason}") from error


def digest(file: Path) -> str:
    found = hashlib.sha256()
    with file.open("rb") as opened:
        for block in iter(lambda: opened.read(1 << 20), b""):
            found.update(block)
    return found.hexdigest()


def is_there(folder: Path, one: dict) -> bool:
    file = folder / one["path"]
    return file.is_file() and file.stat().st_size == one["size"] and digest(file) == one["sha256"]


def pull(centre: Centre, folder: Path, one: dict) -> None:
    """Raises OSError."""
    _, raw, _ = centre.ask(f"/switch/prompts/{one['path']}")
    if len(raw) != one["size"] or hashlib.sha256(raw).hexdigest() != one["sha256"]:
        raise OSError(f"{one['path']}: what came is not what was announced")
    file = folder / one["path"]
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(raw)
            opened.flush()
            os.fsync(opened.fileno())
        os.chmod(name, 0o644)
        os.replace(name, file)
    except OSError:
        os.unlink(name)
        raise


def run(centre: Centre, folder: Path, node: str) -> list[str]:
    """What went wrong. Raises OSError."""
    before = json.loads((folder / LIST).read_text()) if (folder / LIST).is_file() else {"etag": "", "files": []}
    asked = {"If-None-Match": before["etag"]} if before["etag"] else {}
    status, raw, etag = centre.ask("/switch/prompts", **asked)
    wanted = before["files"] if status == 304 else json.loads(raw)["files"]
    if odd := [one["path"] for one in wanted if not A_PATH.fullmatch(one["path"])]:
        raise OSError(f"the centre names {odd[0]!r}, which is no place of a prompt")
    problems = []
    for one in wanted:
        if not is_there(folder, one):
            try:
                pull(centre, folder, one)
            except OSError as error:
                problems.append(str(error))
    kept = {one["path"] for one in wanted}
    for path in (one["path"] for one in before["files"]):
        if path not in kept and A_PATH.fullmatch(path):
            (folder / path).unlink(missing_ok=True)
    temporary = folder / f"{LIST}.new"
    temporary.write_text(json.dumps({"etag": before["etag"] if status == 304 else etag, "files": wanted}))
    os.replace(temporary, folder / LIST)
    has = [one for one in wanted if is_there(folder, one)]
    centre.ask("/switch/prompts", {"node": node, "files": has})
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True, help="of the centre's page; https, but for this machine itself")
    parser.add_argument("--token-file", required=True, type=Path)
    parser.add_argument("--folder", required=True, type=Path, help="the switch's folder of prompts")
    parser.add_argument("--node", default=socket.gethostname().split(".")[0][:32], help="this switch's name; this machine's")
    parser.add_argument("--ca", default="", help="a file with the certificate to trust, where it is a private one")
    given = parser.parse_args()
    if not re.match(r"https://|http://(127\.0\.0\.1|localhost|\[::1\])([:/]|$)", given.url):
        parser.error("--url must be https: the token travels with it")
    try:
        token = given.token_file.read_text().strip()
        given.folder.mkdir(parents=True, exist_ok=True)
        with (given.folder / f"{LIST}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            problems = run(Centre(given.url, token, given.ca), given.folder, given.node)
    except BlockingIOError:
        return 0  # another one is at it
    except (OSError, ValueError, KeyError, TypeError) as error:
        problems = [str(error)]
    for problem in problems:
        sys.stderr.write(f"cti_prompts: {problem}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
