"""The calls feature: its routes and schemas."""
