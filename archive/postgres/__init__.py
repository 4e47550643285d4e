"""The archive in a PostgreSQL database, by psycopg 3 (extra `postgres`)."""
