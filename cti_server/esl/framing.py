"""Bytes of the event socket in, frames out; no I/O. A frame is a header block, a blank line and Content-Length bytes.

Works on bytes throughout, because Content-Length counts bytes; takes linear time however the bytes are cut, and holds
at most one unfinished frame within the given limits. Nothing separates a JSON body from the next header block.
"""

from __future__ import annotations

from dataclasses import dataclass

from cti_server.errors import CtiError

HEADER_LIMIT = 256 * 1024
BODY_LIMIT = 64 * 1024 * 1024
_LENGTH, _JSON = b"Content-Length: ", b"\nContent-Type: text/event-json"


@dataclass(slots=True)
class Frame:
    """``content_type`` is '' when the peer gave none. Header values are text as sent (invalid UTF-8 replaced)."""

    content_type: str
    headers: dict[str, str]
    body: bytes


class FramingError(CtiError, id="broken-frame"):
    """The stream cannot be followed any further. ``details``: offset (bytes since the start) and what was found there."""

    def __init__(self, message: str, offset: int, found: str) -> None:
        super().__init__(f"event socket, byte {offset}: {message}", {"offset": offset, "found": found})


class FrameParser:
    """``feed`` bytes as they come; get the frames that are complete."""

    def __init__(self, header_limit: int = HEADER_LIMIT, body_limit: int = BODY_LIMIT) -> None:
        self._header_limit = header_limit
        self._body_limit = body_limit
        self._buffer = bytearray()
        self._consumed = 0  # bytes of the stream before the buffer
        self._searched = 0  # the buffer's first bytes that hold no blank line
        self._headers: dict[str, str] | None = None  # of a frame whose body is not complete
        self._needed = 0
        self._error: FramingError | None = None

    @property
    def broken(self) -> bool:
        """True once the stream cannot be followed; the next ``feed`` raises."""
        return self._error is not None

    def feed(self, data: bytes) -> list[Frame]:
        """Complete frames in order. Raises FramingError; frames that were complete before the fault come out first."""
        if self._error is not None:
            raise self._error
        frames: list[Frame] = []
        try:
            if len(self._buffer) > len(data):
                self._buffer += data
                end = self._parse(self._buffer, frames)
                del self._buffer[:end]
            else:  # copying no more than came in stays linear, and slices of bytes are bytes
                whole = bytes(self._buffer) + data if self._buffer else data
                end = self._parse(whole, frames)
                self._buffer[:] = whole[end:]
            self._consumed += end
        except FramingError as error:
            self._error = error
            self._buffer.clear()
            if not frames:
                raise
        return frames

    def _parse(self, buffer: bytes | bytearray, frames: list[Frame]) -> int:
        """Append the complete frames of ``buffer``; return how many bytes they took."""
        position, size = 0, len(buffer)
        headers, needed, search = self._headers, self._needed, self._searched
        while True:
            if headers is None:
                while position < size and buffer[position] == 10:
                    position += 1
                end = buffer.find(b"\n\n", max(search, position))
                if end < 0:
                    if size - position > self._header_limit:
                        raise self._fault("header block without an end", position, buffer)
                    search = max(position, size - 1)
                    break
                if end - position > self._header_limit:
                    raise self._fault("header block too long", position, buffer)
                block = buffer[position:end]
                if block.startswith(_LENGTH) and block.endswith(_JSON) and block[16:-30].isdigit():  # nearly all frames
                    headers = {"Content-Length": block[16:-30].decode(), "Content-Type": "text/event-json"}
                else:
                    headers = _header_block(block)
                needed = self._body_length(headers, position, buffer)
                position = search = end + 2
            if size - position < needed:
                break
            body = bytes(buffer[position : position + needed]) if needed else b""
            frames.append(Frame(headers.get("Content-Type", ""), headers, body))
            position += needed
            search = position
            headers, needed = None, 0
        self._headers, self._needed, self._searched = headers, needed, search - position if headers is None else 0
        return position

    def _body_length(self, headers: dict[str, str], position: int, buffer: bytes | bytearray) -> int:
        text = headers.get("Content-Length")
        if text is None:
            return 0
        if not (text.isascii() and text.isdigit() and len(text) < 16):
            raise self._fault("Content-Length is no number", position, buffer)
        length = int(text)
        if length > self._body_limit:
            raise self._fault(f"body of {length} bytes is over the limit of {self._body_limit}", position, buffer)
        return length

    def _fault(self, message: str, position: int, buffer: bytes | bytearray) -> FramingError:
        return FramingError(message, self._consumed + position, repr(bytes(buffer[position : position + 60])))


def _header_block(block: bytes | bytearray) -> dict[str, str]:
    """Lines without a colon carry nothing and are left out; the last of repeated headers stands."""
    headers: dict[str, str] = {}
    for line in block.decode("utf-8", "replace").split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            headers[name] = value.strip()
    return headers
