"""How alumina is priced and moved."""
