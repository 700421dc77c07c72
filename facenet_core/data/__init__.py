"""Photos on disk: what training and evaluation read."""
