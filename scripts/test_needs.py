"""Programs that tests use: finds them on PATH, installs the missing ones by apt where we are root, says what stays missing.

A test whose program is missing is skipped with a line; CTI_TEST_REQUIRE='mariadbd,chromium' makes that a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess

NEEDS = {
    # programs (any of them) -> Debian packages
    ("mariadbd", "mysqld"): ("mariadb-server",),
    ("chromium", "chromium-browser", "google-chrome"): ("chromium", "fonts-noto-cjk"),
    ("sipp",): ("sip-tester",),
    ("nginx",): ("nginx-light",),
    ("slapd",): ("slapd",),
    ("redis-server", "valkey-server"): ("redis-server",),
    ("espeak-ng",): ("espeak-ng",),
    ("luac5.2", "luac5.3", "luac5.4", "luac"): ("lua5.2",),
}


def missing() -> dict[tuple[str, ...], tuple[str, ...]]:
    """The rows of NEEDS of which no program is found."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"])  # servers are there, not on every user's PATH
    found = {programs: any(shutil.which(program, path=path) for program in programs) for programs in NEEDS}
    return {programs: packages for programs, packages in NEEDS.items() if not found[programs]}


def main() -> None:
    rows = missing()
    if rows and os.geteuid() == 0 and shutil.which("apt-get"):
        packages = [p for group in rows.values() for p in group]
        print("installing for the tests:", " ".join(packages), flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        quiet = {"env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update"], check=False, **quiet)  # type: ignore[call-overload]
        install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
        subprocess.run(install, check=False, **quiet)  # type: ignore[call-overload]
    for programs, wanted in missing().items():
        print(f"tests that need {programs[0]} are skipped (apt install {' '.join(wanted)})", flush=True)
    if not shutil.which("freeswitch"):
        print("tests that need a real FreeSWITCH are skipped: none is on PATH", flush=True)


if __name__ == "__main__":
    main()
