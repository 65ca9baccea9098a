"""Export a torch module over token numbers to ONNX with int8 weights."""

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

_OPSET = 17
_AXES = {0: "batch", 1: "tokens"}


def export_int8(module: nn.Module, example: tuple[Tensor, Tensor], output: str, place: Path) -> None:
    """Write the graph of a module that maps (input_ids, attention_mask) to one output with a row for each token.

    Args:
        module: In evaluation mode.
        example: Token numbers and mask, each of shape (n_texts, n_tokens).
        output: Name of the output.
        place: The file.
    """
    with TemporaryDirectory() as work, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        full = Path(work) / "model.onnx"
        torch.onnx.export(
            module,
            example,
            str(full),
            input_names=["input_ids", "attention_mask"],
            output_names=[output],
            dynamic_axes={"input_ids": _AXES, "attention_mask": _AXES, output: _AXES},
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
