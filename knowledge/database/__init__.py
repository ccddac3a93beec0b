"""The database, a file or a server's: its tables, how it is held, and its copies."""
