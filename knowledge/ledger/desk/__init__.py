"""What is kept for moderators at work: what each was told of and passed over, and who is signed in."""
