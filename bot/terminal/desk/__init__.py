"""Commands about what people say: reports of contacts, appeals against them, and wrong answers."""
