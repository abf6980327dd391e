"""What a command of the CLI stands on: settings, Redis, clock and language. Nothing connects before a command asks.

Exit codes are the CLI's contract with scripts: see EXIT_* and docs/operators/cti.md.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import click
import redis

from cti_server import settings as settings_module
from cti_server.adapters.clock import SystemClock
from cti_server.adapters.keys import Keys
from cti_server.adapters.redis_store import connect
from cti_server.domain.clock import Clock
from cti_server.errors import Away, CtiError, Misuse, RedisAway
from cti_server.settings import Settings
from cti_server.words import LANGUAGES
from scripts.preflight import PAGE, RUN_FILE

EXIT_OK = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_AWAY = 3
EXIT_UNREAD = 141
"""Who read the output went away (``| head``): as every program ends that is stopped by a closed pipe."""


class Number(click.FloatRange):
    """A finite number in a range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = super().convert(value, param, ctx)
        if not math.isfinite(found):
            self.fail(f"{value} is no number that can be used.", param, ctx)
        return found


def exit_code_of(error: CtiError) -> int:
    """Of a refusal: one that is of neither kind is a finding."""
    if isinstance(error, Away):
        return EXIT_AWAY
    return EXIT_USAGE if isinstance(error, Misuse) else EXIT_FINDINGS


def error_json(error: CtiError) -> dict[str, Any]:
    """The shape of an error in every --json output."""
    return {"error": {"error_id": error.error_id, "message": error.message, "details": error.details}}


def language_of(environ: Mapping[str, str]) -> str:
    """'zh-CN' when the locale's language is Chinese, else 'en'. LC_ALL wins over LC_MESSAGES over LANG, as everywhere."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(name, "")
        if value:
            return "zh-CN" if value.lower().startswith("zh") else "en"
    return "en"


@dataclass
class World:
    """One run of the CLI. Tests give their own ``environ``, ``clock`` and ``wait`` (seconds)."""

    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    clock: Clock = field(default_factory=SystemClock)
    wait: Callable[[float], None] = time.sleep
    lang: str = ""
    json: bool = False

    def __post_init__(self) -> None:
        self.lang = self.lang or language_of(self.environ)

    @cached_property
    def settings(self) -> Settings:
        """The services' settings; on a machine where nothing names a Redis, the one that ``make run`` started, and its page.

        Raises BadSetting.
        """
        loaded = settings_module.load(dict(self.environ))
        embedded = Path(loaded.data_dir).resolve() / "redis" / "redis.sock"
        if "CTI_REDIS_URL" not in self.environ and loaded.redis_url == Settings().redis_url and embedded.is_socket():
            return replace(loaded, redis_url=f"unix://{embedded}", **self._page(loaded))
        return loaded

    def _page(self, loaded: Settings) -> dict[str, Any]:
        """Where ``make run`` on this data folder has its page, but for what this environment says itself."""
        try:
            told = json.loads((Path(loaded.data_dir) / RUN_FILE).read_bytes())
            return {name: told[name] for name in PAGE if f"CTI_{name.upper()}" not in self.environ}
        except (OSError, ValueError, LookupError, TypeError):
            return {}

    @property
    def settings_load(self) -> bool:
        """Whether ``settings`` can be used."""
        try:
            return self.settings is not None
        except CtiError:
            return False

    @cached_property
    def client(self) -> redis.Redis:
        """A client; it connects at its first command. Raises BadSetting."""
        return connect(self.settings.redis_url, max_connections=4)

    @cached_property
    def keys(self) -> Keys:
        return Keys(self.settings.tenant)

    def redis_trouble(self, error: redis.RedisError) -> tuple[str, str, bool]:
        """(where it is, what it said, whether it is closed to this user)."""
        why = " ".join(str(error).split()) or type(error).__name__
        return settings_module.masked(self.settings.redis_url), why, "Permission denied" in why

    def redis_away(self, error: redis.RedisError) -> CtiError:
        """The one line for a Redis that does not answer or refuses."""
        url, why, closed = self.redis_trouble(error)
        if closed:
            return RedisAway(f"Redis at {url} is closed to this user ({why}): run cti as the centre's user or in its group")
        return RedisAway(f"Redis at {url} does not answer ({why}): start it, or correct CTI_REDIS_URL")


def _set(context: click.Context, option: click.Parameter, value: object) -> None:
    if value:
        setattr(context.ensure_object(World), str(option.name), value)


def common_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--json`` and ``--lang``, which every command has; both land in the World."""
    for option in (
        click.option("--lang", type=click.Choice(LANGUAGES), callback=_set, expose_value=False, help="Language of what it says."),
        click.option("--json", is_flag=True, callback=_set, expose_value=False, help="Machine output of a stable shape."),
    ):
        function = option(function)
    return function
