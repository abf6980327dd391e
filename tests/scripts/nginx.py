"""docs/operators/nginx.conf as it is shipped, in a real nginx of this test; only ports, names and paths are this machine's."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from urllib3.util import Retry

from scripts.stack import free_ports
from tests.fixtures import missing

SHIPPED = Path(__file__).resolve().parents[2] / "docs/operators/nginx.conf"
AROUND = """daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/shipped.conf;
}}
"""

PATIENCE_S = 30.0


def substituted(text: str, changes: dict[str, str]) -> str:
    """Each word is in the file and becomes this machine's."""
    for word, mine in changes.items():
        assert word in text, f"nginx.conf has no {word!r} any more"
        text = text.replace(word, mine)
    return text


@contextmanager
def proxy(folder: Path, tls: Path, web_port: int, phone_port: int) -> Iterator[str]:
    """The address of nginx before these two, the phone's port with TLS, with cert.pem and key.pem of ``tls``."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not nginx:
        missing("nginx (apt install nginx-light)")
    plain, secure = free_ports(2)
    changes = {
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{secure} ssl;",
        "server_name desk.example;": "server_name 127.0.0.1;",
        "/etc/cti/tls/fullchain.pem": f"{tls}/cert.pem",
        "/etc/cti/tls/key.pem": f"{tls}/key.pem",
        "server 127.0.0.1:8080;": f"server 127.0.0.1:{web_port};",
        "server 127.0.0.1:7443;": f"server 127.0.0.1:{phone_port};",
        "/var/log/nginx/cti.log": f"{folder}/access.log",
    }
    (folder / "shipped.conf").write_text(substituted(SHIPPED.read_text("utf-8"), changes), "utf-8")
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder), "utf-8")
    command = [str(nginx), "-p", str(folder), "-c", f"{folder}/nginx.conf"]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        reachable(f"http://127.0.0.1:{plain}/", process)
        yield f"https://127.0.0.1:{secure}"
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def reachable(url: str, process: subprocess.Popen[str]) -> None:
    """Until nginx listens; its plain side sends everybody to HTTPS."""
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(max_retries=Retry(total=8, backoff_factor=0.05)))
    answer = session.get(url, timeout=PATIENCE_S, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://127.0.0.1/"), process.poll()
