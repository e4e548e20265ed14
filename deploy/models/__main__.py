"""``python -m deploy.models install`` brings models and media, ``verify`` checks them.

An operator fills a models volume with
``VIVA_MODELS_DIR=/models python -m deploy.models install --no-media``.
"""

from __future__ import annotations

import argparse
import sys

from deploy.local.settings import LocalSettings
from deploy.models.installer import InstallError, install, verify


def main() -> int:
    """Return the exit status: 0 when everything is in place."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.models", description="Bring or check models and media."
    )
    parser.add_argument("command", choices=("install", "verify"))
    parser.add_argument(
        "--no-media", action="store_true", help="leave out the recordings that demo and tests need"
    )
    options = parser.parse_args()
    settings = LocalSettings()
    data_dir, media = settings.cache_dir.resolve(), not options.no_media
    if options.command == "install":
        try:
            install(data_dir, settings.models_dir, _say, media=media)
        except InstallError as error:
            sys.stderr.write(f"error: {error}\n")
            return 1
        return 0
    found = verify(data_dir, settings.models_dir, media=media)
    for line in found:
        _say(line)
    if not found:
        _say(f"everything is in place in {data_dir}")
    return 1 if found else 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
