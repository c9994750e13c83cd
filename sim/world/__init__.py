"""What exists: plants, owners, geography and who controls what."""
