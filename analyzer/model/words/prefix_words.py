"""The words that a user has before a command, quoted for a shell without the secrets in them."""

import re
from collections.abc import Iterator, Sequence

from analyzer.model.secrets.secret import find_secrets
from analyzer.model.words.shell_word import shell_word


def prefix_words(prefix: Sequence[str], variable: str) -> Iterator[str]:
    """Quote the words before a command; a password in them is left to a variable of the shell."""
    forms = {form for secret in find_secrets(prefix) for form in secret.forms()}
    if not forms:
        yield from map(shell_word, prefix)
        return
    secret = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True))))
    for word in prefix:
        pieces = secret.split(word)
        if len(pieces) == 1:
            yield shell_word(word)
        else:
            yield f'"${variable}"'.join(shell_word(one) if one else "" for one in pieces)
