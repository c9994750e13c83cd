"""Build and move: owners think of new plants and of moves to the coast; governments answer those who apply.

An owner thinks in this order. Where would a new plant be worth most to me, and which of my inland plants could go for
one at the coast? What is the best of these worth over its investment, at my cost of capital and by my view of prices?
Is that more than I ask for in the mood of this year? Then it applies. Plans are heard by score, best first. Who has
begun a plant this year waits. Who has a plan that is large for its purse looks for a partner (`sim/decisions/join.py`);
who cannot pay then does not come before the governments. The nation approves until its quota is full, the province
consents or not. A planned project of the register needs luck to be taken up at all, but no mood.
"""
