"""The interviews going on in this gateway: connections, admission, inbox, outbox, sweeper."""
