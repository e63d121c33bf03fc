"""The Bot API's methods, one module a family; table.py gathers them by name."""
