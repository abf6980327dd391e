"""Errors are declared, each as a class of its own with an id that is written nowhere else and never changes. A feature's stand
beside the feature, here are those of everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cti_server.reasons import facts_of
from cti_server.words import Words

ERRORS: dict[str, type[CtiError]] = {}
"""Every declared one that was imported, by id."""


class CtiError(Exception):
    """A refusal that a person or a program reads. Only declared ones are raised::

        class NoSwitch(CtiError, id="no-switch", status=503, en="No switch is connected.", zh="没有可用的交换机。"):
            '''No switch is linked.'''

    id        kebab-case, stable
    status    the HTTP status; an error that no page is told (of start-up, worker, tools) has none and no words
    en, zh    what people at a page are told, a sentence

    message   one English sentence for the reader: what is wrong, where, what to do
    details   JSON-able facts for programs (ids, limits); reason and given of a message whose words are declared
    """

    error_id: ClassVar[str]
    status: ClassVar[int | None] = None
    words: ClassVar[Words | None] = None

    def __init_subclass__(cls, *, id: str = "", status: int | None = None, en: str = "", zh: str = "") -> None:
        """Without an id it is a kind of errors, of which nobody raises one. Raises TypeError for a faulty declaration."""
        if not id:
            return
        if id in ERRORS:
            raise TypeError(f"the error {id!r} is declared already, by {ERRORS[id].__module__}")
        if not bool(status) == bool(en) == bool(zh):
            raise TypeError(f"the error {id!r} has a status and words in both languages, or none of them")
        cls.error_id, cls.status, cls.words = id, status, Words(en, zh) if en else None
        ERRORS[id] = cls

    def __init__(self, message: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{self.error_id}: {message}")
        self.message = message
        self.details: dict[str, Any] = {**facts_of(message), **(details or {})}


def error_of(error_id: str, message: str, details: Mapping[str, Any]) -> CtiError:
    """The error that another process named by its id."""
    kind = ERRORS.get(error_id)
    return kind(message, details) if kind else Refused(message, {**details, "error_id": error_id})


# ---------------------------------------------------------------- kinds


class Away(CtiError):
    """A component does not answer."""


class Misuse(CtiError):
    """What somebody gave (a setting, a file, an argument) cannot be used."""


# ---------------------------------------------------------------- of everybody


class Refused(CtiError, id="unknown-refusal", status=400, en="The server refused.", zh="服务器拒绝执行。"):
    """Another process refused by an id that this one does not know."""


class BadArguments(
    Misuse, id="bad-arguments", status=422, en="The server did not accept the input.", zh="服务器未接受输入内容。"
):
    """An argument is missing, unknown or of the wrong type."""


class WrongState(
    CtiError, id="wrong-state", status=409, en="That is not possible in the current state.", zh="当前状态下不能执行此操作。"
):
    """The state of an agent or a call does not allow this now."""


class RedisAway(
    Away,
    id="redis-away",
    status=503,
    en="A background system has failed. Try again in a moment.",
    zh="系统后台异常，请稍后重试。",
):
    """Redis does not answer."""


class DatabaseAway(
    Away,
    id="database-away",
    status=503,
    en="The database cannot be reached. Try again in a moment.",
    zh="数据库不可用，请稍后重试。",
):
    """The database does not answer."""


class NoConfiguration(
    CtiError,
    id="no-configuration",
    status=503,
    en="The contact centre is not set up yet. Try again in a moment.",
    zh="呼叫中心尚未配置，请稍后重试。",
):
    """No configuration was published yet."""


class BadConfig(CtiError, id="bad-config"):
    """A configuration that nothing can work with; details: problems."""


class BadFact(CtiError, id="bad-fact"):
    """A fact that the ledger refuses: it is set aside."""


class BadSetting(Misuse, id="bad-setting"):
    """A setting cannot be used."""


class BadFile(Misuse, id="bad-file"):
    """A file cannot be read or used."""


class PortInUse(CtiError, id="port-in-use"):
    """Something listens at the port already."""
