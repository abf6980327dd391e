"""The self-made certificate: names, lifetime, and a private key that only its owner reads."""

import datetime
import ssl
import stat

from cryptography import x509

from scripts.tls import DAYS, write

NOW = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)


def test_the_files_serve_the_page_and_the_switch(tmp_path):
    write(tmp_path, ["desk.example", "127.0.0.1"], NOW)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tmp_path / "wss.pem")
    assert (tmp_path / "agent.pem").read_bytes() == (tmp_path / "wss.pem").read_bytes(), "desk phones over TLS"
    made = x509.load_pem_x509_certificate((tmp_path / "cert.pem").read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["desk.example"]
    assert [str(a) for a in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]
    assert made.not_valid_after_utc == NOW + datetime.timedelta(days=DAYS)
    for name in ("key.pem", "wss.pem", "agent.pem"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
