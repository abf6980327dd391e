"""`cti doctor`: runs every check, prints findings and a summary; exit 1 when one is critical."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

import click
import redis

from cti_server.errors import CtiError
from scripts.cti.doctor.clock_checks import check_clocks
from scripts.cti.doctor.database_checks import check_database
from scripts.cti.doctor.finding import SEVERITIES, Check, Finding, Options, declare, say
from scripts.cti.doctor.machine_checks import check_private, check_prompts, check_recordings, check_settings_file, check_tls
from scripts.cti.doctor.process_checks import check_alarms, check_audit, check_configuration, check_processes, check_web
from scripts.cti.doctor.redis_checks import check_persister, check_redis, check_set_aside
from scripts.cti.doctor.switch_checks import check_settings, check_switches, check_trunks
from scripts.cti.output import cell, console, line, print_json, table
from scripts.cti.text import refusal, text
from scripts.cti.world import EXIT_FINDINGS, EXIT_OK, Number, World, common_options

declare(
    {
        "check": ("{name}", "检查项 {name}"),
        "check-no-redis": ("Redis is away, so nobody could look", "Redis 不在，无法检查"),
        "check-refused": ("nobody could look: {why}", "无法检查：{why}"),
        "check-failed": ("the look itself failed: {why}", "检查本身出错：{why}"),
        "check-report": ("please report it", "请报告此问题"),
        "count-ok": ("{n} ok", "{n} 项正常"),
        "count-info": ("{n} info", "{n} 项提示"),
        "count-unknown": ("{n} unknown", "{n} 项未知"),
        "count-warning": ("{n} warning", "{n} 项警告"),
        "count-critical": ("{n} critical", "{n} 项严重"),
        "summary": ("{n} findings: {counts}", "共 {n} 项：{counts}"),
    }
)
COUNTS = {
    # severity -> so many of it
    "ok": partial(say, "count-ok"),
    "info": partial(say, "count-info"),
    "unknown": partial(say, "count-unknown"),
    "warning": partial(say, "count-warning"),
    "critical": partial(say, "count-critical"),
}
CHECKS: dict[str, Check] = {
    # name (for --skip) -> check, in the order of the report
    "settings-file": check_settings_file,
    "redis": check_redis,
    "database": check_database,
    "persister": check_persister,
    "set-aside": check_set_aside,
    "processes": check_processes,
    "alarms": check_alarms,
    "audit": check_audit,
    "web": check_web,
    "clocks": check_clocks,
    "configuration": check_configuration,
    "switches": check_switches,
    "trunks": check_trunks,
    "recordings": check_recordings,
    "private": check_private,
    "prompts": check_prompts,
    "tls": check_tls,
}


def examine(world: World, options: Options, skip: tuple[str, ...] = ()) -> Iterator[Finding]:
    """All findings, in the order of CHECKS. Settings that do not load end it: nobody knows where to look then."""
    yield from check_settings(world)
    if not world.settings_load:
        return
    for name, check in CHECKS.items():
        if name in skip:
            continue
        try:
            yield from check(world, options)
        except redis.RedisError:
            yield Finding(say("check", name=name), "unknown", say("check-no-redis"))
        except CtiError as error:
            yield Finding(say("check", name=name), "unknown", say("check-refused", why=partial(refusal, error=error)))
        except Exception as error:  # noqa: BLE001 - one look that fails must not cost the others
            words = " ".join(f"{type(error).__name__}: {error}".split())[:300]
            yield Finding(say("check", name=name), "unknown", say("check-failed", why=words), say("check-report"))


@click.command()
@click.option("--calls-per-s", type=Number(0.1), default=84.0, show_default=True, help="Load that the switch must carry.")
@click.option("--call-s", type=Number(1), default=30.0, show_default=True, help="Average length of a call, in seconds.")
@click.option("--web-url", default="", metavar="URL", help="Address of the web, if not the settings' own.")
@click.option("--skip", multiple=True, type=click.Choice(list(CHECKS)), help="Leave this check out; may be repeated.")
@click.option("--quiet", is_flag=True, help="Show only what is not fine.")
@common_options
@click.pass_context
def doctor(context: click.Context, calls_per_s: float, call_s: float, web_url: str, skip: tuple[str, ...], quiet: bool) -> None:
    """Look at every component; say what is wrong and what to do. Changes nothing."""
    world: World = context.obj
    findings = list(examine(world, Options(calls_per_s, call_s, web_url), skip))
    counts = Counter(finding.severity for finding in findings)
    if world.json:
        summary = {severity: counts.get(severity, 0) for severity in SEVERITIES}
        shown = [finding.to_json(world.lang) for finding in findings]
        print_json({"command": "doctor", "ok": not counts["critical"], "summary": summary, "findings": shown})
    else:
        _print(world, [finding for finding in findings if not quiet or finding.severity != "ok"])
        told = [COUNTS[severity](n=counts[severity]) for severity in reversed(SEVERITIES) if counts[severity]]
        worst = max((finding.severity for finding in findings), key=SEVERITIES.index, default="ok")
        line(say("summary", n=len(findings), counts=[*told])(world.lang), style_key=worst)
    context.exit(EXIT_FINDINGS if counts["critical"] else EXIT_OK)


def _print(world: World, findings: list[Finding]) -> None:
    headings = [text(world.lang, key) for key in ("severity", "component", "finding", "hint")]
    rows = [
        (
            cell(text(world.lang, f"severity_{one.severity}"), one.severity),
            cell(one.component(world.lang)),
            cell(one.text(world.lang), limit=1000),
            cell(one.hint(world.lang) if one.hint else "", limit=1000),
        )
        for one in findings
    ]
    console().print(table(headings, rows))
