"""The configuration: YAML files and the environment become frozen settings; errors say file:line:column.

yaml > document      a file as plain values with their places
environment          MONITOR_POLL__TIMEOUT=10s over the file
settings             the models of monitor.yaml; sources: feeds.yaml; watching: watchlist.yaml
problems             what the models found, in plain words
checks               what must fit together: ids, queries, names
load                 all of it: a Configuration, or every problem at once
show, schema         settings in force without secrets; JSON Schemas for editors
"""
