"""What each command does and prints: results on stdout, logs on stderr."""
