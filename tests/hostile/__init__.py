"""What strangers send, over real sockets: nothing of it may stop, mislead or harm monitor or its readers."""
