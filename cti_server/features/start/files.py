"""The demo with the flows of the product's own folder."""

from __future__ import annotations

from functools import cache

from cti_server.domain.ivr_nodes import Known
from cti_server.domain.ivr_parse import documents_of, flows_of
from cti_server.features.centre import seed
from cti_server.features.centre.flow_files import read_flows
from cti_server.features.start.demo import FLOWS, Demo, demo
from cti_server.settings import OWN_FLOWS


@cache
def shipped() -> Demo:
    """Raises NoFlows."""
    documents, _ = documents_of(read_flows(OWN_FLOWS))
    queues, hours, boxes = ({one.id for one in records} for records in (seed.QUEUES, seed.HOURS, seed.VOICEMAIL_BOXES))
    flows, _ = flows_of(documents, Known(queues, hours, FLOWS, boxes=boxes))
    return demo({name: flow.document for name, flow in flows.items()})
