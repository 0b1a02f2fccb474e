"""Git's name for a content."""

import hashlib

SHA1_LENGTH = 40


def blob_id(content: bytes, *, length: int = SHA1_LENGTH) -> str:
    """Give git's id of a content: SHA-1, or SHA-256 where ids are longer (gitformat-objects)."""
    framed = b"blob %d\0" % len(content) + content
    if length > SHA1_LENGTH:
        return hashlib.sha256(framed).hexdigest()
    return hashlib.sha1(framed, usedforsecurity=False).hexdigest()
