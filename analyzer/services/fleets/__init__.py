"""The repair of a fleet: one reviewed plan for each kind of tenant, carried out one by one."""
