"""Kinfolio: photos grouped by who is in them. The map is README.md beside this file."""
