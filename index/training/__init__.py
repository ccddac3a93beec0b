"""Teaching the encoder our subject, on the casebook alone."""
