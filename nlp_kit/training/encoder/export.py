"""Export a tuned encoder to ONNX int8 in a folder that onnxruntime and sentence-transformers both read."""

import json
import shutil
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor, nn

from nlp_kit.encoding import MAX_TOKENS, WEIGHTS
from nlp_kit.training.onnx import export_int8

# The torch weights stay behind: what is shipped is the int8 graph.
_LEFT_OUT = ("model.safetensors", "README.md", "bert")


class _LastLayer(nn.Module):
    """A BERT that returns nothing but its last layer."""

    def __init__(self, bert: nn.Module) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return the token vectors, shape (n_texts, n_tokens, n_dimensions)."""
        layer: Tensor = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return layer


def export(tuned: Path, folder: Path) -> None:
    """Write ``folder`` from a sentence-transformers folder: its settings, tokenizer and ``onnx/model.onnx``.

    Args:
        tuned: The folder with torch weights.
        folder: The folder to ship; its card stays.
    """
    shutil.copytree(tuned, folder, ignore=shutil.ignore_patterns(*_LEFT_OUT), dirs_exist_ok=True)
    (folder / WEIGHTS).parent.mkdir(exist_ok=True)
    encoder = SentenceTransformer(str(tuned), device="cpu", model_kwargs={"attn_implementation": "eager"})
    tokens, mask = torch.tensor([[0, 5, 6, 2], [0, 5, 2, 1]]), torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])
    module = _LastLayer(encoder[0].auto_model.eval())
    export_int8(module, {"input_ids": tokens, "attention_mask": mask}, "last_hidden_state", folder / WEIGHTS)
    _name_for_all_versions(folder)


def _name_for_all_versions(folder: Path) -> None:
    """Name modules and tokenizer as every version of the libraries knows them, not only the one that wrote them."""
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    for module in modules:
        module["type"] = "sentence_transformers.models." + module["type"].rsplit(".", 1)[1]
    tokenizer = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    tokenizer["tokenizer_class"] = "PreTrainedTokenizerFast"
    settings = {"max_seq_length": MAX_TOKENS, "do_lower_case": False}
    files = {"modules.json": modules, "tokenizer_config.json": tokenizer, "sentence_bert_config.json": settings}
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8", newline="\n")
