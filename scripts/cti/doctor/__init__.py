"""`cti doctor`: one module of checks per kind of component, all plain functions World -> findings."""
