"""A real directory (OpenLDAP's slapd) of this test process on loopback: with TLS from the first byte, and with StartTLS."""

from __future__ import annotations

import datetime
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.tls import certificate
from tests.fixtures import missing

STARTS_S = 20
SUFFIX = "dc=centre,dc=example"
BASE = f"ou=people,{SUFFIX}"
SEARCHER, SEARCHERS = f"cn=cti,{SUFFIX}", "searcher's"
DESK, LEADS = f"cn=desk,ou=groups,{SUFFIX}", f"cn=leads,ou=groups,{SUFFIX}"
NAME = "dir.centre.example"
ANNAS = "Rübe 7 & Söhne, \\pass*)("
"""A password with what directories, filters and shells have their own meanings for."""

CONF = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath {modules}
moduleload back_mdb
moduleload memberof
pidfile {folder}/pid
TLSCertificateFile {folder}/cert.pem
TLSCertificateKeyFile {folder}/key.pem
# a password that comes without TLS is refused
security simple_bind=128
database mdb
maxsize 16777216
suffix "{suffix}"
directory {folder}/data
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{searcher}" read by * none
"""
PEOPLE = f"""\
dn: {SUFFIX}
objectClass: domain
dc: centre

dn: {SEARCHER}
objectClass: person
cn: cti
sn: cti
userPassword: {SEARCHERS}

dn: {BASE}
objectClass: organizationalUnit
ou: people

dn: uid=Anna,{BASE}
objectClass: inetOrgPerson
uid: Anna
cn: Anna Li
sn: Li
displayName: 李安娜
mail: anna@centre.example
employeeNumber: 1002
memberOf: {DESK}
memberOf: cn=x,{SUFFIX}
userPassword: {ANNAS}

dn: uid=bo,{BASE}
objectClass: inetOrgPerson
uid: bo
cn: Bo Xu
sn: Xu
memberOf: cn=x,{SUFFIX}
userPassword: bo's
"""


class Directory:
    """A server in ``folder``, whose certificate is for ``names``. Skips where slapd is not there."""

    def __init__(self, folder: Path, names: list[str]) -> None:
        slapd = shutil.which("slapd") or shutil.which("slapd", path="/usr/sbin")
        modules = next((path for path in (Path("/usr/lib/ldap"), Path("/usr/lib64/openldap")) if path.is_dir()), None)
        if not slapd or modules is None or not Path("/etc/ldap/schema").is_dir():
            missing("slapd (apt install slapd)")
        self.folder = folder
        (folder / "data").mkdir(parents=True)
        cert, key = certificate(names, datetime.datetime.now(datetime.UTC))
        (folder / "cert.pem").write_bytes(cert)
        (folder / "key.pem").write_bytes(key)
        (folder / "conf").write_text(CONF.format(folder=folder, suffix=SUFFIX, searcher=SEARCHER, modules=modules), "utf-8")
        (folder / "people.ldif").write_text(PEOPLE, "utf-8")
        add = [slapd, "-Tadd", "-f", f"{folder}/conf", "-l", f"{folder}/people.ldif"]
        added = subprocess.run(add, capture_output=True, text=True, check=False)
        assert added.returncode == 0, added.stderr
        self.plain, self.secure = _free(), _free()
        listens = f"ldap://127.0.0.1:{self.plain} ldaps://127.0.0.1:{self.secure}"
        self._log = (folder / "log").open("wb")
        self.process = subprocess.Popen(
            [slapd, "-d", "0", "-f", f"{folder}/conf", "-h", listens], stdin=subprocess.DEVNULL, stderr=self._log
        )
        for _ in range(STARTS_S * 20):
            if self.process.poll() is None and _listens(self.plain) and _listens(self.secure):
                return
            time.sleep(0.05)
        self.stop()
        pytest.fail(f"slapd does not start: {(folder / 'log').read_text('utf-8', 'replace')}")

    @property
    def authority(self) -> str:
        """The file of the certificate, which is its own authority."""
        return str(self.folder / "cert.pem")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(STARTS_S)
        self._log.close()


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def real_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    """Called dir.centre.example and localhost."""
    server = Directory(tmp_path_factory.mktemp("directory"), [NAME, "localhost"])
    yield server
    server.stop()


@pytest.fixture(scope="session")
def directory_of_an_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    """Its certificate is for its address, and for no name."""
    server = Directory(tmp_path_factory.mktemp("directory"), ["127.0.0.1"])
    yield server
    server.stop()


@pytest.fixture
def trusted(real_directory: Directory, monkeypatch: pytest.MonkeyPatch) -> Directory:
    """This machine trusts its authority, and no other."""
    monkeypatch.setenv("SSL_CERT_FILE", real_directory.authority)
    monkeypatch.setenv("SSL_CERT_DIR", str(real_directory.folder / "none"))
    return real_directory
