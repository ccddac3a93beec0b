"""Beyond the private chat: groups, inline, the links that lead from there into it, and cards to pass on."""
