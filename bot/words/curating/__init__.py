"""What moderators read beside the cards: what checks found wrong."""
