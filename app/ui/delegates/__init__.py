"""How one row of a grid is painted and edited."""
