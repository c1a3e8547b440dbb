"""The documents: the port, the records, the implementations."""
