"""What people do: each handler parses, calls one use case and shows one view; bot/routes.py says which is called when."""
