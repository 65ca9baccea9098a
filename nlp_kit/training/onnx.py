"""Export a torch module over token numbers to ONNX with int8 weights."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

_OPSET = 17


def export_int8(
    module: nn.Module, example: Mapping[str, Tensor], output: str, place: Path, rows: Mapping[str, str] | None = None
) -> None:
    """Write the graph of a module whose inputs and one output have a row for each token, or for what ``rows`` says.

    Args:
        module: In evaluation mode.
        example: Name of each input → an example of it, shape (n_texts, n_tokens) or (n_texts, n_tokens, n_features).
        output: Name of the output.
        place: The file.
        rows: Name of an input or the output → what its rows stand for, where not for tokens.
    """
    names = (*example, output)
    with TemporaryDirectory() as work, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        full = Path(work) / "model.onnx"
        torch.onnx.export(
            module,
            tuple(example.values()),
            str(full),
            input_names=list(example),
            output_names=[output],
            dynamic_axes={name: {0: "batch", 1: (rows or {}).get(name, "tokens")} for name in names},
            opset_version=_OPSET,
            dynamo=False,
        )
        quantize_dynamic(
            full,
            place,
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gather"],
        )
