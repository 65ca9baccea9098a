"""Word documents, and what LibreOffice turns into them."""
