"""What moderators propose to change in the documents, and the casebook that comes of it."""
