"""What is kept in the database, one module a kind of row."""
