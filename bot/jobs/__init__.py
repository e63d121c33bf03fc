"""APScheduler's ticks: one job each for the watch, the delivery and the retention; the truth is in the database."""
