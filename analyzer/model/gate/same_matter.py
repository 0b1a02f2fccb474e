"""Codes of diagnose and of check that stand for the same matter.

Whoever allows one of the two in a migration has said why, and means both.
"""

from collections.abc import Mapping

DESTROYS = "destroys"
"""What an allowing comment names that means the data which the migration removes or overwrites."""

SAME_MATTER: Mapping[str, str] = {
    "MD105": "MD302",  # another name
    "MD106": "MD305",  # edited
    "MD109": "MD311",  # late
    "MD115": "MD313",  # a number that is no date
    "MD116": "MD312",  # dated in the future
}
"""By the code of diagnose; these findings of it heed ``migdoctor:allow``."""
