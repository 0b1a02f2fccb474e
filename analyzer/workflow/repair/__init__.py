"""From a finished walk to a plan, or to the reason why there is none."""
