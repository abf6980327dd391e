"""Scripts and the shelf as people set them up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from cti_server.domain.record import Text
from cti_server.features.entities.contract import Entity, said
from cti_server.features.entities.fields import Lines
from cti_server.features.entities.place import Rows
from cti_server.features.papers import model
from cti_server.reasons import at, reason
from cti_server.words import Words

NO_VARIABLE = reason("no-variable", "{name} is no variable: {known}", "没有变量 {name}，可用：{known}")
NO_HOST = reason(
    "no-host",
    "must be a host in small letters, e.g. kb.example.com or kb.example.com:8443",
    "应为小写的主机名，例如 kb.example.com 或 kb.example.com:8443",
)
HOST_GONE = reason("host-gone", "its host {host} is not allowed: see hosts of the shelf", "其主机 {host} 未获允许：见资料架站点")
LINK = reason("https-link", "must begin with https:// and a host", "须以 https:// 和主机名开头")
HOST_NOT_ALLOWED = reason(
    "host-not-allowed",
    "{host} is not allowed: an administrator adds it to the hosts of the shelf",
    "{host} 未获允许：请管理员将其加入资料架站点",
)
VARIABLES = ("agent", "agent_name", "customer", "number", "queue", "service")
"""What the page fills in."""
A_VARIABLE = re.compile(r"{([^{}]*)}")
A_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")
ID = said("Id", "编号", "A short name that never changes.", "简短且不可更改的编号。")
POSITION = said("Position", "顺序", "The smallest stands first.", "数值小的排在前面。")


def _nothing(session: Session) -> Iterable[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Script:
    """What agents say at a call of this queue; '' of all."""

    id: Annotated[str, Text(1, 32)]
    name: str
    text: Annotated[str, Lines(1, 20_000)]
    queue: str = ""
    position: int = 0


def _script(script: Script) -> Iterator[tuple[str, str]]:
    if unknown := sorted({name for name in A_VARIABLE.findall(script.text) if name not in VARIABLES}):
        yield "text", NO_VARIABLE(name=f"{{{unknown[0]:.40}}}", known=", ".join(f"{{{name}}}" for name in VARIABLES))


SCRIPTS = Entity(
    name="scripts",
    words=Words("Scripts", "话术"),
    record=Script,
    key="id",
    fields={
        "id": ID,
        "name": said("Name", "名称", "What agents read above it.", "显示在话术上方的名称。"),
        "text": said(
            "Text",
            "内容",
            "{agent} is the agent's number, {agent_name}, {customer}, {number}, {queue}, {service} what they say.",
            "{agent} 为工号，另有 {agent_name} 姓名、{customer} 客户、{number} 号码、{queue} 队列、{service} 服务号码。",
        ),
        "queue": said("Queue", "队列", "At whose calls it is shown; none: at all.", "在该队列的通话中显示；无则全部显示。"),
        "position": POSITION,
    },
    place=Rows(model.ScriptRow, Script, "id"),
    references={"queue": "queues"},
    check=_script,
    whole=_nothing,
    drafted=True,
)


@dataclass(frozen=True, slots=True)
class ShelfHost:
    """Where links of the shelf may lead."""

    host: Annotated[str, Text(1, 64)]
    about: str = ""


def _host(one: ShelfHost) -> Iterator[tuple[str, str]]:
    if not A_HOST.fullmatch(one.host):
        yield "host", NO_HOST()


def _left(session: Session) -> Iterator[str]:
    """Links to hosts that are not allowed (any more)."""
    hosts = set(session.scalars(select(model.ShelfHost.host)))
    for key, link in session.execute(select(model.PaperRow.id, model.PaperRow.link)):
        if urlsplit(link).netloc not in hosts:
            yield at(f"shelf.{key}.link", HOST_GONE(host=urlsplit(link).netloc[:64]))


SHELF_HOSTS = Entity(
    name="shelf_hosts",
    words=Words("Hosts of the shelf", "资料架站点"),
    record=ShelfHost,
    key="host",
    fields={
        "host": said("Host", "站点", "e.g. kb.example.com, or with its port.", "例如 kb.example.com，可带端口。"),
        "about": said("About", "说明", "Whose it is.", "站点归属。"),
    },
    place=Rows(model.ShelfHost, ShelfHost, "host"),
    check=_host,
    whole=_left,
    drafted=True,
)


@dataclass(frozen=True, slots=True)
class Paper:
    """``teams`` and ``queues`` both empty: everybody's."""

    id: Annotated[str, Text(1, 32)]
    title: str
    link: Annotated[str, Text(1, 1000)]
    group: str = ""
    teams: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    position: int = 0


class PaperRules:
    """Links lead to allowed hosts, by https."""

    def __init__(self, session: Session) -> None:
        self._hosts = set(session.scalars(select(model.ShelfHost.host)))

    def written(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        return given

    def problems(self, record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        try:
            parts = urlsplit(record["link"])
        except ValueError:
            parts = urlsplit("")
        if parts.scheme != "https" or not parts.netloc or "\\" in record["link"] or " " in record["link"]:
            yield "link", LINK()
        elif parts.netloc not in self._hosts:
            yield "link", HOST_NOT_ALLOWED(host=parts.netloc[:64])


SHELF = Entity(
    name="shelf",
    words=Words("Document shelf", "资料架"),
    record=Paper,
    key="id",
    fields={
        "id": ID,
        "title": said("Title", "标题", "What agents read.", "坐席看到的标题。"),
        "link": said("Link", "链接", "https:// at one of the hosts of the shelf.", "以 https:// 开头，站点须在“资料架站点”中。"),
        "group": said("Group", "分组", "Under which heading it stands.", "所属分组。"),
        "teams": said("Teams", "班组", "Who sees it; no team and no queue: everybody.", "可见班组；与队列均空则所有人可见。"),
        "queues": said("Queues", "队列", "Who serves one of them sees it, too.", "服务这些队列的坐席可见。"),
        "position": POSITION,
    },
    place=Rows(model.PaperRow, Paper, "id"),
    references={"teams": "teams", "queues": "queues"},
    rules=PaperRules,
    whole=_left,
    drafted=True,
)
ENTITIES = (SCRIPTS, SHELF, SHELF_HOSTS)
