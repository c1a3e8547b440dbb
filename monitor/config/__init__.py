"""The configuration: YAML files and the environment become frozen settings; errors say file:line:column.

files > yaml > composer > document
                     a file as plain values with their places; source: where each character stands
                     ordinary, events: most files, read more quickly
environment          MONITOR_POLL__TIMEOUT=10s over the file
settings             the models of monitor.yaml; sources: feeds.yaml; watching: watchlist.yaml
values               what they are made of; addresses, paths, secrets
problems, sayings    what the models found, in plain words
checks, doubts       what must fit together: ids, queries, names; what is hardly meant
load                 all of it: a Configuration, or every problem at once
show, schema         settings in force without secrets; JSON Schemas for editors
"""
