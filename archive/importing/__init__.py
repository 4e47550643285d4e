"""Reading CSV, JSON lines and XML row by row into checked columns, with every refusal told."""
