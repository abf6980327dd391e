"""One folder per feature: routes and schemas."""
