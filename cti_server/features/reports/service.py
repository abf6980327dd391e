"""Reports of local days by queue and agent, and the calls behind each figure. All sums and rates are domain.kpi's.

Rows without any fact are left out; totals are the sums of the rows. The list behind a count has one line per fact that the
count counted, so their lengths are equal; behind a time it has each call once. A queue's service level is by its own formula, as
live, unless one is given for all. The ledger knows closed facts only: a report has no ``waiting``, and a call that still waits
is not yet ``offered`` in it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from cti_server.domain import kpi
from cti_server.domain.clock import Clock
from cti_server.domain.config import CentreConfig, QueueConfig
from cti_server.domain.kpi import QUEUE_SEGMENTS, AgentRow, QueueRow
from cti_server.domain.localday import DAY_MIN, day_of, days_between, intervals, span_bounds
from cti_server.errors import BadArguments, CtiError
from cti_server.features.calls.contract import Moment, Page, PerPage, Word
from cti_server.features.ledger.quarters import QUARTER_MS, RolledRows, spans
from cti_server.rights import WHOLE, Reach

MOST_DAYS, MOST_DAYS_IN_PARTS = 400, 31
INTERVALS_MIN = (5, 10, 15, 30, 60, 1440)
ROWS_AT_ONCE = 500


class BadInterval(
    CtiError, id="bad-interval", status=422, en="Reports have no rows of this length.", zh="报表不支持该时间间隔。"
):
    """Reports have no rows of this length, or not for so many days."""


class NoSuchFigure(
    CtiError,
    id="no-such-figure",
    status=404,
    en="The server does not know this figure. Reload the page.",
    zh="服务器没有该指标，请刷新页面。",
):
    """No figure has this name."""


@dataclass(frozen=True, slots=True)
class FigureQuery:
    """The calls behind figures: of one queue, or one agent, or ('' both) of all queues, in [start_ms, end_ms)."""

    queue: Word
    agent: Word
    start_ms: Moment
    end_ms: Moment
    figures: tuple[str, ...]
    page: Page = 1
    per_page: PerPage = 50


class LedgerReader(Protocol):
    """The port to the facts: call_id and those keys of events.facts that domain.kpi reads.

    Raises DatabaseAway from every method.
    """

    def segments(
        self, start_ms: int, end_ms: int, kinds: tuple[str, ...], queue: str = "", agent: str = "", team: str = ""
    ) -> Iterator[Mapping[str, Any]]:
        """Segments that count (domain.kpi.attributed_ms) in [start_ms, end_ms), in their order; '' means any."""
        ...

    def intervals(self, start_ms: int, end_ms: int, agent: str = "", team: str = "") -> Iterator[Mapping[str, Any]]:
        """Agent intervals that overlap [start_ms, end_ms), in their order."""
        ...

    def calls(self, start_ms: int, end_ms: int, agent: str = "", team: str = "") -> Iterator[Mapping[str, Any]]:
        """Calls with agents that arrived in [start_ms, end_ms), in their order: of those who had the customer first or last, one
        is ``agent``, one of ``team``; '' means any."""
        ...

    def as_of_ms(self) -> int:
        """Until when the ledger has everything; 0: it never had anything."""
        ...


class CallRows(Protocol):
    def rows(self, call_ids: Sequence[str]) -> list[dict[str, Any]]:
        """A CallRow for each id, in their order; ids may repeat. Raises DatabaseAway."""
        ...

    def newest(self, call_ids: Sequence[str]) -> list[str]:
        """These ids by the arrival of their calls, newest first. Raises DatabaseAway."""
        ...


@dataclass(eq=False)
class Reports:
    """``config`` gives the configuration in force: zone, queues with their thresholds and formulas, agents.

    ``pause`` is called every ROWS_AT_ONCE rows of a report, as by the reader between chunks.
    """

    _reader: LedgerReader
    _calls: CallRows
    _config: Callable[[], CentreConfig]
    _clock: Clock
    _rolled: RolledRows | None = None
    pause: Callable[[], object] = lambda: None

    def queues(
        self, day: str = "", queue: str = "", formula: str = "", interval_min: int = 15, until: str = "", reach: Reach = WHOLE
    ) -> dict[str, Any]:
        """{day, until, zone, formula, rows: [QueueFigures], totals: {queue: QueueFigures}, all, as_of_ms}.

        ``all``: all calls of the report, queue ''. Its service level is of the counts, each queue's by its own formula;
        ``formula`` is '' where these differ.

        '' is today, all, each its own formula, and for ``until`` the same day.
        Raises BadDay, NoSuchFormula, BadInterval, DatabaseAway.
        """
        config = self._config()
        day, until, start, end = self._span(day, until, interval_min, config)
        if formula:
            kpi.formula_named(formula)
        as_of_ms = self._reader.as_of_ms()
        cuts = intervals(start, end, interval_min, config.time_zone)
        rows = _Grid(cuts, lambda name, at, to: queue_row(config, name, at, to))
        seen = _Seen(lambda name: reach.whole or name in reach.queues)
        facts, sums = self._sources(cuts, interval_min == DAY_MIN)
        for span in facts:
            for segment in self._reader.segments(*span, QUEUE_SEGMENTS, queue=queue):
                if segment["queue"] and seen[segment["queue"]]:
                    rows.at(segment["queue"], kpi.attributed_ms(segment)).add_segment(segment)
        for rolled_rows, span in sums:
            for sum_ in filter(lambda sum_: seen[sum_.name], rolled_rows.queues(*span, queue, interval_min == DAY_MIN)):
                kpi.add_parts(rows.at(sum_.name, sum_.quarter_ms), dict(zip(kpi.QUEUE_PARTS, sum_.parts, strict=True)))
        totals = rows.totals(sorted(name for name in config.queues if queue in ("", name) and seen[name]), self._gently)
        return {
            "day": day,
            "until": until,
            "zone": config.time_zone,
            "formula": formula,
            "rows": [_shown(row, config, formula) for row in self._gently(rows.listed())],
            "totals": {name: _shown(row, config, formula) for name, row in totals.items()},
            "all": _all_queues(rows.sum(totals), totals, config, formula),
            "as_of_ms": as_of_ms,
        }

    def agents(
        self,
        day: str = "",
        agent: str = "",
        team: str = "",
        running: Iterable[Mapping[str, Any]] = (),
        until: str = "",
        interval_min: int = 15,
        reach: Reach = WHOLE,
    ) -> dict[str, Any]:
        """{day, until, zone, rows: [AgentFigures], totals: {agent: AgentFigures}, all, as_of_ms}. Raises as ``queues``.

        ``running``: what the agents do now, as AgentView; it counts from where the facts end until ``as_of_ms``.
        """
        config = self._config()
        day, until, start, end = self._span(day, until, interval_min, config)
        as_of_ms = self._reader.as_of_ms()
        cuts = intervals(start, end, interval_min, config.time_zone)
        rows, seen = _Grid(cuts, AgentRow), _Seen(reach.has_agent)
        facts, sums = self._sources(cuts, interval_min == DAY_MIN)
        ended: dict[str, int] = {}
        for span in facts:
            for fact in filter(lambda fact: seen[fact["agent"]], self._reader.intervals(*span, agent=agent, team=team)):
                ended[fact["agent"]] = max(ended.get(fact["agent"], 0), fact["ended_ms"])
                _add_interval(rows, fact, *span)
            offers = self._reader.segments(*span, ("offer",), agent=agent, team=team)
            for offer in filter(lambda fact: seen[fact["agent"]], offers):
                rows.at(offer["agent"], offer["started_ms"]).add_segment(offer)
            for call in self._reader.calls(*span, agent=agent, team=team):
                for name, of in kpi.agents_of(call).items():
                    if agent in ("", name) and team in ("", of) and seen[name]:
                        rows.at(name, call["arrived_ms"]).add_call(call)
        for rolled_rows, span in sums:
            for sum_ in filter(lambda sum_: seen[sum_.name], rolled_rows.agents(*span, agent, team, interval_min == DAY_MIN)):
                kpi.add_parts(rows.at(sum_.name, sum_.quarter_ms), dict(zip(kpi.AGENT_PARTS, sum_.parts, strict=True)))
        asked = [
            view for view in running if agent in ("", view["id"]) and team in ("", view["team"]) and seen[view["id"]]
        ]
        for fact in _running(asked, ended, min(as_of_ms, end)):
            _add_interval(rows, fact, start, end)
        chosen = [a.id for a in config.agents.values() if team in ("", a.team) and agent in ("", a.id) and seen[a.id]]
        totals = rows.totals(chosen, self._gently)
        return {
            "day": day,
            "until": until,
            "zone": config.time_zone,
            "rows": [kpi.figures(row) for row in self._gently(rows.listed())],
            "totals": {name: kpi.figures(row) for name, row in totals.items()},
            "all": {**kpi.figures(rows.sum(totals)), "agent": ""},
            "as_of_ms": as_of_ms,
        }

    def calls(self, query: FigureQuery, reach: Reach = WHOLE) -> dict[str, Any]:
        """{items: [CallRow], total, page, per_page}: the calls behind ``figures``, by their arrival, newest first.

        Raises NoSuchFigure, BadArguments, DatabaseAway.
        """
        if query.queue and query.agent:
            raise BadArguments("a figure belongs to a queue or to an agent: give one of them")
        known = kpi.AGENT_PARTS if query.agent else kpi.LISTED_OF_QUEUES
        unknown = [figure for figure in query.figures if figure not in known]
        if unknown or not query.figures:
            raise NoSuchFigure(f"{', '.join(unknown) or 'nothing'} is no figure here; known: {', '.join(known)}")
        ids = self._calls.newest(list(self._agent_calls(query, reach) if query.agent else self._queue_calls(query, reach)))
        first = (query.page - 1) * query.per_page
        page = ids[first : first + query.per_page]
        return {"items": self._calls.rows(page), "total": len(ids), "page": query.page, "per_page": query.per_page}

    # ------------------------------------------------------------ inside

    def _gently(self, rows: list[Any]) -> Iterator[Any]:
        for at, row in enumerate(rows, 1):
            yield row
            if at % ROWS_AT_ONCE == 0:
                self.pause()

    def _sources(
        self, cuts: list[tuple[int, int]], days: bool
    ) -> tuple[list[tuple[int, int]], list[tuple[RolledRows, tuple[int, int]]]]:
        """Which stretches of the cuts are read fact by fact, and which as rolled-up rows: for whole ``days`` each by itself."""
        start, end = cuts[0][0], cuts[-1][1]
        if self._rolled is None or any(at % QUARTER_MS for cut in cuts for at in cut):
            return [(start, end)], []
        facts = [(span[0], span[-1] + QUARTER_MS) for span in spans(self._rolled.stale(start, end))]
        between = zip([start, *(b for _, b in facts)], [*(a for a, _ in facts), end], strict=True)
        sums = [(max(a, c), min(b, d)) for a, b in between for c, d in (cuts if days else [(start, end)])]
        return facts, [(self._rolled, span) for span in sums if span[0] < span[1]]

    def _span(self, day: str, until: str, interval_min: int, config: CentreConfig) -> tuple[str, str, int, int]:
        if interval_min not in INTERVALS_MIN:
            raise BadInterval(f"{interval_min} minutes is none of {', '.join(map(str, INTERVALS_MIN))}")
        day = day or day_of(self._clock.now_ms(), config.time_zone)
        until = until or day
        most = MOST_DAYS if interval_min == DAY_MIN else MOST_DAYS_IN_PARTS
        if days_between(day, until) > most:
            raise BadInterval(f"{day} to {until} is more than {most} days: take fewer, or a row a day (interval 1440)")
        return day, until, *span_bounds(day, until, config.time_zone)

    def _queue_calls(self, query: FigureQuery, reach: Reach) -> Iterator[str]:
        config, seen = self._config(), _Seen(lambda name: reach.whole or name in reach.queues)
        found = self._reader.segments(query.start_ms, query.end_ms, QUEUE_SEGMENTS, queue=query.queue)
        segments = (one for one in found if one["queue"] and seen[one["queue"]])
        yield from _behind(query.figures, ((s["call_id"], _queue_figures(s, queue_row(config, s["queue"]))) for s in segments))

    def _agent_calls(self, query: FigureQuery, reach: Reach) -> Iterator[str]:
        if not reach.has_agent(query.agent):
            return
        bounds = (query.start_ms, query.end_ms)
        offers = self._reader.segments(*bounds, ("offer",), agent=query.agent)
        times = self._reader.intervals(*bounds, agent=query.agent)
        counted = ((offer["call_id"], kpi.agent_offer_parts(offer)) for offer in offers)
        ended = ((call["call_id"], kpi.agent_call_parts(call, query.agent)) for call in self._reader.calls(*bounds, query.agent))
        timed = ((fact["call_id"], kpi.agent_time_parts(fact, bounds)) for fact in times if fact["call_id"])
        yield from _behind(query.figures, counted)
        yield from _behind(query.figures, ended)
        yield from _behind(query.figures, timed)


class _Seen(dict[str, bool]):
    """Whose figures somebody sees, each looked at once."""

    def __init__(self, look: Callable[[str], bool]) -> None:
        super().__init__()
        self._look = look

    def __missing__(self, name: str) -> bool:
        self[name] = self._look(name)
        return self[name]


def _running(running: Iterable[Mapping[str, Any]], ended: Mapping[str, int], end_ms: int) -> Iterator[Mapping[str, Any]]:
    """What each agent does now as an interval that ends at ``end_ms``: from where the facts ended, for a view may be older than
    they are. (Facts that are rolled up are older than any view.)"""
    for view in running:
        started = max(view.get("counted_ms", 0), ended.get(view["id"], 0))
        if view.get("counted_ms") and view["status"] != "logged_out" and started < end_ms:
            same = {"agent": view["id"], "status": view["status"], "state": view["state"]}
            yield {**same, "started_ms": started, "ended_ms": end_ms}


def _add_interval(rows: _Grid, fact: Mapping[str, Any], start_ms: int, end_ms: int) -> None:
    """Its part in [start_ms, end_ms)."""
    if fact["status"] == "logged_out":
        return
    part = {**fact, "started_ms": max(fact["started_ms"], start_ms), "ended_ms": min(fact["ended_ms"], end_ms)}
    if part["started_ms"] < part["ended_ms"]:
        for row in rows.over(fact["agent"], part["started_ms"], part["ended_ms"]):
            row.add_interval(part)


def queue_row(config: CentreConfig, queue: str, start_ms: int = 0, end_ms: int = 0) -> QueueRow:
    """An empty row with the thresholds in force for facts that carry none."""
    found = _queue(config, queue)
    return QueueRow(queue, start_ms, end_ms, found.service_level_s, found.short_abandon_s)


def _queue(config: CentreConfig, queue: str) -> QueueConfig:
    """A queue that the centre no longer has counts by the defaults."""
    return config.queues.get(queue) or QueueConfig(queue, queue)


def _shown(row: QueueRow, config: CentreConfig, formula: str) -> dict[str, Any]:
    """QueueFigures by ``formula`` or, '', by the queue's own."""
    return kpi.figures(row, formula or _queue(config, row.queue).service_level_formula)


