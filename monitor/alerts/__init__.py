"""4. Match -> alert: whether to alert, whom, at once or as a digest. Pure."""
