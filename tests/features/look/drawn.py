"""Pictures for tests."""

from __future__ import annotations

import base64
import io
import random
from typing import Any

from PIL import Image


def drawn(width: int, height: int, kind: str = "PNG", mode: str = "RGBA", noise: bool = False, **options: Any) -> bytes:
    image = Image.new(mode, (width, height), (20, 90, 200, 128)[: len(mode)])
    if noise:
        dice = random.Random(7)
        image.putdata([tuple(dice.randrange(256) for _ in mode) for _ in range(width * height)])
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def text(raw: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(raw).decode()}"


def size(webp: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(webp)) as found:
        assert found.format == "WEBP"
        return found.size
