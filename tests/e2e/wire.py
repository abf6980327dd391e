"""``python -m tests.e2e.wire PORT TARGET``: hands connections to PORT of loopback on to TARGET. Its end cuts them all."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading


def pump(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)


def main() -> None:
    port, target = map(int, sys.argv[1:])
    server = socket.create_server(("127.0.0.1", port))
    while True:
        near, _ = server.accept()
        far = socket.create_connection(("127.0.0.1", target))
        for one, other in ((near, far), (far, near)):
            threading.Thread(target=pump, args=(one, other), daemon=True).start()


if __name__ == "__main__":
    main()
