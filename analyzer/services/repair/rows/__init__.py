"""Rows get the versions that their files carry now: alone, with the files, for several."""
