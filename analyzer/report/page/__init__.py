"""The page about an incident: one view of a report, drawn as HTML, Markdown and in a terminal."""
