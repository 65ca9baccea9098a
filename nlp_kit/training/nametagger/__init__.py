"""Training of the character tagger that finds names of persons and organisations."""
