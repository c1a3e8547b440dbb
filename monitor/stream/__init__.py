"""The durable log between the stages: the port, the codec, the worker, the implementations."""
