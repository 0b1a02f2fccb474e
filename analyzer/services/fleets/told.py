"""How far a fleet is: a line every few seconds, and one for each tenant that did not go well."""

import time
from collections.abc import Callable

from analyzer.model.plans.outcome import Ending
from analyzer.model.plans.repair_result import TenantEnd
from analyzer.services.dialogue import Dialogue

_EVERY = 5.0  # seconds
_SHOWN = 20  # tenants that did not go well


class Pace:
    """Tells now and then how many of all are done."""

    def __init__(self, say: Callable[[str], None], total: int) -> None:
        self._say, self._total, self._done = say, total, 0
        self._told = time.monotonic()

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        if time.monotonic() - self._told > _EVERY:
            self._told = time.monotonic()
            self._say(f"{self._done:,} of {self._total:,} ...")


class Teller:
    """Tells it as it happens."""

    def __init__(self, dialogue: Dialogue, tenants: int) -> None:
        self._dialogue, self._failed = dialogue, 0
        self._pace = Pace(dialogue.tell, tenants)

    def tell(self, end: TenantEnd) -> None:
        """Take note of an end."""
        if end.outcome.ending not in (Ending.DONE, Ending.DRY):
            self._failed += 1
            if self._failed <= _SHOWN:
                self._dialogue.tell(f"{end.member}: {end.outcome.what}")
        self._pace.step()
