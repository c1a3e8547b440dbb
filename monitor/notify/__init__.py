"""5. Alert -> delivery: messages, channels, the outbox and its retries."""
