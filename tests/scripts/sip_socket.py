"""Plays the switch's socket for web phones, with TLS: ``python -m tests.scripts.sip_socket CERTIFICATE KEY`` prints its port.

Speaks the sub-protocol sip; echoes each text behind the address that was asked for. A process of its own, because the tests' TLS
clients block.
"""

from __future__ import annotations

import socketserver
import ssl
import sys

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, Request, TextMessage


class Phone(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        talk = WSConnection(ConnectionType.SERVER)
        asked = ""
        while data := self.request.recv(65536):
            talk.receive_data(data)
            for event in talk.events():
                if isinstance(event, Request):
                    asked = f"{event.target} {event.host}"
                    self.request.sendall(talk.send(AcceptConnection(subprotocol="sip")))
                elif isinstance(event, TextMessage):
                    self.request.sendall(talk.send(TextMessage(f"{asked}: {event.data}")))


if __name__ == "__main__":
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(*sys.argv[1:])
    with socketserver.TCPServer(("127.0.0.1", 0), Phone) as server:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        print(server.server_address[1], flush=True)
        server.serve_forever()
