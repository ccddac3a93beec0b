"""The commands of whoever runs a server: answering programs, exchanging casebooks, and seeing what is missing."""
