"""What the page shows of the centre's own: everybody may know it."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict, get_args

from cti_server.errors import CtiError, Misuse

Picture = Literal["logo_light", "logo_dark", "icon"]
"""On a light ground, on a dark one, and of the browser's tab."""
PICTURES: tuple[Picture, ...] = get_args(Picture)


class BadPicture(
    Misuse,
    id="bad-picture",
    status=422,
    en="This file cannot be used: a PNG, JPEG or WebP picture of at most 5 MB.",
    zh="该文件不可用：须为不超过 5 MB 的 PNG、JPEG 或 WebP 图片。",
):
    """What was uploaded is no picture that can be shown."""


class NoSuchPicture(CtiError, id="no-such-picture", status=404, en="There is no such picture.", zh="没有该图片。"):
    """The centre has no such picture of its own."""


class Shades(TypedDict):
    """Of one colour, as #rrggbb."""

    accent: Annotated[str, "a fill under white text"]
    accent_dark: Annotated[str, "the same, pointed at"]
    accent_ink: Annotated[str, "text on accent_soft and on cards"]
    accent_soft: str


class Colours(TypedDict):
    light: Shades
    dark: Shades


class Look(TypedDict):
    """'' and null: the product's own."""

    name: str
    colours: Colours | None
    logo_light: Annotated[str, "an address, '' none"]
    logo_dark: Annotated[str, "an address, '' none"]
    icon: Annotated[str, "an address, '' none"]
