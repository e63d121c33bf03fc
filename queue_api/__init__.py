"""Their server: a client of the Virtual Ticket API (the seed document), JSON and XML, with no I/O in its core."""
