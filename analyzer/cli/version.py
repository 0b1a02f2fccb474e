"""``migdoctor --version``, which waits for no library."""

import sys

from analyzer import __version__


def tell_version() -> None:
    """Print it without the console, which has a library for all that a text may hold."""
    text = f"migdoctor {__version__}\n"
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except (AttributeError, OSError):  # there is nowhere to write to: the console says so
        from analyzer.cli.terminal.console import deliver

        deliver(text)
