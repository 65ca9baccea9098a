"""Web pages, also those that Word and office systems save under other names."""
