"""Our pages."""
