"""Buying plants and firms: what is worked out, who is asked, what comes of it."""
