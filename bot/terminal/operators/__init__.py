"""The commands of whoever runs a server: answering programs, moving what is kept, exchanging casebooks, seeing gaps."""
