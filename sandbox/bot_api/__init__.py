"""A Bot API server that plays Telegram, with a chat page on which a person plays the customer."""
