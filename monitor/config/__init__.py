"""The configuration: YAML files and the environment become frozen settings."""
