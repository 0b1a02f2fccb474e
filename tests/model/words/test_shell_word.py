"""A word of a printed command: the shell reads the text that was meant, and a reader sees all."""

import subprocess

import pytest

from analyzer.model.words.shell_word import escaped_word, shell_word
from analyzer.model.words.text import is_visible

TEXTS = [
    pytest.param("db/migrate/1_a.rb", id="plain"),
    pytest.param("it's $HOME `id`.rb", id="what a shell would read"),
    pytest.param("-a\x1b[2K.rb", id="an escape sequence behind a dash"),
    pytest.param("a\u202eb%s\\n'.rb", id="text that runs backwards"),
    pytest.param("caf\u00e9\x07", id="a letter of two bytes beside a bell"),
    pytest.param("\udcff.rb", id="a byte that is no UTF-8"),
]


@pytest.mark.parametrize("write", [shell_word, escaped_word])
@pytest.mark.parametrize("text", TEXTS)
def test_the_shell_reads_what_was_meant(text, write):
    word = write(text)
    read = subprocess.check_output(["sh", "-c", f"printf '%s' {word}"])

    assert is_visible(word)
    assert read == text.encode("utf-8", "surrogateescape")
