"""Pictures, translations and model weights that ship with the program; read through importlib.resources."""
