"""What the page and the docs need of the Python declarations, made from them: one module for each kind of thing."""
