"""``make tls``: a self-made certificate for page and web phone, for trying the desk from another machine.

Browsers give a page the microphone only over HTTPS or from 127.0.0.1. Writes cert.pem and key.pem for the web, and wss.pem and
agent.pem (both in one file, as the switch wants them for web and desk phones) below ``--out``; a browser has to accept them by
hand. Production uses a real one.
"""

from __future__ import annotations

import argparse
import datetime
import ipaddress
import os
import socket
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAYS = 365


def certificate(names: list[str], now: datetime.datetime) -> tuple[bytes, bytes]:
    """(certificate, private key) as PEM for these DNS names and addresses, valid for DAYS from ``now``."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([_name(n) for n in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return made.public_bytes(serialization.Encoding.PEM), private


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def write(out: Path, names: list[str], now: datetime.datetime) -> None:
    """cert.pem, key.pem, wss.pem and agent.pem in ``out``; the private ones are readable by the owner only."""
    out.mkdir(parents=True, exist_ok=True)
    cert, key = certificate(names, now)
    (out / "cert.pem").write_bytes(cert)
    for name, content in (("key.pem", key), ("wss.pem", cert + key), ("agent.pem", cert + key)):
        (out / name).unlink(missing_ok=True)
        with os.fdopen(os.open(out / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make tls", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("var/tls"))
    parser.add_argument("--force", action="store_true", help="replace a certificate that is there")
    parser.add_argument("names", nargs="*", help="DNS names and addresses; default: this machine's name, localhost, 127.0.0.1")
    options = parser.parse_args()
    if (options.out / "key.pem").exists() and not options.force:
        sys.exit(f"{options.out}/key.pem exists; --force replaces it")
    names = options.names or [socket.gethostname(), "localhost", "127.0.0.1", "::1"]
    write(options.out, names, datetime.datetime.now(datetime.UTC))  # noqa: TID251 - a command's own moment
    where = options.out.resolve()
    print(f"certificate for {', '.join(names)}, {DAYS} days, in {where}")
    print(f"the page:   CTI_TLS_CERT={where}/cert.pem CTI_TLS_KEY={where}/key.pem make run")
    print("the switch: wss.pem and agent.pem into a folder of its user; scripts.fsconf --wss ADDRESS:7443 --tls-dir FOLDER")
    print(f"            --phone-url wss://{names[0]}:7443")


if __name__ == "__main__":
    main()
