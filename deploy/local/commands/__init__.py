"""The subcommands of ``viva``, one a file."""
