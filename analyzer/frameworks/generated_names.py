"""Names that a framework computes of what a constraint says: fk_rails_1a2b3c4d5e and its kin."""

import re

COMPUTED = ("chk_rails_", "uniq_rails_", "excl_rails_")  # of an expression's text
GENERATED = ("fk_rails_", *COMPUTED)
GENERATED_NAME = re.compile(r"(?:fk|chk|uniq|excl)_rails_[0-9a-f]{10}")
