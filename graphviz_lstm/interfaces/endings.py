"""What ends a command from without, in words. Nothing is imported here: it is read before everything else."""

WORDS = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "hung up"}
