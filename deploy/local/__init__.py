"""Viva on one machine: the embedded stack, its supervisor and the `viva` command."""
