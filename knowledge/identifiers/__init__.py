"""The numbers, links, names of accounts and wallets in a text, each in one form, and how it may be shown."""
