"""What is said to people who practise."""
