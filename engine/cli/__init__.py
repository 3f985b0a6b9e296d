"""The command line: every subcommand works without a display and imports no Qt."""
