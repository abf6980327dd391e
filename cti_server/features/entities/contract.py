"""What an entity is: a kind of things that people set up, declared once beside its feature. Table, checks, REST, command line,
import, export, history and audit are made from the declaration."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Protocol, TypedDict, TypeVar

from cti_server.errors import CtiError, Misuse
from cti_server.features.entities.fields import Field, fields_of
from cti_server.rights import SCOPES, WHOLE, Kind, Reach, Rights, Scope
from cti_server.words import Words, family

PHONES = "phones"
"""What a field refers to that holds extensions: free seats and agents' own ones, the keys of no entity."""
Change = Literal["created", "changed", "removed", "undone"]
Fate = Literal["created", "changed", "removed", "undone", "same", "refused"]
"""What became of a row, or would become."""
ProblemId = Literal[
    "missing", "unknown", "value", "length", "characters", "key", "fixed", "no-such", "taken", "secret", "file", "rule", "rights",
    "picture", "contrast",
]  # fmt: skip
PROBLEMS = family(
    "entity_problems",
    {
        "missing": ("This must be filled in", "此项必填"),
        "unknown": ("There is no such field", "没有此字段"),
        "value": ("This value is not possible", "取值不正确"),
        "length": ("This is too short or too long", "长度不符合要求"),
        "characters": ("This has characters that cannot be kept", "含有不允许的字符"),
        "key": ("This cannot be a name in lists and addresses", "不能用作编号"),
        "fixed": ("This does not change any more: make a copy", "此项创建后不可更改，请复制为新的"),
        "no-such": ("What it names does not exist", "引用的对象不存在"),
        "taken": ("Another one has this already", "已被占用"),
        "secret": ("This password cannot be used", "该密码不可用"),
        "file": ("This cell cannot be read", "该单元格无法读取"),
        "rule": ("This is not possible like this", "不符合要求"),
        "picture": ("This is no picture that can be shown", "该图片不可用"),
        "contrast": ("Text on this colour could not be read: take a darker one", "此颜色上的文字难以辨认，请选择更深的颜色"),
        "rights": ("This goes further than what you may yourself", "超出您自己的权限"),
    },
    ProblemId,
)
FATES = family(
    "entity_fates",
    {
        "created": ("created", "新建"),
        "changed": ("changed", "已修改"),
        "removed": ("removed", "已删除"),
        "undone": ("undone", "已撤销"),
        "same": ("unchanged", "无变化"),
        "refused": ("refused", "被拒绝"),
    },
    Fate,
)


class Why(TypedDict, total=False):
    """Of a problem whose words are declared: the id of its reason, the values of their holes, and where in the field."""

    reason: str
    given: dict[str, Any]
    place: str


class Problem(Why):
    """``field`` '': of the whole; ``text``: what is wrong and what is wanted, in English."""

    field: str
    problem: ProblemId
    text: str


class Fault(Why):
    """A problem of one among many. ``entity`` and ``key`` '' where it cannot be told whose it is."""

    entity: str
    key: str
    field: str
    problem: ProblemId
    text: str


# ---------------------------------------------------------------- errors


class BadEntry(
    Misuse, id="bad-entry", status=422, en="Some fields are not right: see there.", zh="部分字段填写有误，请查看各字段的提示。"
):
    """A record cannot be taken; details: problems, each with its field."""

    def __init__(self, problems: Collection[Problem]) -> None:
        said = "; ".join(f"{one['field']}: {one['text']}" if one["field"] else one["text"] for one in problems)
        super().__init__(said[:2000], {"problems": list(problems)})


class NoSuchEntry(CtiError, id="no-such-entry", status=404, en="It does not exist (any more).", zh="该对象不存在或已被删除。"):
    """Nothing has this key, or this version."""


class EntryExists(CtiError, id="entry-exists", status=409, en="There is one with this name already.", zh="该编号已存在。"):
    """The key is taken."""


class EntryInUse(
    CtiError,
    id="entry-in-use",
    status=409,
    en="It is still in use and cannot be removed: change what uses it first.",
    zh="该对象仍被使用，不能删除，请先修改引用它的配置。",
):
    """Something refers to it; details: used_by."""


