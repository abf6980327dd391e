"""Follows calls, over restarts of either side: follow_calls.py PLACE-FILE [HOW-MANY]."""

import json
import os
import sys
from pathlib import Path

from cti_client import Client, Position, follow

client = Client(os.environ["CTI_URL"], os.environ["CTI_TOKEN"])
place, left = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else -1
position = Position(**json.loads(place.read_text())) if place.exists() else Position()
for message in follow(client, ["calls"], position):
    place.write_text(json.dumps(vars(position)))  # what came before this message is done
    if message["type"] == "snapshot":
        print("snapshot", len(message["calls"]), flush=True)
    elif message["type"] == "event":
        call = message["data"].get("call", {})
        print(message["name"], call.get("id", ""), flush=True)
        left -= 1
        if left == 0:
            place.write_text(json.dumps({"epoch": message["epoch"], "seq": message["seq"]}))
            break
