"""Exports: the records as files that people and programs read."""

from nlp_kit.export.docx import draft_docx
from nlp_kit.export.jsonl import draft_json, reasons_json, statements_jsonl
from nlp_kit.export.markdown import draft_markdown, draft_text

__all__ = ["draft_docx", "draft_json", "draft_markdown", "draft_text", "reasons_json", "statements_jsonl"]
