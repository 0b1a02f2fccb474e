"""SHA-256 in the SQL of SQLite, which has none: what seals notes, whichever client runs it.

A text that is put into `TEXT` is cut into words of 32 bits, these are spread over the rounds, and
`DIGEST` goes through them. It takes a few milliseconds for a note.
"""

from collections.abc import Iterator, Sequence
from itertools import count, islice
from math import isqrt

TEXT = "migdoctor_text"
"""A temporary table of one text; whoever fills it empties it before."""
DIGEST = "migdoctor_digest"
"""A temporary view of its digest, in hexadecimal digits."""
_BITS = 0xFFFFFFFF
_ROUNDS, _WORDS, _HALVES = 64, 16, 8
_STATE, _LETTERS = [f"h{place}" for place in range(_HALVES)], "abcdefgh"
_WINDOW = [f"w{place}" for place in range(1, _WORDS + 1)]


def digest_lines() -> Iterator[str]:
    """Write the statements that make the table and the view."""
    yield f"CREATE TEMP TABLE {TEXT} (text TEXT NOT NULL);"
    yield "CREATE TEMP TABLE migdoctor_hex (digits TEXT NOT NULL);"
    for name in ("word", "round", "constant"):
        yield f"CREATE TEMP TABLE migdoctor_{name} (n INTEGER PRIMARY KEY, v INTEGER NOT NULL);"
    constants = ", ".join(f"({n}, {_cube_root(it)})" for n, it in enumerate(_primes(_ROUNDS)))
    yield f"INSERT INTO migdoctor_constant VALUES {constants};"  # noqa: S608  ours
    yield from (_words(), _spread(), _digest(), _TRIGGER)


def _primes(number: int) -> list[int]:
    return list(islice((it for it in count(2) if all(it % by for by in range(2, it))), number))


def _cube_root(prime: int) -> int:
    """The first 32 bits behind the point."""
    root = int((prime << 96) ** (1 / 3))
    while root**3 > prime << 96:
        root -= 1
    while (root + 1) ** 3 <= prime << 96:
        root += 1
    return root & _BITS


def _turned(name: str, bits: int) -> str:
    return f"(({name} >> {bits}) | ({name} << {32 - bits}))"


def _either(one: str, other: str) -> str:
    return f"(({one} | {other}) - ({one} & {other}))"


def _mixed(name: str, turns: Sequence[int], last: str = "") -> str:
    """The exclusive or of a word turned by so many bits each, and of ``last``."""
    *first, end = [*(_turned(name, it) for it in turns), *([last] if last else [])]
    return _either(_either(*first), end)


def _words() -> str:
    """The text's words, by the round of their block in which they are used."""
    digits = " + ".join(
        f"((instr('0123456789ABCDEF', substr(digits, n * 8 + {at}, 1)) - 1) << {32 - 4 * at})"
        for at in range(1, 9)
    )
    return (
        "CREATE TEMP VIEW migdoctor_words AS\n"  # noqa: S608  ours
        "  WITH RECURSIVE place(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM place\n"
        "    WHERE (n + 1) * 8 < (SELECT length(digits) FROM migdoctor_hex))\n"
        f"  SELECT n / {_WORDS} * {_ROUNDS} + n % {_WORDS} AS n,\n  {digits} AS v\n"
        "  FROM place, migdoctor_hex;"
    )


def _spread() -> str:
    """The word of each round, with the round's constant."""
    made = (
        f"w16 + {_mixed('w15', (7, 18), '(w15 >> 3)')} + w7\n"
        f"      + {_mixed('w2', (17, 19), '(w2 >> 10)')} & {_BITS}"
    )
    return (
        f"CREATE TEMP VIEW migdoctor_spread AS\n  WITH RECURSIVE r(n, {', '.join(_WINDOW)}) AS (\n"  # noqa: S608  ours
        f"    SELECT -1, {', '.join('0' * _WORDS)} UNION ALL\n"
        f"    SELECT n + 1, CASE WHEN (n + 1) % {_ROUNDS} < {_WORDS}\n"
        "      THEN (SELECT v FROM migdoctor_word AS m WHERE m.n = r.n + 1)\n"
        f"      ELSE {made} END, {', '.join(_WINDOW[:-1])}\n"
        f"    FROM r WHERE n + 1 < (SELECT count(*) FROM migdoctor_word) * {_ROUNDS // _WORDS})\n"
        "  SELECT r.n AS n, w1 + c.v AS v FROM r "
        f"JOIN migdoctor_constant AS c ON c.n = r.n % {_ROUNDS};"
    )


def _digest() -> str:
    """The rounds; after each block its beginning is added."""
    first = f"h + {_mixed('e', (6, 11, 25))} + (e & f) + (~e & g) + v"
    second = f"{_mixed('a', (2, 13, 22))} + ((a & b) | (a & c) | (b & c))"
    after = [f"{first}\n      + {second}", "a", "b", "c", f"d + {first}", "e", "f", "g"]
    ends = f"r.n % {_ROUNDS} = {_ROUNDS - 1}"
    steps = [f"({ends}) * {h} + {it} & {_BITS}" for h, it in zip(_STATE, after, strict=True)] + [
        f"CASE WHEN {ends} THEN {h} + {it} & {_BITS} ELSE {h} END"
        for h, it in zip(_STATE, after, strict=True)
    ]
    start = [isqrt(it << 64) & _BITS for it in _primes(_HALVES)] * 2
    listed = ",\n    ".join(steps)
    return (
        f"CREATE TEMP VIEW {DIGEST} AS\n"  # noqa: S608  ours
        f"  WITH RECURSIVE r(n, {', '.join([*_LETTERS, *_STATE])}) AS (\n"
        f"    SELECT 0, {', '.join(map(str, start))} UNION ALL SELECT r.n + 1,\n"
        f"    {listed}\n    FROM r JOIN migdoctor_round AS m ON m.n = r.n)\n"
        f"  SELECT printf('{'%08x' * _HALVES}', {', '.join(_LETTERS)}) AS digest\n"
        "  FROM r ORDER BY n DESC LIMIT 1;"
    )


_TRIGGER = f"""\
CREATE TEMP TRIGGER migdoctor_spreading AFTER INSERT ON {TEXT} BEGIN
  DELETE FROM migdoctor_hex; DELETE FROM migdoctor_word; DELETE FROM migdoctor_round;
  INSERT INTO migdoctor_hex SELECT hex(t) || '80' || hex(zeroblob((119 - length(t) % 64) % 64))
    || printf('%016X', length(t) * 8) FROM (SELECT CAST(NEW.text AS BLOB) AS t);
  INSERT INTO migdoctor_word SELECT n, v FROM migdoctor_words;
  INSERT INTO migdoctor_round SELECT n, v FROM migdoctor_spread;
END;"""  # noqa: S608  ours
