"""What the worker does for the audit: it links new rows, and goes through the chain, a piece a round."""

from __future__ import annotations

import structlog

from cti_server.features.audit import state as states
from cti_server.features.audit.chain import Check
from cti_server.features.audit.contract import ChainProblem, ChainState
from cti_server.features.audit.sql import SqlAudit
from cti_server.features.job import Around, Job

log = structlog.get_logger(__name__)

LINKED_A_ROUND, CHECKED_A_ROUND = 2_000, 2_000
PAUSE_MS = 10 * 60_000
"""Between two times through the whole chain."""
MOST_BESIDE = 20


class AuditChain(Job):
    name, every_s = "audit", 5.0

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        self._rows = SqlAudit(around.engine)
        self._key = around.settings.audit_key.encode()
        self._check: Check | None = None
        self._links = 0

    def run(self) -> None:
        around = self._around
        state = states.read(around.redis, around.keys)
        was = [*state["problems"]]
        self._link(state)
        self._look(state)
        for problem in state["problems"]:
            if problem not in was:
                log.error("audit chain", **problem)
        states.write(around.redis, around.keys, state)

    def counts(self) -> dict[str, object]:
        return {"audit_links": self._links}

    def _link(self, state: ChainState) -> None:
        """First it is seen whether the end that was known is still there: what follows would hide that it was cut off."""
        if state["links"] and self._rows.hash_of(state["links"]) != state["end"]:
            state["problems"].append(ChainProblem(problem="cut", n=state["links"], row=0, at_ms=self._around.clock.now_ms()))
            state["links"], state["end"] = 0, ""
        end = self._rows.link_new(self._key, LINKED_A_ROUND)
        if end is not None and end.n >= state["links"]:
            state["links"], state["end"] = end.n, end.hash
            self._links = end.n

    def _look(self, state: ChainState) -> None:
        now_ms = self._around.clock.now_ms()
        if self._check is None:
            if now_ms - state["checked_ms"] < PAUSE_MS and state["checked"]:
                return
            self._check = Check(self._key)
        check = self._check
        piece = self._rows.chain(check.n, CHECKED_A_ROUND)
        check.piece(piece, self._rows.expired_ms())  # asked after the rows: those that went meanwhile are told there
        if len(piece) == CHECKED_A_ROUND:
            return
        for row, at_ms in self._rows.unlinked(MOST_BESIDE):
            check.tell("unlinked", 0, row, at_ms)
        state["problems"] = [*(one for one in state["problems"] if one["problem"] == "cut"), *check.problems]
        state["checked_ms"], state["checked"] = now_ms, check.n
        self._check = None
