"""How Viva runs: the embedded stack and its command line, the demo, container images."""
