"""From vectors to a judgement, how it is learned and calibrated, and how good it is."""
