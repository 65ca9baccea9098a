"""Corpora → models: ``python -m nlp_kit.training`` trains the shipped classifier."""
