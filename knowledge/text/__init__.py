"""What any text is before anything is known of it: its language, its script, its words undisguised, its sentences."""
