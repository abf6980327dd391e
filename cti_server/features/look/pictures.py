"""Any PNG, JPEG or WebP as a small WebP: nothing of the file but what is seen is kept. No SVG: that can hold programs.

``python -m cti_server.features.look.pictures WIDTH HEIGHT`` reads a picture from stdin and writes a line of JSON, then the WebP.
It runs as a process of its own, with little memory and time: a decoder that a hostile file kills takes nobody with it.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import re
import resource
import sys
from collections.abc import Mapping
from typing import Any

from cti_server import programs
from cti_server.features.look.contract import BadPicture, Picture

LIMIT_S, LIMIT_CPU_S, LIMIT_BYTES = 20, 10, 1 << 30
LARGEST_FILE = 5 << 20
MOST_PIXELS = 16_000_000
MOST_CHARS = 32_000
"""Of a picture as text: a cell of a table holds that."""
HEAD = "data:image/webp;base64,"
MOST_BYTES = (MOST_CHARS - len(HEAD)) // 4 * 3 - 2
BOXES: Mapping[Picture, tuple[int, int]] = {"logo_light": (480, 160), "logo_dark": (480, 160), "icon": (128, 128)}
"""How wide and high each may be, in pixels; larger ones are made smaller."""
QUALITIES = (90, 75, 55, 35)
OWN_PARTS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}
"""What our own files are made of: no colour profiles, no descriptions, nothing moves."""
_TEXT = re.compile(r"data:image/(?:png|jpeg|webp);base64,([A-Za-z0-9+/=]+)")


def from_text(text: str, kind: Picture) -> str:
    """A picture as a ``data:`` address, in the form in which it is kept: one that is in it already stays as it is, byte by byte.
    Raises BadPicture."""
    found = _TEXT.fullmatch(text)
    try:
        raw = base64.b64decode(found[1], validate=True) if found else b""
    except binascii.Error:
        raw = b""
    if not raw:
        raise BadPicture("it must be data:image/png;base64,... (or jpeg, webp)")
    return as_text(convert(raw, kind))


def as_text(webp: bytes) -> str:
    return HEAD + base64.b64encode(webp).decode()


def as_bytes(text: str) -> bytes:
    """Of a text that is kept."""
    return base64.b64decode(text.removeprefix(HEAD))


def convert(raw: bytes, kind: Picture) -> bytes:
    """WebP. Raises BadPicture."""
    if len(raw) > LARGEST_FILE:
        raise BadPicture(f"it has {len(raw) >> 20} MiB: at most {LARGEST_FILE >> 20}")
    try:
        done = programs.run_module(__name__, raw, *map(str, BOXES[kind]), limit_s=LIMIT_S)
    except TimeoutError as error:
        raise BadPicture(f"it took more than {LIMIT_S} s to read") from error
    head, _, webp = done.said.partition(b"\n")
    told: dict[str, Any] = json.loads(head) if done.code == 0 and head else {"problem": "it cannot be read as a picture"}
    if "problem" in told:
        raise BadPicture(told["problem"])
    if len(webp) != told["size"]:
        raise BadPicture("it cannot be read as a picture")
    return webp


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_CPU_S, LIMIT_CPU_S))
    told: dict[str, Any]
    webp = b""
    try:
        webp = _converted(sys.stdin.buffer.read(), (int(sys.argv[1]), int(sys.argv[2])))
        told = {"size": len(webp)}
    except BadPicture as error:
        told = {"problem": error.message}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + webp)


def _converted(raw: bytes, box: tuple[int, int]) -> bytes:
    from PIL import Image, ImageOps, UnidentifiedImageError  # here only: the process that asks needs it not

    try:
        with Image.open(io.BytesIO(raw), formats=("PNG", "JPEG", "WEBP")) as file:
            if file.width * file.height > MOST_PIXELS:
                raise BadPicture(f"it is {file.width} x {file.height} pixels large: at most {MOST_PIXELS:,} in all")
            own = file.format == "WEBP" and file.width <= box[0] and file.height <= box[1] and _is_own(raw)
            file.load()
            seen = ImageOps.exif_transpose(file).convert("RGBA")
    except UnidentifiedImageError as error:
        raise BadPicture("it is no PNG, JPEG or WebP") from error
    except (OSError, SyntaxError, ValueError, MemoryError, Image.DecompressionBombError) as error:
        raise BadPicture(f"it cannot be read as PNG, JPEG or WebP: {' '.join(str(error).split())[:120]}") from error
    if own:
        return raw
    seen.thumbnail(box)
    if seen.getchannel("A").getextrema()[0] == 255:  # nothing shines through
        seen = seen.convert("RGB")
    ways: list[dict[str, Any]] = [{"lossless": True}, *({"quality": one, "alpha_quality": one} for one in QUALITIES)]
    for options in ways:
        out = io.BytesIO()
        seen.save(out, "WEBP", **options)
        if len(out.getvalue()) <= MOST_BYTES:
            return out.getvalue()
    raise BadPicture("it has too much in it for a logo: take a simpler one")


def _is_own(raw: bytes) -> bool:
    """Small, and made of nothing but the picture."""
    if len(raw) > MOST_BYTES or int.from_bytes(raw[4:8], "little") + 8 != len(raw):
        return False
    at = 12
    while at < len(raw):
        if raw[at : at + 4] not in OWN_PARTS:
            return False
        size = int.from_bytes(raw[at + 4 : at + 8], "little")
        at += 8 + size + size % 2
    return at == len(raw)


if __name__ == "__main__":
    _main()
