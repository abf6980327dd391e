"""The docs feature: its routes and schemas."""
