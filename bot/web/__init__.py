"""Our own pages and doors: the webhook, health, readiness and metrics."""
