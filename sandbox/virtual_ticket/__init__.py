"""A Virtual Ticket server with desks that call: the queue system the bot is a front of."""
