"""What the grids show: ids held whole, rows read in pages when they are painted."""
