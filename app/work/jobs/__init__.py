"""What the program does at length: one job a module."""
