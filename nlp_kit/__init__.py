"""nlpkit: from a folder of self-examination texts to the drafted section, offline and with proof."""

__version__ = "0.1.0"
