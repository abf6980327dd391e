"""From the events stream to the screens."""
