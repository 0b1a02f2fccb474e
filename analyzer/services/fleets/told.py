"""How far a fleet is: a line every few seconds, and one for each tenant that did not go well."""

import time

from analyzer.model.plans.outcome import Ending
from analyzer.model.plans.repair_result import TenantEnd
from analyzer.services.dialogue import Dialogue

_EVERY = 5.0  # seconds
_SHOWN = 20  # tenants that did not go well


class Teller:
    """Tells it as it happens."""

    def __init__(self, dialogue: Dialogue, tenants: int) -> None:
        self._dialogue, self._tenants = dialogue, tenants
        self._ended = self._failed = 0
        self._told = time.monotonic()

    def tell(self, end: TenantEnd) -> None:
        """Take note of an end."""
        self._ended += 1
        if end.outcome.ending not in (Ending.DONE, Ending.DRY):
            self._failed += 1
            if self._failed <= _SHOWN:
                self._dialogue.tell(f"{end.member}: {end.outcome.what}")
        if time.monotonic() - self._told > _EVERY:
            self._told = time.monotonic()
            self._dialogue.tell(f"{self._ended:,} of {self._tenants:,} ...")
