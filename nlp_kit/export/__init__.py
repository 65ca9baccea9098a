"""Exports: the records as files that people and programs read."""

from nlp_kit.export.blocks import Block, Style, draft_blocks, report_blocks
from nlp_kit.export.docx import blocks_docx
from nlp_kit.export.jsonl import decisions_json, draft_json, faults_json, reasons_json, report_json, statements_jsonl
from nlp_kit.export.markdown import blocks_html, blocks_markdown, blocks_text
from nlp_kit.export.xlsx import problems_xlsx, report_xlsx

__all__ = [
    "Block",
    "Style",
    "blocks_docx",
    "blocks_html",
    "blocks_markdown",
    "blocks_text",
    "decisions_json",
    "draft_blocks",
    "draft_json",
    "faults_json",
    "problems_xlsx",
    "reasons_json",
    "report_blocks",
    "report_json",
    "report_xlsx",
    "statements_jsonl",
]
