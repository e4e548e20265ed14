"""Asks the process in this container whether it is ready; exits 0 when it is.

Only the standard library, and no import of ours: it must answer within the check's timeout on a
busy machine.
"""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request


def main() -> int:
    """Return 0 when /readyz says ready, else 1 with its answer on stderr."""
    port = os.environ.get("VIVA_HEALTH_PORT", "9100")
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=3):
            return 0
    except urllib.error.HTTPError as error:
        sys.stderr.write(error.read().decode(errors="replace"))
    except OSError as error:
        sys.stderr.write(f"no answer: {error}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
