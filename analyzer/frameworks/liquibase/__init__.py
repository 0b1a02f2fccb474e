"""Liquibase: changelogs of SQL, XML, YAML or JSON, each of whose changesets has a row."""
