"""What a user may say: scenarios, packs of data and how they are read, merged and judged."""
