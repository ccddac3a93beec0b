"""The SQLite file: its tables, its write-ahead log, and how it is held."""
