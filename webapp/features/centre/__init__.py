"""The centre feature: its routes and schemas."""
