"""Finding calls and telling all about one. A CallRow is put together from the call's fact and its segments by one function."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, Protocol

from cti_server.domain.config import CentreConfig
from cti_server.domain.localday import BadDay, day_bounds, span_bounds
from cti_server.domain.numbers import NumberSearch, search_for
from cti_server.domain.outcomes import CallOutcome
from cti_server.features.calls.contract import MOST_PER_PAGE, Moment, Page, PerPage, Word
from cti_server.rights import WHOLE, Reach

MOST_EXPORTED = 50_000
TALK = ("talk", "conference", "internal")
_HOLD = ("hold", "consult")
PART = (*TALK, "hold", "wrap_up", "dial")
"""Whose the call is: of those who talked in it or called."""


@dataclass(frozen=True, slots=True)
class CallQuery:
    """Which calls. Times UTC ms, 0 means open; '' means any.

    ``day`` to ``until`` ('': the same day): local days, which narrow the times further (without ``day`` all up to ``until``).
    """

    day: str = ""
    until: str = ""
    from_ms: Moment = 0
    to_ms: Moment = 0
    queue: Annotated[Word, "where they waited or were last"] = ""
    agent: Annotated[Word, "who talked in them or called"] = ""
    number: Annotated[Word, "a part of the customer's number, in any form"] = ""
    outcome: Literal[CallOutcome, ""] = ""
    page: Page = 1
    per_page: PerPage = 50


@dataclass(frozen=True, slots=True)
class CallParts:
    """What the ledger has about some calls: facts by call id, each with the keys of events.facts."""

    calls: Mapping[str, Mapping[str, Any]]
    segments: Mapping[str, Sequence[Mapping[str, Any]]]
    recordings: Mapping[str, Sequence[Mapping[str, Any]]]
    dispositions: Mapping[str, Sequence[Mapping[str, Any]]]


class CallStore(Protocol):
    """The port to the ledger's calls. Raises DatabaseAway from every method."""

    def search(
        self, query: CallQuery, from_ms: int, to_ms: int, number: NumberSearch | None, reach: Reach
    ) -> tuple[int, list[str]]:
        """How many calls arrived in [from_ms, to_ms) (0: open) and match, and the ids of the query's page, newest first.

        ``reach``: only these (``is_within``). ``number``: the forms of the query's number; None: any.
        """
        ...

    def parts(self, call_ids: Collection[str]) -> CallParts:
        """All parts of these calls, each list oldest first."""
        ...

    def arrivals(self, call_ids: Collection[str]) -> dict[str, int]:
        """When these calls arrived (UTC ms), as their rows say it; the unknown are left out."""
        ...


class Calls:
    """``config`` gives the configuration in force: time zone and country code."""

    def __init__(self, store: CallStore, config: Callable[[], CentreConfig]) -> None:
        self._store = store
        self._config = config

    def find(self, query: CallQuery, reach: Reach = WHOLE) -> dict[str, Any]:
        """{items: [CallRow], total, page, per_page}, newest first. Raises BadDay, DatabaseAway."""
        total, ids = self._search(query, reach)
        return {"items": self.rows(ids), "total": total, "page": query.page, "per_page": query.per_page}

    def export(self, query: CallQuery, reach: Reach = WHOLE) -> dict[str, Any]:
        """{items: [CallRow], total}: all that match, newest first, at most MOST_EXPORTED. Raises as ``find``."""
        total, ids = self._search(replace(query, page=1, per_page=MOST_EXPORTED), reach)
        found: list[dict[str, Any]] = []
        for at in range(0, len(ids), MOST_PER_PAGE):
            found += self.rows(ids[at : at + MOST_PER_PAGE])
        return {"items": found, "total": total}

    def _search(self, query: CallQuery, reach: Reach) -> tuple[int, list[str]]:
        from_ms, to_ms = query.from_ms, query.to_ms
        if to_ms and from_ms > to_ms:
            raise BadDay(f"to_ms {to_ms} is before from_ms {from_ms}: give the earlier moment first")
        if query.day:
            start, end = span_bounds(query.day, query.until, self._config().time_zone)
            from_ms, to_ms = max(from_ms, start), min(to_ms or end, end)
        elif query.until:
            end = day_bounds(query.until, self._config().time_zone)[1]
            to_ms = min(to_ms or end, end)
        number = search_for(query.number, self._config().country_code) if query.number else None
        return self._store.search(query, from_ms, to_ms, number, reach)

    def rows(self, call_ids: Sequence[str]) -> list[dict[str, Any]]:
        """A CallRow for each id, in their order; ids may repeat."""
        parts = self._store.parts(set(call_ids))
        made = {call_id: call_row(call_id, parts) for call_id in set(call_ids)}
        return [dict(made[call_id]) for call_id in call_ids]

    def newest(self, call_ids: Sequence[str]) -> list[str]:
        """These ids, which may repeat, by the arrival of their calls, newest first."""
        arrived = self._store.arrivals(set(call_ids))
        return sorted(call_ids, key=lambda call_id: (arrived.get(call_id, 0), call_id), reverse=True)

    def detail(self, call_id: str) -> dict[str, Any] | None:
        """{call: CallRow + hung_up_by, ivr_path, data, segments, recordings, dispositions}, None for an unknown call."""
        return _detail(call_id, self._store.parts([call_id]))

    def within(self, call_ids: Collection[str], reach: Reach) -> set[str]:
        """Those of these whose detail somebody sees (``is_within``)."""
        parts = self._store.parts(set(call_ids))
        return {call_id for call_id in set(call_ids) if (found := _detail(call_id, parts)) and is_within(found, reach)}


