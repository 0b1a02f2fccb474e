"""The one walk: read, infer, diagnose, plan. The only place where sources meet analysis."""
