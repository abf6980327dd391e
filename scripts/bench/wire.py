"""One plain event-socket connection for load runs and tests: ``api`` commands and their answers, nothing else."""

from __future__ import annotations

import socket
from contextlib import AbstractContextManager
from typing import Any


class SwitchConsole(AbstractContextManager["SwitchConsole"]):
    """Connects at once. Raises OSError, or ConnectionError when the password is refused or the switch hangs up."""

    def __init__(self, host: str, port: int, password: str, timeout_s: float = 10.0) -> None:
        self._socket = socket.create_connection((host, port), timeout_s)
        self._file = self._socket.makefile("rb")
        self._frame()
        if "+OK" not in self._send(f"auth {password}")[0].get("reply-text", ""):
            raise ConnectionError("the switch refused the password")

    def api(self, command: str) -> str:
        """The body of the answer to ``api COMMAND``."""
        return self._send(f"api {command}")[1]

    def close(self) -> None:
        self._socket.close()

    def __exit__(self, *_: Any) -> None:
        self.close()

    def _send(self, line: str) -> tuple[dict[str, str], str]:
        if "\n" in line or "\r" in line:
            raise ValueError("one command is one line")
        self._socket.sendall(line.encode() + b"\n\n")
        return self._frame()

    def _frame(self) -> tuple[dict[str, str], str]:
        headers: dict[str, str] = {}
        while (raw := self._file.readline()) not in (b"\n", b""):
            name, _, value = raw.decode("utf-8", "replace").rstrip("\n").partition(": ")
            headers[name.lower()] = value
        if not headers:
            raise ConnectionError("the switch closed the connection")
        return headers, self._file.read(int(headers.get("content-length", 0))).decode("utf-8", "replace")
