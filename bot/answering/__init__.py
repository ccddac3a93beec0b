"""Answers and patterns as objects that JSON can hold: the same in a terminal, over HTTP and for assistants."""
