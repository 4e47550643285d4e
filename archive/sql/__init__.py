"""What the stores have in common: one schema, one way to read, to load and to keep the trail."""
