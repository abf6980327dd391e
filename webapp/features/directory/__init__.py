"""The directory feature: its routes and schemas."""
