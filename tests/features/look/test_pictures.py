"""Whatever is uploaded becomes a small WebP with nothing else in it, or is refused."""

from __future__ import annotations

import pytest
from PIL import Image

from cti_server.features.look import pictures
from cti_server.features.look.contract import BadPicture
from tests.features.look.drawn import drawn, size, text


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (drawn(600, 300), (320, 160)),
        (drawn(1200, 300, "JPEG", "RGB", noise=True), (480, 120)),
        (drawn(40, 20, "WEBP", "RGB"), (40, 20)),
        (drawn(30, 30, "PNG", "L"), (30, 30)),
    ],
    ids=["png", "photo", "webp", "grey"],
)
def test_any_picture_becomes_small_and_then_stays_byte_by_byte(raw: bytes, wanted: tuple[int, int]) -> None:
    made = pictures.convert(raw, "logo_light")
    assert (size(made), len(pictures.as_text(made)) <= pictures.MOST_CHARS) == (wanted, True)
    assert pictures.convert(made, "logo_light") == made
    assert pictures.as_bytes(pictures.from_text(pictures.as_text(made), "logo_light")) == made


def test_an_icon_fits_its_own_box() -> None:
    assert size(pictures.convert(drawn(400, 400), "icon")) == (128, 128)


def test_what_lies_beside_the_picture_is_gone() -> None:
    exif = Image.Exif()
    exif[0x010E] = "<script>alert(1)</script>"
    hidden = drawn(40, 40, "WEBP", "RGB", exif=exif)
    assert b"script" in hidden
    for raw in (hidden, drawn(40, 40, "WEBP", "RGB") + b"<script>", drawn(40, 40) + b"<script>"):
        assert b"script" not in pictures.convert(raw, "icon")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"GIF89a" + bytes(40),
        drawn(40, 40)[:60],
        drawn(5000, 5000, mode="RGB"),
        drawn(480, 160, noise=True),
        bytes(pictures.LARGEST_FILE + 1),
    ],
    ids=["nothing", "svg", "gif", "cut", "too large", "too much in it", "too long"],
)
def test_what_is_refused(raw: bytes) -> None:
    with pytest.raises(BadPicture) as error:
        pictures.convert(raw, "logo_dark")
    assert "<_io" not in error.value.message, "people read it"


@pytest.mark.parametrize(
    "given", ["x", "data:image/svg+xml;base64,PHN2Zy8+", "data:image/png;base64,%%%", "https://evil.example/a.png"]
)
def test_what_is_no_picture_as_text(given: str) -> None:
    with pytest.raises(BadPicture):
        pictures.from_text(given, "icon")


def test_the_kind_that_is_said_does_not_count() -> None:
    assert size(pictures.as_bytes(pictures.from_text(text(drawn(30, 30), "jpeg"), "icon"))) == (30, 30)
