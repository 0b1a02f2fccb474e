"""The judgement of a change, before it is merged."""
