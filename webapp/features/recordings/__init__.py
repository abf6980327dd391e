"""The recordings feature: its routes and schemas."""
