"""Questions and lists that open above the window."""
