"""The reports feature: its routes and schemas."""
