"""What an operator does by hand beside running the bot: the database, the webhook, links and posters, the doctor."""
