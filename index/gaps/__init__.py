"""Where the casebook has gaps: what several people asked and no pattern fits, found in vectors and counts."""
