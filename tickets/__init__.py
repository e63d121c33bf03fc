"""The rules of virtual tickets: what a ticket is, when to ask, what is worth telling, what to send. No I/O."""
