"""The users feature: its routes and schemas."""
