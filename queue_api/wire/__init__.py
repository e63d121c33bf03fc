"""The conversation without the network: requests as plain values, and answers read from status, headers and bytes."""
