"""Finding near cases: the encoder, the index, sealed builds. Knows patterns, not chats."""
