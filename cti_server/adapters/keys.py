"""Every Redis key of the product is built here. D is the routing domain.

    cti:D:events                stream, field 'e' = envelope JSON, trimmed to 5 minutes
    cti:D:commands              stream, field 'c' = command JSON
    cti:D:replies:PROCESS       stream, field 'r' = reply JSON, short
    cti:D:facts                 stream, field 'f' = fact JSON, trimmed only behind the persister
    cti:D:mirror:KIND           hash id -> JSON {"epoch","seq","view","core"}  (agents, calls, queues, trunks, switches)
    cti:D:mirror:meta           hash epoch, seq, at_ms of the newest mirror write
    cti:D:config                string, the newest configuration document (JSON)
    cti:D:command:ID            string, a command's recorded state and reply (dedup), expires
    cti:D:epoch                 integer, last epoch given out
    cti:D:heartbeat:PROCESS     string, JSON {at_ms, pid, role}, expires
    cti:D:session:TOKEN_HASH    hash, a web session
"""

from __future__ import annotations


class Keys:
    """Keys of one routing domain."""

    def __init__(self, domain: str) -> None:
        self.prefix = f"cti:{domain}:"
        self.events = self.prefix + "events"
        self.commands = self.prefix + "commands"
        self.facts = self.prefix + "facts"
        self.config = self.prefix + "config"
        self.epoch = self.prefix + "epoch"
        self.mirror_meta = self.prefix + "mirror:meta"

    def replies(self, process: str) -> str:
        return f"{self.prefix}replies:{process}"

    def mirror(self, kind: str) -> str:
        return f"{self.prefix}mirror:{kind}"

    def command(self, command_id: str) -> str:
        return f"{self.prefix}command:{command_id}"

    def heartbeat(self, process: str) -> str:
        return f"{self.prefix}heartbeat:{process}"

    def session(self, token_hash: str) -> str:
        return f"{self.prefix}session:{token_hash}"