def _detail(call_id: str, parts: CallParts) -> dict[str, Any] | None:
    if call_id not in parts.calls and call_id not in parts.segments:
        return None
    return {
        "call": {**call_row(call_id, parts), **_told(parts.calls.get(call_id, {}))},
        "segments": [dict(row) for row in parts.segments.get(call_id, ())],
        "recordings": [dict(row) for row in parts.recordings.get(call_id, ())],
        "dispositions": [dict(row) for row in parts.dispositions.get(call_id, ())],
    }


def is_within(detail: Mapping[str, Any], reach: Reach) -> bool:
    """Whether somebody sees a call: their own agent talked, or one who was then of their teams; nobody did, and it was last in a
    queue that these serve."""
    if reach.whole:
        return True
    talks = [segment for segment in detail["segments"] if segment["segment"] in PART and segment["agent"]]
    if not talks:
        return bool(reach.teams) and detail["call"]["queue"] in reach.queues
    return any(segment["agent"] == reach.agent or segment["team"] in reach.teams for segment in talks)


def call_row(call_id: str, parts: CallParts) -> dict[str, Any]:
    """The CallRow of one call. A call that still runs has no fact yet: what its closed segments tell is shown, outcome ''."""
    segments = parts.segments.get(call_id, ())
    verdicts = parts.dispositions.get(call_id, ())
    recordings = parts.recordings.get(call_id, ())
    agents = dict.fromkeys(segment["agent"] for segment in segments if segment["agent"] and segment["segment"] in TALK)
    talk_ms = _lasted(segments, *TALK)
    times = {
        "wait_ms": _lasted(segments, "queue"),
        "talk_ms": talk_ms,
        "hold_ms": _lasted(segments, *TALK, *_HOLD) - talk_ms,
        "wrap_up_ms": sum(one["ended_ms"] - one["started_ms"] for one in segments if one["segment"] == "wrap_up"),
    }
    last = max(verdicts, key=lambda verdict: verdict["at_ms"]) if verdicts else None
    coded = [verdict for verdict in sorted(verdicts, key=lambda verdict: verdict["at_ms"]) if verdict["code"]]
    return {
        "id": call_id,
        **_head(parts.calls.get(call_id), segments),
        **times,
        "talk_by_agent": {agent: _lasted([one for one in segments if one["agent"] == agent], *TALK) for agent in agents},
        "recording_id": recordings[0]["id"] if recordings else None,
        "recorded": [{"agents": row["agents"], "queue": row["queue"], "box": row.get("box", "")} for row in recordings],
        "disposition": coded[-1]["code"] if coded else None,
        "note": last["note"] if last else None,
    }


def _lasted(segments: Sequence[Mapping[str, Any]], *kinds: str) -> int:
    """Each moment once: who goes on to another queue waits there from the same moment on; in a conference several talk."""
    total = until = 0
    for segment in sorted((s for s in segments if s["segment"] in kinds), key=lambda s: s["started_ms"]):
        total += max(0, segment["ended_ms"] - max(segment["started_ms"], until))
        until = max(until, segment["ended_ms"])
    return total


def _told(call: Mapping[str, Any]) -> dict[str, Any]:
    """What only the detail shows; a call that still runs has none of it."""
    return {"hung_up_by": call.get("hung_up_by", ""), "ivr_path": call.get("ivr_path", []), "data": call.get("data", {})}


def _who_called(segments: Sequence[Mapping[str, Any]]) -> str:
    return next((segment["agent"] for segment in segments if segment["segment"] == "dial" and segment["agent"]), "")


def _head(call: Mapping[str, Any] | None, segments: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if call is not None:
        same = ("direction", "number", "name", "service_number", "arrived_ms", "ended_ms", "outcome")
        agent = call["last_agent"] or _who_called(segments)
        return {**{key: call[key] for key in same}, "queue": call["last_queue"], "agent": agent}
    queues = [segment["queue"] for segment in segments if segment["queue"]]
    agents = [segment["agent"] for segment in segments if segment["agent"] and segment["segment"] in TALK]
    return {
        "direction": "",
        "number": "",
        "name": "",
        "service_number": "",
        "arrived_ms": min((segment["started_ms"] for segment in segments), default=0),
        "ended_ms": 0,
        "outcome": "",
        "queue": queues[-1] if queues else "",
        "agent": agents[-1] if agents else "",
    }
