"""A client of the contact centre's API."""

from cti_client.events import Message, Position, follow
from cti_client.rest import Changed, Client, Entry, Refused
from cti_client.webhooks import BadSignature, verify

__all__ = ["BadSignature", "Changed", "Client", "Entry", "Message", "Position", "Refused", "follow", "verify"]
