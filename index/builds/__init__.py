"""Builds: sealed folders made of the casebook; made, gated, published, loaded, and taken over while running."""
