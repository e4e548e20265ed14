"""Dedicated consumers: one package a worker, each with a protocol and an engine a file."""

import os

# Before any of them imports ONNX Runtime, which (seen in 1.32) reports its use to its maker unless
# it is told not to. What runs here tells nobody.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
