"""Words of messages and commands: counted, quoted, made visible, and without secrets."""
