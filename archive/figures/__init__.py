"""From a person's records to figures that explain themselves: pure functions, no store."""
