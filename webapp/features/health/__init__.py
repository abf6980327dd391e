"""The health feature: its routes and schemas."""