class EntryChanged(
    CtiError,
    id="entry-changed",
    status=412,
    en="Somebody else has changed it meanwhile. Look at it again.",
    zh="其他人已修改该对象，请重新查看后再保存。",
):
    """The version is not the present one; details: who, at_ms, fields (what changed since), version, record (as they are now)."""


class VersionNeeded(
    CtiError,
    id="version-needed",
    status=428,
    en="The server must know which version you have seen. Reload the page.",
    zh="缺少版本信息，请刷新页面后重试。",
):
    """A change says in If-Match on which version it was made."""


class ImportRefused(
    Misuse,
    id="import-refused",
    status=422,
    en="Nothing was imported: some rows are not right.",
    zh="部分行有误，未导入任何数据。",
):
    """Rows cannot be taken, so none was; details: rows as a dry run tells them, those that are refused."""


class EntriesRefused(
    Misuse,
    id="entries-refused",
    status=422,
    en="Nothing was changed: some entries are not right.",
    zh="部分内容有误，未做任何更改。",
):
    """Changes of several entities cannot be made, so none was; details: problems, each with its entity, key and field."""

    def __init__(self, faults: Collection[Fault]) -> None:
        said = "; ".join(f"{one['entity']}.{one['key']}.{one['field']}: {one['text']}" for one in faults)
        super().__init__(said[:2000], {"problems": list(faults)})


class BadTable(Misuse, id="bad-table", status=422, en="The file cannot be read as a table.", zh="无法读取该表格文件。"):
    """A file that is imported is no table of this entity."""


# ---------------------------------------------------------------- declarations


class Said(NamedTuple):
    """Of a field."""

    label: Words
    help: Words


def said(en: str, zh: str, help_en: str, help_zh: str) -> Said:
    return Said(Words(en, zh), Words(help_en, help_zh))


class Also(NamedTuple):
    """A column that files may have besides those of the fields. ``label``: what it is called as well; ``says``: what a cell that
    is not empty says of fields, raises BadInput."""

    label: Words
    says: Callable[[str], Mapping[str, Any]]


def _as_it_is(value: str) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Secret:
    """A field that is written, never read. ``make``: gives one where none is given, behind what ``before`` says of the key.
    ``check``: raises CtiError; it is given the secret and the record. ``stored``: what the column ``column`` (none: the field's
    name) holds of it; ``sealed``: that is sealed, for the product itself needs it again (``sealed_for``)."""

    make: Callable[[], str] | None = None
    check: Callable[[str, Mapping[str, Any]], None] = lambda secret, record: None
    stored: Callable[[str], Any] = _as_it_is
    column: str = ""
    before: Callable[[str], str] = lambda key: ""
    sealed: bool = False


def sealed_for(entity: str, key: str, name: str) -> str:
    """Whose a sealed secret is: another one's row cannot be given it."""
    return f"{entity} {key} {name}"


class Held(NamedTuple):
    """What the tables hold of one; ``values``: its record as plain JSON, without secrets; ``seen``: what is only shown."""

    key: str
    version: int
    changed_ms: int
    changed_by: str
    values: Mapping[str, Any]
    seen: Mapping[str, Any] = MappingProxyType({})


Within = Sequence[Mapping[str, Collection[str]]]
"""What somebody reaches: of one of these each field must be one of its values."""


def is_within(record: Mapping[str, Any], within: Within | None) -> bool:
    """None: everything is."""
    return within is None or any(all(record.get(name, "") in values for name, values in one.items()) for one in within)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of a list. ``filter``: field -> value, of a mapping one key. ``sort``: a field, '-' before it: downwards; '': by key.
    ``within``: nothing else is there."""

    search: str = ""
    filter: Mapping[str, Any] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    per_page: int = 50
    within: Within | None = None


ALL = 2**31 - 1
"""So many are on one page where all are wanted."""
T = TypeVar("T")


class Place(Protocol[T]):
    """How the records of an entity lie in tables; ``session`` is SQLAlchemy's, a row whatever the place makes of one."""

    def row(self, session: Any, key: str) -> T | None: ...

    def rows(self, session: Any, keys: Collection[str]) -> Mapping[str, T]:
        """Of many at once; those that are there."""
        ...

    def held(self, row: T) -> Held: ...

    def search(self, session: Any, wanted: Wanted) -> tuple[int, list[Held]]:
        """How many there are, and those of the page."""
        ...

    def write(self, session: Any, row: T | None, key: str, values: Mapping[str, Any], stamp: Mapping[str, Any]) -> T:
        """``values``: plain, by field, secrets by column; ``stamp``: version, changed_ms, changed_by."""
        ...

    def remove(self, session: Any, row: T) -> None: ...

    def longest(self, name: str) -> int | None:
        """How many characters this field may have."""
        ...

    def who_have(self, session: Any, name: str, value: Any) -> list[str]:
        """Keys of those whose field ``name`` is or has ``value``."""
        ...

    def owners(self, session: Any, name: str, values: Collection[str]) -> Mapping[str, str]:
        """Of a field that no two have alike: value -> key of the one that has it."""
        ...

    def unique(self) -> Collection[str]:
        """Fields that no two have alike, besides the key."""
        ...

    def every(self, session: Any, secrets: Collection[str] = ()) -> Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]]:
        """All, in the order of their keys: values as ``held`` gives them, and what these columns of secrets hold."""
        ...


