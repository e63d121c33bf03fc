"""What must never happen, whoever asks: other people's tickets, leaked secrets, and outside text as markup."""
