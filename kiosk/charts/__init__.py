"""Charts of the records as shapes and as sentences; the templates draw and say them."""
