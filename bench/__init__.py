"""Measurements that are printed, not tested: machines are noisy, so read the ratios."""
