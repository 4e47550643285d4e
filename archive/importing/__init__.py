"""From CSV files to the store, row by row, with every refusal told."""
