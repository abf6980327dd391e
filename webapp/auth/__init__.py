"""Sessions, passwords, limits and the guard in front of every handler."""
