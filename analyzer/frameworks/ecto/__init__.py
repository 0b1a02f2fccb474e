"""Ecto: numbered Elixir files."""
