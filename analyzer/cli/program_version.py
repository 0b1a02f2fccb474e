"""``migdoctor --version`` and the bare command, which wait for no library."""

import sys

from analyzer import __version__


def tell_version() -> None:
    """Print the version."""
    tell(f"migdoctor {__version__}\n")


def tell(text: str) -> None:
    """Print a text of ours without the console, which has a library for all it may hold."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except (AttributeError, OSError):  # there is nowhere to write to: the console says so
        from analyzer.cli.terminal.console import deliver

        deliver(text)
