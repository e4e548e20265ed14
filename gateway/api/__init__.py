"""The HTTP interface; ``PROTOCOL.md`` describes it together with the data channel."""
