"""Takes webhooks: take_webhooks.py PORT, with the secret in CTI_WEBHOOK_SECRET. Each delivery counts once."""

import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

from cti_client import BadSignature, verify

done: set[str] = set()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            told = verify(os.environ["CTI_WEBHOOK_SECRET"], dict(self.headers), body)
        except BadSignature as error:
            self.send_error(400, str(error))
            return
        if told["id"] not in done:
            done.add(told["id"])
            print(told["kind"], told["id"], flush=True)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Only deliveries are told."""


server = HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver)
print("PORT", server.server_port, flush=True)
server.serve_forever()
