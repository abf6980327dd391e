"""Draft, versions, publications: what is told of them, and why one is refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal, TypedDict

from cti_server.errors import CtiError, Misuse
from cti_server.features.entities.contract import Fault
from cti_server.rights import right
from cti_server.words import family

Records = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Entity -> key -> record, plain."""
DRAFT = right(
    "setup.draft", "See the draft and all versions, and take them out as a file", "查看和导出配置草稿及历史版本",
    operator="tenant", auditor="tenant",
)  # fmt: skip
PUBLISH = right(
    "setup.publish", "Publish, discard and roll back the draft, and take in a file", "发布、丢弃、回滚和导入配置",
    operator="tenant",
)  # fmt: skip
Step = Literal["created", "changed", "removed"]
State = Literal["waiting", "published", "refused", "cancelled"]
STATES = family(
    "publication_states",
    {
        "waiting": ("waiting", "等待发布"),
        "published": ("published", "已发布"),
        "refused": ("refused", "被拒绝"),
        "cancelled": ("cancelled", "已取消"),
    },
    State,
)


class FieldDifference(TypedDict):
    field: str
    before: Any
    after: Any


class Difference(TypedDict):
    """Of one entry. ``name``: what people call it; ``fields``: those that differ; of one that came or went those with a value."""

    entity: str
    key: str
    name: str
    change: Step
    fields: list[FieldDifference]


class KindCount(TypedDict):
    """How many entries of one kind differ."""

    entity: str
    created: int
    changed: int
    removed: int


class Author(TypedDict):
    who: str
    changes: int
    last_ms: int


class Draft(TypedDict):
    """What differs from what is in force, by the history. ``mark``: this state of the draft; ``since_ms`` 0: nothing differs."""

    mark: str
    version: int
    changes: int
    since_ms: int
    who: list[Author]


class Version(TypedDict):
    """``changes``: in how many entries it differs from the one before; ``restorable``: it can be rolled back to."""

    version: int
    at_ms: int
    author: str
    reason: str
    changes: int
    restorable: bool


class Planned(TypedDict):
    """A publication for a set time. ``base``: the version in force when it was planned; ``version``: what it became, 0 none."""

    id: int
    at_ms: int
    made_ms: int
    author: str
    reason: str
    state: State
    base: int
    version: int
    changes: int
    problems: list[Fault]


# ---------------------------------------------------------------- refusals


class NothingToPublish(
    CtiError,
    id="nothing-to-publish",
    status=409,
    en="Nothing differs from what is in force.",
    zh="与当前生效的配置相同，无可发布的更改。",
):
    """The draft is what is in force."""


class MomentPast(
    Misuse,
    id="moment-past",
    status=422,
    en="This time is past. Choose a later one, or publish at once.",
    zh="该时间已过，请选择更晚的时间或立即发布。",
):
    """Nothing is published at a set time that has been; details: at_ms, now_ms."""


class DraftChanged(
    CtiError,
    id="draft-changed",
    status=412,
    en="Somebody else has changed the draft meanwhile. Look at the difference again.",
    zh="其他人已修改草稿，请重新查看差异。",
):
    """The draft is not the one that was seen; details: mark, who."""


class DraftThere(
    CtiError,
    id="draft-there",
    status=409,
    en="There are unpublished changes, which this would discard.",
    zh="存在未发布的更改，此操作会将其丢弃。",
):
    """Rolling back discards the draft, and nobody has said that it may; details: changes, who."""


class PublishRefused(
    CtiError,
    id="publish-refused",
    status=422,
    en="Nothing was published: something is not right.",
    zh="配置存在问题，未发布。",
):
    """A configuration cannot be published; details: problems, each with its entity, key and field."""

    def __init__(self, faults: Collection[Fault]) -> None:
        said = "; ".join(f"{one['entity']} {one['key']} {one['field']}: {one['text']}" for one in faults)
        super().__init__(said[:2000], {"problems": list(faults)})


class NoSuchVersion(CtiError, id="no-such-version", status=404, en="There is no such version.", zh="没有该版本。"):
    """No version has this number (any more), or none of its records are kept."""


class NoSuchPlan(
    CtiError, id="no-such-plan", status=404, en="This publication does not wait (any more).", zh="该定时发布不存在或已结束。"
):
    """No planned publication with this id waits."""


class BadDocument(
    Misuse,
    id="bad-document",
    status=422,
    en="The file is no document of a contact centre.",
    zh="该文件不是呼叫中心配置文档。",
):
    """A file that is imported as the whole centre cannot be read; the message names the line."""


def who(authors: Iterable[Author]) -> str:
    return ", ".join(one["who"] for one in authors) or "somebody"
