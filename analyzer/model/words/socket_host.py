"""A socket's folder in the host's place of an address, as libpq and Rails both read it."""

from pathlib import Path
from urllib.parse import quote


def socket_host(folder: Path) -> str:
    """The folder, percent-encoded: underscores too, which Rails allows in no host."""
    return quote(str(folder), safe="").replace("_", "%5F")