def _all_queues(row: QueueRow, totals: Mapping[str, QueueRow], config: CentreConfig, formula: str) -> dict[str, Any]:
    """``row``: the sum of the totals. Its service level is that of the counts, of each queue by its formula."""
    used = {queue: formula or _queue(config, queue).service_level_formula for queue in totals}
    counts = [kpi.formula_named(used[queue]).parts(total) for queue, total in totals.items()]
    right, counted = sum(n for n, _ in counts), sum(of for _, of in counts)
    names = set(used.values())
    level = right / counted if counted else None
    figures = _shown(row, config, formula or kpi.DEFAULT_FORMULA)
    return {**figures, "queue": "", "service_level": level, "formula": names.pop() if len(names) == 1 else ""}


def _queue_figures(segment: Mapping[str, Any], row: QueueRow) -> dict[str, int]:
    """What one segment contributes: that of an empty row to which it is added, so that ``offered`` is counted there too."""
    row.add_segment(segment)
    return {figure: getattr(row, figure) for figure in kpi.LISTED_OF_QUEUES}


def _behind(figures: Iterable[str], contributions: Iterable[tuple[str, Mapping[str, int]]]) -> Iterator[str]:
    """Call ids behind the figures: once per contributing fact for counts, once at all for times."""
    counts = [figure for figure in figures if not figure.endswith("_ms")]
    times = [figure for figure in figures if figure.endswith("_ms")]
    seen: set[str] = set()
    for call_id, parts in contributions:
        if any(parts.get(figure) for figure in counts):
            yield call_id
        elif call_id not in seen and any(parts.get(figure) for figure in times):
            seen.add(call_id)
            yield call_id


