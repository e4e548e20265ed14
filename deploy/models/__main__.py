"""``python -m deploy.models install`` brings models and media, ``verify`` checks them."""

from __future__ import annotations

import argparse
import sys

from deploy.models.installer import InstallError, install, verify
from schemas.settings import ProcessSettings


def main() -> int:
    """Return the exit status: 0 when everything is in place."""
    parser = argparse.ArgumentParser(prog="python -m deploy.models", description=__doc__)
    parser.add_argument("command", choices=("install", "verify"))
    command = parser.parse_args().command
    settings = ProcessSettings()
    data_dir = settings.data_dir.resolve()
    if command == "install":
        try:
            install(data_dir, settings.models_dir, _say)
        except InstallError as error:
            sys.stderr.write(f"error: {error}\n")
            return 1
        return 0
    found = verify(data_dir, settings.models_dir)
    for line in found:
        _say(line)
    if not found:
        _say(f"models and media are complete in {data_dir}")
    return 1 if found else 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