Wrong = tuple[str, str] | tuple[str, str, ProblemId]
"""A field, what is wrong with it, and of which kind that is; none: a rule."""


class Rules(Protocol):
    """What else holds in one transaction: it may look at other tables, once for many records."""

    def written(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """What is given, in the form in which it is kept."""
        ...

    def problems(self, record: Mapping[str, Any]) -> Iterable[Wrong]:
        """What is wrong with a record."""
        ...


@dataclass(frozen=True, kw_only=True)
class Entity:
    """``name``: in addresses, at the command line, in the audit. ``record``: a frozen dataclass, whose types have limits; its
    field ``key`` never changes. ``fields``: words of each field. ``references``: field -> entity whose keys it holds ('' none),
    or PHONES, and ``whole`` says whether there are such.
    ``choices``: words of what a field may be; where its type does not say that, they do. ``check``: what else is wrong with a
    record, as (field, text); ``rules``: the same with a look at other tables. ``step``: what is wrong with a change, given the
    record before (None: there was none) and now, and the moment (UTC ms).
    ``whole``: what is wrong with everything as it is now, as texts that begin with their place (``NAME.KEY.FIELD: ...``); no
    change makes that longer. ``single``: the key of the only one, which is always there. ``seen``: words of what the product
    itself writes of one, which is shown and has no history; moments end in ``_ms``. ``drafted``: its table is a draft, and takes
    force with a publication: whoever goes by it reads the version in force. Others are in force as soon as they are changed.

    ``seen_by``, ``changed_by``: shipped roles that may see it, or see and change it, besides the administrator.
    ``whose``: fields that say whose it is, so that a scope reaches it (without: only the whole centre's); one must say so, none
    something else. ``own``: the field in which one's own agent, team or group stands, which is reached in any case. ``allowed``:
    what this person may not do, as (field, text), given the record before and after. ``also``: more columns that files may
    have."""

    name: str
    words: Words
    record: type
    key: str
    fields: Mapping[str, Said]
    place: Place[Any]
    whole: Callable[[Any], Iterable[str]]
    references: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, Words]] = field(default_factory=dict)
    check: Callable[[Any], Iterable[Wrong]] = lambda record: ()
    rules: Callable[[Any], Rules] | None = None
    step: Callable[[Mapping[str, Any] | None, Mapping[str, Any], int], Iterable[Wrong]] = lambda before, now, now_ms: ()
    single: str = ""
    seen: Mapping[str, Said] = field(default_factory=dict)
    drafted: bool = False
    whose: Mapping[str, Kind] = field(default_factory=dict)
    own: tuple[str, Kind] | None = None
    allowed: Callable[[Any, By, Mapping[str, Any] | None, Mapping[str, Any] | None], Iterable[tuple[str, str]]] = (
        lambda session, by, before, now: ()
    )
    also: Mapping[str, Also] = field(default_factory=dict)
    seen_by: tuple[str, ...] = ("operator", "auditor")
    changed_by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises TypeError where words and fields differ."""
        assert self.declared

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """How far the rights to it can go."""
        if not self.whose:
            return SCOPES[-1:]
        first = {"agent": 0, "team": 1, "group": 2}[self.own[1] if self.own and self.own[1] != "queue" else "team"]
        return SCOPES[first:]

    def makes_within(self, reach: Reach) -> bool:
        """Whether a new one could be within reach: not one that only its key says whose it is."""
        return reach.whole or any(name != self.key for name in self.whose)

    def within(self, reach: Reach, own: bool = True) -> Within | None:
        """Which of it somebody reaches; ``own``: also what is in any case."""
        if reach.whole:
            return None
        found: list[Mapping[str, Collection[str]]] = []
        if own and self.own and reach.own.get(self.own[1]):
            found.append({self.own[0]: {reach.own[self.own[1]]}})
        sets = {name: reach.of(kind) for name, kind in self.whose.items()}
        for name, values in sets.items():
            if values:
                found.append({**{other: {*some, ""} for other, some in sets.items()}, name: values})
        return found

    def strays(self, reach: Reach, before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> list[str]:
        """Fields that say now that it is somebody's whom one does not reach; the own one is given to nobody else, either."""
        moved = before is None or any(before.get(name, "") != now.get(name, "") for name in self.whose)
        if is_within(now, self.within(reach, own=not moved)):
            return []
        foreign = [name for name, kind in self.whose.items() if now.get(name) and now[name] not in reach.of(kind)]
        return foreign or [*self.whose, self.key][:1]

    def _said(self, name: str) -> Mapping[str, Words]:
        return self.choices.get(name, {})

    @cached_property
    def declared(self) -> Mapping[str, Field]:
        """All fields, the key first."""
        found = {**fields_of(self.record, self.key, self.place.longest, self.references, self.secrets)}
        if found.keys() != self.fields.keys():
            odd = ", ".join(found.keys() ^ self.fields.keys())
            raise TypeError(f"{self.name}: a field without words, or words without a field: {odd}")
        for name, words in self.choices.items():
            if not found[name].choices:
                found[name] = replace(found[name], form="choice", choices=tuple(words))
        silent = [f"{one.name}={it}" for one in found.values() for it in one.choices if it and it not in self._said(one.name)]
        if silent:
            raise TypeError(f"{self.name}: choices without words: {', '.join(silent)}")
        return found


