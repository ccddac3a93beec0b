"""The words of every reply, and one function a kind of reply."""
