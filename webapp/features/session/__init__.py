"""The session feature: its routes and schemas."""
