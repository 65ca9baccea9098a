"""Pictures of text: photos and scanned pages (extra ``ocr``)."""
