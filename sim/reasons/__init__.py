"""Why an agent did what it did, in plain words: what it weighed, by how much the choice won, what would have tipped it."""
