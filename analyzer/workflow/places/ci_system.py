"""Whether a run is one of a CI system, by the variables that these set."""

from collections.abc import Mapping

_SET_THERE = ("CI", "TF_BUILD", "JENKINS_URL")


def in_ci(variables: Mapping[str, str]) -> bool:
    """Whether a CI system runs this."""
    return any(variables.get(name, "").lower() not in ("", "0", "false") for name in _SET_THERE)