@dataclass(frozen=True, slots=True)
class By:
    """Who changes something: ``issuer`` as in the audit, ``name`` as people know it, ``detail``: from where. ``rights``: what
    they may, None everything; ``reach``: how far each right goes."""

    issuer: str
    name: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    rights: Rights | None = None
    reach: Callable[[str], Reach] = lambda right: WHOLE


@dataclass(frozen=True, slots=True)
class Wish:
    """``version``: the one on which the change was made; None: whichever there is. ``values`` None: it is to be gone; what is not
    among them stays. ``create``: True: there must be none yet, False: one, None: either. ``problems``: why it cannot
    even be read. ``hidden``: columns of secrets as they were, for one that comes back."""

    key: str
    values: Mapping[str, Any] | None
    version: int | None = None
    create: bool | None = False
    undo: bool = False
    problems: tuple[Problem, ...] = ()
    hidden: Mapping[str, Any] = field(default_factory=dict, repr=False)


ImportStep = Literal["reading", "rows", "checking"]
STEPS = family(
    "import_steps",
    {
        "reading": ("Reading the file", "正在读取文件"),
        "rows": ("Going through the rows", "正在逐行处理"),
        "checking": ("Checking everything together", "正在整体校验"),
    },
    ImportStep,
)


@dataclass(slots=True)
class Progress:
    """How far an import is; who watches it looks at it meanwhile, from wherever. First the file is read, then its rows are taken
    one after the other, then all of it is checked and written."""

    step: ImportStep = "reading"
    done: int = 0
    total: int = 0

    def begin(self, total: int) -> None:
        self.step, self.done, self.total = "rows", 0, total

    def add(self, rows: int) -> None:
        self.done += rows

    def check(self) -> None:
        self.step = "checking"


@dataclass(frozen=True, slots=True)
class Outcome:
    """``made``: secrets that the product made, told this once. ``now`` None: it is gone."""

    key: str
    fate: Fate
    before: Held | None = None
    now: Held | None = None
    fields: tuple[str, ...] = ()
    made: Mapping[str, str] = field(default_factory=dict, repr=False)
    problems: tuple[Problem, ...] = ()
