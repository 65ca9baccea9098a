"""Tables: spreadsheets and comma-separated values."""