class _Grid:
    """Rows by (name, interval) of [start, end), made at their first touch."""

    def __init__(self, slots: list[tuple[int, int]], make: Callable[[str, int, int], Any]) -> None:
        self._slots = slots
        self._starts = [start for start, _ in slots]
        self._make = make
        self._bounds = (slots[0][0], slots[-1][1])
        self._rows: dict[tuple[str, int], Any] = {}

    def at(self, name: str, at_ms: int) -> Any:
        """The row of the interval that holds ``at_ms``, which is within the bounds."""
        return self._row(name, self._slot(at_ms))

    def over(self, name: str, start_ms: int, end_ms: int) -> Iterator[Any]:
        """The rows of all intervals that [start_ms, end_ms) touches within the bounds."""
        for slot in range(max(0, self._slot(start_ms)), self._slot(end_ms - 1) + 1):
            yield self._row(name, slot)

    def _slot(self, at_ms: int) -> int:
        """-1 before the first."""
        return bisect_right(self._starts, at_ms) - 1

    def listed(self) -> list[Any]:
        return [self._rows[key] for key in sorted(self._rows)]

    def totals(self, known: Iterable[str], gently: Callable[[list[Any]], Iterator[Any]]) -> dict[str, Any]:
        """One row per name over all intervals: the known ones and all that came up."""
        names: dict[str, list[Any]] = {name: [self._make(name, *self._bounds)] for name in known}
        for (name, _), row in sorted(self._rows.items()):
            names.setdefault(name, [self._make(name, *self._bounds)]).append(row)
        return {name: kpi.merge(gently(rows)) for name, rows in names.items()}

    def sum(self, totals: Mapping[str, Any]) -> Any:
        return kpi.merge([self._make("", *self._bounds), *totals.values()])

    def _row(self, name: str, slot: int) -> Any:
        row = self._rows.get((name, slot))
        if row is None:
            row = self._rows[name, slot] = self._make(name, *self._slots[slot])
        return row
