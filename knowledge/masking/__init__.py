"""What is private in a text, found and taken out before anybody else reads it."""
