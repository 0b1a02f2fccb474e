"""One repository, read through plumbing commands, without surprises."""
