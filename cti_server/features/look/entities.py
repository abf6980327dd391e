"""The centre's own name, logo and colour as they are set up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from sqlalchemy.orm import Session

from cti_server.domain.record import Text
from cti_server.features.entities.contract import Entity, Held, ProblemId, Wanted, said
from cti_server.features.entities.fields import Picture
from cti_server.features.entities.place import Rows
from cti_server.features.look import colours, pictures
from cti_server.features.look.contract import PICTURES, BadPicture
from cti_server.features.look.model import LookRow
from cti_server.reasons import reason
from cti_server.words import Words

COLOUR = reason("colour", "must be a colour as #1b63d8, in small letters", "应为颜色，例如 #1b63d8（小写字母）")
THE_CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class OwnLook:
    """'' each: the product's own."""

    name: Annotated[str, Text(0, 40)] = ""
    accent: Annotated[str, Text(0, 7)] = ""
    logo_light: Annotated[str, Picture(pictures.MOST_CHARS)] = ""
    logo_dark: Annotated[str, Picture(pictures.MOST_CHARS)] = ""
    icon: Annotated[str, Picture(pictures.MOST_CHARS)] = ""


class TheOne(Rows):
    """Always there, with or without its row."""

    def __init__(self) -> None:
        super().__init__(LookRow, OwnLook, "id")

    def row(self, session: Session, key: str) -> LookRow | None:
        if key != THE_CENTRE:
            return None
        found: LookRow | None = session.get(LookRow, key)
        return found or LookRow(id=key, version=1, changed_ms=0, changed_by="", **asdict(OwnLook()))

    def rows(self, session: Session, keys: Collection[str]) -> Mapping[str, Any]:
        return {key: row for key in keys if (row := self.row(session, key)) is not None}

    def search(self, session: Session, wanted: Wanted) -> tuple[int, list[Held]]:
        return 1, [self.held(self.row(session, THE_CENTRE))]

    def every(self, session: Session, secrets: Any = ()) -> Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]]:
        return {THE_CENTRE: (self.held(self.row(session, THE_CENTRE)).values, {})}


class LookRules:
    """Pictures are kept as the product makes them, by whichever way they come."""

    def __init__(self, session: Session) -> None:
        found = session.get(LookRow, THE_CENTRE)
        self._had = {name: getattr(found, name) for name in PICTURES} if found else {}
        self._wrong: dict[str, str] = {}

    def written(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        made, self._wrong = dict(given), {}
        for name in PICTURES:
            text = given.get(name)
            if not isinstance(text, str) or not text or text == self._had.get(name):
                continue
            try:
                made[name] = pictures.from_text(text, name)
            except BadPicture as error:
                made[name], self._wrong[name] = "", error.message
        return made

    def problems(self, record: Mapping[str, Any]) -> Iterator[tuple[str, str, ProblemId]]:
        yield from ((name, text, "picture") for name, text in self._wrong.items())


def _look(look: OwnLook) -> Iterator[tuple[str, str, ProblemId]]:
    if look.accent and not colours.COLOUR.fullmatch(look.accent):
        yield "accent", COLOUR(), "value"
    elif look.accent:
        yield from (("accent", text, "contrast") for text in colours.problems(look.accent))


def _nothing(session: Session) -> Iterable[str]:
    return ()


LOOK = Entity(
    name="look",
    words=Words("Own logo and colour", "标识与颜色"),
    record=OwnLook,
    key="",
    single=THE_CENTRE,
    fields={
        "name": said(
            "Name",
            "名称",
            "Shown on the login page, in the browser's title and at the top.",
            "显示在登录页、浏览器标题和导航栏。",
        ),
        "accent": said(
            "Colour",
            "主题色",
            "Of buttons, links and what is chosen; its shades in light and dark follow. White text on it must be readable.",
            "用于按钮、链接和选中项，浅色与深色界面的色调自动得出。其上的白色文字须清晰可读。",
        ),
        "logo_light": said(
            "Logo on a light ground",
            "浅色背景标识",
            "PNG, JPEG or WebP; made at most 480 x 160 pixels large.",
            "PNG、JPEG 或 WebP，最大缩至 480 × 160 像素。",
        ),
        "logo_dark": said(
            "Logo on a dark ground",
            "深色背景标识",
            "For the navigation, which is always dark, and the dark page.",
            "用于始终为深色的导航栏及深色界面。",
        ),
        "icon": said(
            "Icon",
            "图标",
            "Square, of the browser's tab; made 128 x 128 pixels large.",
            "浏览器标签页图标，正方形，最大 128 × 128 像素。",
        ),
    },
    place=TheOne(),
    check=_look,
    rules=LookRules,
    whole=_nothing,
    drafted=True,
)
ENTITIES = (LOOK,)
