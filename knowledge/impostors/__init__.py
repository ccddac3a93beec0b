"""Who a stranger claims to be, whose contact something really is, and what is wrong with it."""
