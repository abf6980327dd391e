"""One event-socket connection, without the socket: bytes in, bytes out, and what this connection listens to.

Commands are answered in their order; one that takes its time (``api originate``) holds up those behind it, as on the
real switch.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable

from cti_server.simulator import api, applications, listening
from cti_server.simulator.core import Switch
from cti_server.simulator.events import KINDS, Event

DISCONNECT = b"Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"
MAX_COMMAND = 8 * 1024 * 1024


class Session:
    """``send`` takes outgoing bytes; ``close`` ends the connection after them.

    ``wanted`` holds the names of the events that it hears, and ``CUSTOM subclass``; ``ALL`` is everything.
    """

    def __init__(self, switch: Switch, password: str, send: Callable[[bytes], None], close: Callable[[], None]) -> None:
        self.switch = switch
        self._password = password
        self._send = send
        self._close = close
        self._buffer = b""
        self._commands: deque[tuple[str, dict[str, str], str]] = deque()
        self._waiting = self._running = False
        self._authenticated = False
        self._form = "plain"
        self._filters: list[tuple[str, str]] = []
        self.wanted: set[str] = set()
        self.closed = False
        send(b"Content-Type: auth/request\n\n")

    # ------------------------------------------------------------ in

    def feed(self, data: bytes) -> None:
        """Takes what arrived, in pieces of any size, and runs each complete command."""
        self._buffer += data
        if len(self._buffer) > MAX_COMMAND:
            self._goodbye()
            return
        while (parsed := self._next()) is not None:
            self._commands.append(parsed)
        self._run()

    def _next(self) -> tuple[str, dict[str, str], str] | None:
        buffer = self._buffer.lstrip(b"\r\n")
        match = re.search(rb"\r?\n\r?\n", buffer)
        if match is None:
            self._buffer = buffer
            return None
        lines = buffer[: match.start()].decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
        headers = {}
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if colon:
                headers[name] = value.strip()
        length = headers.get("content-length") or headers.get("Content-Length") or "0"
        size = int(length) if length.isdigit() else 0
        if len(buffer) < match.end() + size:
            self._buffer = buffer
            return None
        body = buffer[match.end() : match.end() + size].decode("utf-8", "replace")
        self._buffer = buffer[match.end() + size :]
        return lines[0], headers, body

    def _run(self) -> None:
        if self._running:
            return
        self._running = True
        try:
            while self._commands and not self._waiting and not self.closed:
                self._act(*self._commands.popleft())
        finally:
            self._running = False

    def _act(self, line: str, headers: dict[str, str], body: str) -> None:
        verb, _, rest = line.strip().partition(" ")
        verb, act = verb.lower(), self._VERBS.get(verb.lower())
        if verb == "exit":
            self._goodbye("+OK bye")
        elif verb == "auth":
            self._auth(rest)
        elif not self._authenticated or act is None or (verb in self._OF_SOMETHING and not rest.strip()):
            self._reply("-ERR command not found")
        else:
            act(self, rest.strip(), headers, body)

    # ------------------------------------------------------------ out

    def _reply(self, text: str, **headers: str) -> None:
        more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
        self._send(f"Content-Type: command/reply\nReply-Text: {text}\n{more}\n".encode())

    def _goodbye(self, text: str = "") -> None:
        if text:
            self._reply(text)
        self._send(b"Content-Type: text/disconnect-notice\nContent-Length: %d\n\n%b" % (len(DISCONNECT), DISCONNECT))
        self.closed = True
        self._close()

    def hear(self, event: Event) -> None:
        if self._passes(event):
            self._send(event.json if self._form == "json" else event.plain)

    def _passes(self, event: Event) -> bool:
        """One filter must let it in, and none with a ``-`` before its value may keep it out."""
        let_in = not self._filters
        for name, value in self._filters:
            found = event.headers.get(name)
            if found is None:
                continue
            values = found if isinstance(found, list) else [found]
            if value.startswith("-") and value[1:] in values:
                return False
            let_in = let_in or not value or value in values
        return let_in

    # ------------------------------------------------------------ the verbs

    def _auth(self, password: str) -> None:
        if password != self._password:
            self._reply("-ERR invalid")
            self._goodbye()
            return
        self._authenticated = True
        self._reply("+OK accepted")

    def _event(self, rest: str, headers: dict[str, str], body: str) -> None:
        words = rest.split()
        form = words[0].lower() if words and words[0].lower() in ("plain", "json", "xml") else ""
        if form == "xml":
            self._reply("-ERR event xml not supported by the simulator")
            return
        wanted = self._keywords(words[1:] if form else words)
        if not wanted:
            self._reply("-ERR no keywords supplied")
            return
        self._form = form or "plain"
        self.wanted |= wanted
        self.switch.listen(self)
        self._reply(f"+OK event listener enabled {self._form}")

    @staticmethod
    def _keywords(words: list[str]) -> set[str]:
        """Event names; after CUSTOM every word is a subclass."""
        out: set[str] = set()
        custom = False
        for word in words:
            if custom:
                out.add(f"CUSTOM {word}")
            elif word.upper() == "CUSTOM":
                custom = True
            elif word.upper() in KINDS:
                out.add(word.upper())
        return out

    def _nixevent(self, rest: str, headers: dict[str, str], body: str) -> None:
        unwanted = self._keywords(rest.split())
        if not unwanted:
            self._reply("-ERR no keywords supplied")
            return
        if "ALL" in self.wanted and "ALL" not in unwanted:
            self.wanted = (self.wanted | KINDS) - {"ALL"}
        self.wanted = set() if "ALL" in unwanted else self.wanted - unwanted
        self.switch.wanted_changed()
        self._reply("+OK events nixed")

    def _noevents(self, rest: str, headers: dict[str, str], body: str) -> None:
        self.wanted = set()
        self.switch.unlisten(self)
        self._reply("+OK no longer listening for events")

    def _filter(self, rest: str, headers: dict[str, str], body: str) -> None:
        name, _, value = rest.partition(" ")
        if name.lower() == "delete":
            name, _, value = value.partition(" ")
            self._filters = [one for one in self._filters if name != "all" and (one[0] != name or (value and one[1] != value))]
            self._reply(f"+OK filter deleted. [{name}][{value}]")
        else:
            self._filters.append((name, value))
            self._reply(f"+OK filter added. [{name}]=[{value}]")

    def _api(self, rest: str, headers: dict[str, str], body: str) -> None:
        self._waiting = True
        api.run(self.switch, rest, self._api_done)

    def _api_done(self, text: str) -> None:
        data = text.encode("utf-8", "replace") or b"-ERR no reply\n"
        self._send(b"Content-Type: api/response\nContent-Length: %d\n\n%b" % (len(data), data))
        self._waiting = False
        self._run()

    def _bgapi(self, rest: str, headers: dict[str, str], body: str) -> None:
        job = headers.get("Job-UUID") or self.switch.new_uuid()
        command, _, argument = rest.partition(" ")

        def tell(text: str) -> None:
            about = {"Job-UUID": job, "Job-Command": command}
            if argument:
                about["Job-Command-Arg"] = argument
            self.switch.fire("BACKGROUND_JOB", extra=about, body=text)

        self._reply(f"+OK Job-UUID: {job}", Job_UUID=job)
        if command == "originate":
            api.run(self.switch, rest, tell)
        else:
            self.switch.after(1, api.run, self.switch, rest, tell)

    def _sendmsg(self, rest: str, headers: dict[str, str], body: str) -> None:
        channel = self.switch.channels.get(rest)
        if channel is None:
            self._reply(f"-ERR invalid session id [{rest}]")
            return
        message = {"Command": f"sendmsg {rest}", **headers}
        if body and "execute-app-arg" not in message:
            message["execute-app-arg"] = body
        command = message.get("call-command", "")
        if not command:
            self._reply("+OK")
            return
        if command not in ("execute", "hangup"):
            self._reply(f"-ERR call-command {command} not supported by the simulator")
            return
        applications.post(self.switch, channel, message)
        self._reply("+OK")

    def _sendevent(self, rest: str, headers: dict[str, str], body: str) -> None:
        if rest != "SEND_MESSAGE":
            self._reply(f"-ERR sendevent {rest} not supported by the simulator")
            return
        channel = self.switch.channels.get(headers.get("Unique-ID", ""))
        if channel is not None:
            listening.send_message(channel, headers)
        self._reply(f"+OK {self.switch.new_uuid()}")

    def _linger(self, rest: str, headers: dict[str, str], body: str) -> None:
        self._reply("-ERR not controlling a session")

    def _log(self, rest: str, headers: dict[str, str], body: str) -> None:
        self._reply(f"+OK log level {rest} [{rest}]" if rest else "+OK no longer logging")

    _VERBS = {
        "event": _event, "nixevent": _nixevent, "noevents": _noevents, "filter": _filter, "api": _api, "bgapi": _bgapi,
        "sendmsg": _sendmsg, "sendevent": _sendevent, "linger": _linger, "nolinger": _linger, "log": _log, "nolog": _log,
    }  # fmt: skip
    _OF_SOMETHING = ("filter", "api", "bgapi", "sendevent")
