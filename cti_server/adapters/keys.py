"""Every Redis key of the product is built here. T is the tenant.

cti:T:events                stream, field 'e' = envelope JSON, trimmed to 5 minutes
cti:T:commands              stream, field 'c' = command JSON
cti:T:replies:PROCESS       stream, field 'r' = reply JSON, short
cti:T:facts                 stream, field 'f' = fact JSON, trimmed only behind the persister
cti:T:facts:complete        integer, until when (Redis's clock, ms) all facts are on the stream, none in a journal
cti:T:facts:rejected        stream, facts that cannot be stored: fields 'f' as it was, 'why', 'at'; the newest 10,000
cti:T:set-aside             stream, what no reader could read: fields border, entry, why, process, raw; the newest 1,000
cti:T:set-aside:counts      hash, where it was read -> how many entries were set aside
cti:T:mirror:KIND           hash id -> JSON {"format","epoch","seq","view","core"}  (KIND: events.views.KINDS)
cti:T:mirror:meta           hash epoch, seq, at_ms of the newest mirror write
cti:T:config                string, the newest configuration document (JSON)
cti:T:config:parts          list, the same as what differs from the one before, in parts (features/centre/parts.py), each JSON
cti:T:config:problems       string, JSON {at_ms, problems}: what the last publication refused; no key when all is well
cti:T:audit                 string, JSON ChainState: the audit's chain, its newest end and what is wrong with it
cti:T:command:ID            string, a command's recorded state and reply (dedup), expires
cti:T:epoch                 integer, last epoch given out
cti:T:heartbeat:PROCESS     string, JSON {at_ms, pid, role}, lives HEARTBEAT_KEPT_MS: what is left tells its age
cti:T:session:TOKEN_HASH    hash, a web session
cti:T:sessions:USER_ID      set, the token hashes of one user's sessions
cti:T:ticket:TOKEN_HASH     string, a session's token hash: one Socket.IO connection, expires
cti:T:attempts:WHAT         integer, failed logins of one bucket (webapp/auth/limits.py), expires
cti:T:attempts:wait:WHAT    string, while it is there nobody of this bucket may try
cti:T:attempts:of:WHO       hash, the buckets in which failures of one account are counted -> JSON [kind, address], expires
cti:T:pending:TOKEN_HASH    string, JSON [user id, mark]: the password was right, a second factor is still wanted, expires
cti:T:challenge:HANDLE_HASH string, JSON [challenge, user id]: what a passkey is asked, once, expires
cti:T:sign-in:STATE_HASH    string, JSON: a sign-in under way at a provider (webapp/features/session/away.py), once, expires
cti:T:signed-in:TOKEN_HASH  string, JSON {provider, id_token}: where this session signed in, to sign out there too, expires
cti:T:device:WHAT           string, a browser that has logged in as an account, expires
cti:T:import:USER_ID        string, JSON: how far the newest import of a user is, or what became of it, expires
cti:T:token:ID:requests     integer, requests of an API token in the running minute, expires
cti:T:listening:WHO:WHAT    string, a listening that is already in the audit, expires
cti:T:colleagues            string, JSON: the agents that the demo's virtual colleagues play, expires
cti:T:colleagues:home       string, while it is there they end their calls, log out and stay away, expires
cti:T:notices               integer, counts changes of notices: pages look at them again
cti:T:pages                 sorted set, 'AGENT PROCESS' -> lease end (Redis's clock, ms): who has pages open where
cti:T:page_counts           hash, agent -> number of web processes that hold pages of this agent
"""

from __future__ import annotations

HEARTBEAT_KEPT_MS = 10_000
"""How long a heartbeat's key lives: its age is what of that has gone."""


class Keys:
    """Keys of one tenant."""

    def __init__(self, tenant: str) -> None:
        self.prefix = f"cti:{tenant}:"
        self.events = self.prefix + "events"
        self.commands = self.prefix + "commands"
        self.facts = self.prefix + "facts"
        self.facts_complete = self.prefix + "facts:complete"
        self.facts_rejected = self.prefix + "facts:rejected"
        self.set_aside = self.prefix + "set-aside"
        self.set_aside_counts = self.prefix + "set-aside:counts"
        self.config = self.prefix + "config"
        self.config_parts = self.prefix + "config:parts"
        self.config_problems = self.prefix + "config:problems"
        self.audit = self.prefix + "audit"
        self.colleagues = self.prefix + "colleagues"
        self.colleagues_home = self.prefix + "colleagues:home"
        self.epoch = self.prefix + "epoch"
        self.mirror_meta = self.prefix + "mirror:meta"
        self.mirror_whole = self.prefix + "mirror-whole"  # written with a whole mirror only; gone: Redis was emptied
        self.notices = self.prefix + "notices"
        self.pages = self.prefix + "pages"
        self.page_counts = self.prefix + "page_counts"

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

    def user_sessions(self, user_id: int) -> str:
        return f"{self.prefix}sessions:{user_id}"

    def ticket(self, token_hash: str) -> str:
        return f"{self.prefix}ticket:{token_hash}"

    def importing(self, user_id: int) -> str:
        return f"{self.prefix}import:{user_id}"

    def token_requests(self, token_id: str) -> str:
        return f"{self.prefix}token:{token_id}:requests"

    def attempts(self, what: str) -> str:
        return f"{self.prefix}attempts:{what}"

    def pending(self, token_hash: str) -> str:
        return f"{self.prefix}pending:{token_hash}"

    def challenge(self, handle_hash: str) -> str:
        return f"{self.prefix}challenge:{handle_hash}"

    def sign_in(self, state_hash: str) -> str:
        return f"{self.prefix}sign-in:{state_hash}"

    def signed_in(self, token_hash: str) -> str:
        return f"{self.prefix}signed-in:{token_hash}"

    def device(self, what: str) -> str:
        return f"{self.prefix}device:{what}"

    def listening(self, who: str, what: str) -> str:
        return f"{self.prefix}listening:{who}:{what}"
