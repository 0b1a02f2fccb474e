"""Every text that users may read, to be read aloud: python tests/proofs/user_strings.py [FOLDER].

Words in capitals or lower case that name keys, SQL, and patterns are left out: a text has a blank.
"""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from tests.guards.test_words import PACKAGE, helped, said  # noqa: E402


def main(folders: list[str]) -> None:
    """Print the texts of these folders, or of all."""
    for module in sorted(PACKAGE.rglob("*.py")):
        place = module.relative_to(PACKAGE)
        if folders and not str(place).startswith(tuple(folders)):
            continue
        tree = ast.parse(module.read_text("utf-8"))
        texts = [*said(tree), *(helped(tree) if place.parts[0] == "cli" else ())]
        told = [(line, text) for line, text in sorted(texts) if " " in text.strip()]
        if told:
            print(f"\n# {place}")
            print(*(f"{line}: {text.strip()}" for line, text in told), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
