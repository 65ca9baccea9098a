"""Measures the models on gold data: what the figures of the cards are, and the runs that give them."""
