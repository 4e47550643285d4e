"""What is true of the PostgreSQL store only, and the private server that all tests of it use."""
