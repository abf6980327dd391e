"""Gives an agent another name: change_agent.py AGENT NAME. Where somebody else was faster it looks again."""

import os
import sys

from cti_client import Changed, Client

client = Client(os.environ["CTI_URL"], os.environ["CTI_TOKEN"])
key, name = sys.argv[1:]
while True:
    seen = client.entry("agents", key)
    try:
        changed = client.change("agents", seen, name=name)
        break
    except Changed as meanwhile:
        print(f"{meanwhile.details['who']} has changed {', '.join(meanwhile.details['fields'])}: again", file=sys.stderr)
print(changed.key, changed.record["name"], changed.version, sep="\t")
