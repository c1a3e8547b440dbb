"""A real Kafka and a real Elasticsearch on this machine, without containers, for development and tests.

settings       ports, memory and folders, from the environment
java           which Java runs what
maven          downloads, by the ordinary `mvn`
process        starting and ending exactly the processes that are ours
server         what both servers have in common
kafka          how it is installed, configured, started, and asked whether it answers
elasticsearch  the same
lifecycle      start, stop, kill, status
"""
