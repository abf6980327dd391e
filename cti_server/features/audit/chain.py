"""The chain over the audit: each row's fingerprint goes into a link together with the link before it, so that no row can be
taken out, changed or put in between without all later links being other ones. With a key nobody can make these anew who has
only the database."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from cti_server.features.audit.contract import ChainProblem, ProblemId

START = ""
"""What is before the first link."""
MOST_TOLD = 20


class Link(NamedTuple):
    """``at_ms``: of its row, kept also when the row is deleted by its age."""

    n: int
    row: int
    at_ms: int
    fingerprint: str
    hash: str


Row = Mapping[str, Any]
"""Of the audit: id, fact_id, at_ms, issuer, action, subject, detail."""


def fingerprint(row: Row) -> str:
    said = [row["fact_id"], row["at_ms"], row["issuer"], row["action"], row["subject"], row["detail"]]
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def linked(before: str, row: Row, n: int, key: bytes) -> Link:
    """The link of ``row`` behind the link whose hash is ``before``."""
    mark = fingerprint(row)
    return Link(n, row["id"], row["at_ms"], mark, _hash(before, n, row["id"], row["at_ms"], mark, key))


def _hash(before: str, n: int, row: int, at_ms: int, mark: str, key: bytes) -> str:
    return hmac.new(key, f"{before}|{n}|{row}|{at_ms}|{mark}".encode(), hashlib.sha256).hexdigest()


@dataclass
class Check:
    """Goes through a chain from its start, piece by piece."""

    key: bytes = field(repr=False)
    n: int = 0
    end: str = START
    found: int = 0
    problems: list[ChainProblem] = field(default_factory=list)

    def piece(self, links: Iterable[tuple[Link, Row | None]], expired_ms: int) -> None:
        """The links that follow, in order, each with its row as it is now; rows from before ``expired_ms`` may be gone."""
        for link, row in links:
            for problem in self._wrong(link, row, expired_ms):
                self.tell(problem, link.n, link.row, link.at_ms)
            self.n, self.end = link.n, link.hash

    def tell(self, problem: ProblemId, n: int, row: int, at_ms: int) -> None:
        self.found += 1
        if len(self.problems) < MOST_TOLD:
            self.problems.append(ChainProblem(problem=problem, n=n, row=row, at_ms=at_ms))

    def _wrong(self, link: Link, row: Row | None, expired_ms: int) -> Iterator[ProblemId]:
        whole = _hash(self.end, link.n, link.row, link.at_ms, link.fingerprint, self.key) == link.hash
        if link.n != self.n + 1 or not whole:
            yield "broken"
        if row is None:
            if link.at_ms >= expired_ms:
                yield "removed"
        elif fingerprint(row) != link.fingerprint:
            yield "changed"
