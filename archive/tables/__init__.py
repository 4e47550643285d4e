"""Rules that differ by place or year, as dated TOML tables with their source."""
