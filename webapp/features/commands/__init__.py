"""The commands feature: its routes and schemas."""
