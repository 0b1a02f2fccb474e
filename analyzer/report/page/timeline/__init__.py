"""The timeline of a page: its rows, the arrows of its renames, and the words beside them."""
