"""What fills the middle of the window, one place each."""
