"""How well a network tells people apart, by the field's protocols."""
