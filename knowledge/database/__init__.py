"""The SQLite file: its tables, its write-ahead log, how it is held, and its copies."""
