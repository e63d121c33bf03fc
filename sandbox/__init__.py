"""Two strangers to the product, for the demo and the tests: a Bot API server and a Virtual Ticket server."""
