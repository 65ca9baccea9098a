"""Review: the committee's decisions about statements, groups and sentences, kept for every later run."""
