"""The durable log between the stages: the port, the contract, the worker, the implementations."""
