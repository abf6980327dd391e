"""Lists the agents: number, name, team."""

import os

from cti_client import Client

client = Client(os.environ["CTI_URL"], os.environ["CTI_TOKEN"])
for agent in client.entries("agents", sort="name"):
    print(agent.key, agent.record["name"], agent.record["team"], sep="\t")
