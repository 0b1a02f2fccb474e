"""The frozen vocabulary: facts read and facts inferred. Standard library only, no I/O."""
