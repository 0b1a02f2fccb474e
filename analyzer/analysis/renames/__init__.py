"""The rename map: which file carries today what ran under another version."""
