"""What deploy/ uses of monitor before monitor has it. Must be empty in the end.

``test_settings.py`` fails as soon as something here is real: take it out then, and this file
with the last one.
"""

SETTINGS = frozenset(
    {
        "MONITOR_KIBANA__PASSWORD",
        "MONITOR_KIBANA__PASSWORD_FILE",
        "MONITOR_KIBANA__URL",
        "MONITOR_KIBANA__USERNAME",
        "MONITOR_WEB__HOST",
        "MONITOR_WEB__PORT",
    }
)
COMMANDS = frozenset(
    {
        "run --config /etc/monitor --role alert --port 8784",
        "run --config /etc/monitor --role match --port 8782",
        "run --config /etc/monitor --role poll --port 8781",
        "run --role alert",
        "run --role match",
        "run --role poll",
        "setup",
        "setup --config /etc/monitor",
    }
)
