"""The commands of `shakeout`, one family a file; each imports what it needs when it is called."""
