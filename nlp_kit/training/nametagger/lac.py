"""Cut the lexer out of Baidu LAC's published package (Apache-2.0): its weights → an ONNX graph over characters.

Paddle keeps the gates of a GRU as (update, reset, candidate) and mixes with the update gate the other way round than
ONNX does: h' = (1 - u) h + u c; so the update gate's weights change their sign.
"""

import json
import struct
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from nlp_kit.privacy.lexer import GRAPH, NUMBERS

PACKAGE = "LAC==2.1.2"
_INSIDE = "LAC/lac_model"
_HIDDEN = 128
_LABELS = 49
_UNKNOWN = "OOV"
_LOD_BYTES = 8

Weights = Mapping[str, NDArray[np.float32]]


def fetch(folder: Path) -> Path:
    """Download the package's source, which is not to be installed, and return the folder of its model.

    Args:
        folder: Where it is unpacked.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not list(folder.glob("*.tar.gz")):
        # Its setup.py needs pkg_resources, which newer setuptools no longer have.
        limit = folder / "constraint.txt"
        limit.write_text("setuptools<70\n", encoding="utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", str(folder), PACKAGE]
        subprocess.run(command, check=True, env={**_environment(), "PIP_CONSTRAINT": str(limit)})
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    return next(folder.glob(f"*/{_INSIDE}"))


def write_lexer(model: Path, folder: Path) -> None:
    """Write the graph and the characters' numbers.

    Args:
        model: Folder of LAC's model.
        folder: Where they go.
    """
    weights = {path.name: _tensor(path.read_bytes()) for path in (model / "model").iterdir() if path.name[0] != "_"}
    rows = _table(model / "conf" / "word.dic", key=1)
    numbers, kept = {}, [int(rows[_UNKNOWN])]
    for word, row in rows.items():
        if len(word) == 1:
            numbers[word] = len(kept)
            kept.append(int(row))
    half = _table(model / "conf" / "q2b.dic", key=0)
    numbers = {full: numbers[short] for full, short in half.items() if short in numbers} | numbers
    onnx.save(_graph(weights, weights["word_emb"][kept]), str(folder / GRAPH))
    text = json.dumps(numbers, ensure_ascii=False, separators=(",", ":"))
    (folder / NUMBERS).write_text(text + "\n", encoding="utf-8", newline="\n")


def _environment() -> dict[str, str]:
    import os

    return dict(os.environ)


def _table(path: Path, key: int) -> dict[str, str]:
    pairs = [line.split("\t") for line in path.read_text(encoding="utf-8").split("\n")]
    return {pair[key]: pair[1 - key] for pair in pairs if len(pair) == 2}


def _tensor(data: bytes) -> NDArray[np.float32]:
    """Read Paddle's form of a tensor: version, level-of-detail table, version, description (protobuf), numbers."""
    position = 4
    (levels,) = struct.unpack_from("<Q", data, position)
    position += _LOD_BYTES
    for _ in range(levels):
        (length,) = struct.unpack_from("<Q", data, position)
        position += _LOD_BYTES + length
    position += 4
    (length,) = struct.unpack_from("<i", data, position)
    position += 4
    shape = _shape(data[position : position + length])
    return np.frombuffer(data, np.float32, offset=position + length).reshape(shape)


def _shape(description: bytes) -> list[int]:
    """Return the dimensions (field 2) of a protobuf message of varints."""
    fields: list[tuple[int, int]] = []
    numbers, value, shift = [], 0, 0
    for byte in description:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(value)
            value = shift = 0
    for tag, number in zip(numbers[::2], numbers[1::2], strict=True):
        fields.append((tag >> 3, number))
    return [number for field, number in fields if field == 2]


def _graph(weights: Weights, embeddings: NDArray[np.float32]) -> onnx.ModelProto:
    """Return the network: characters (n, 1) → hidden states (n, 1, 256) and label scores (n, 1, 49)."""
    constants = {"embeddings": embeddings, "shape": np.array([0, 0, 2 * _HIDDEN], np.int64)}
    nodes = [helper.make_node("Gather", ["embeddings", "ids"], ["layer0"])]
    for layer in (0, 1):
        gates = [_gates(weights, 2 * layer + direction) for direction in (0, 1)]
        names = [f"{kind}{layer}" for kind in "WRB"]
        constants |= {
            name: np.stack(part).astype(np.float32) for name, part in zip(names, zip(*gates, strict=True), strict=True)
        }
        nodes += [
            helper.make_node(
                "GRU",
                [f"layer{layer}", *names],
                [f"both{layer}"],
                hidden_size=_HIDDEN,
                direction="bidirectional",
                linear_before_reset=0,
            ),
            helper.make_node("Transpose", [f"both{layer}"], [f"turned{layer}"], perm=[0, 2, 1, 3]),
            helper.make_node("Reshape", [f"turned{layer}", "shape"], [f"layer{layer + 1}"]),
        ]
    constants |= {"label_weights": weights["fc_4.w_0"], "label_bias": weights["fc_4.b_0"].reshape(-1)}
    nodes += [
        helper.make_node("MatMul", ["layer2", "label_weights"], ["unbiased"]),
        helper.make_node("Add", ["unbiased", "label_bias"], ["scores"]),
    ]
    graph = helper.make_graph(
        nodes,
        "lexer",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["characters", "texts"])],
        [
            helper.make_tensor_value_info("layer2", TensorProto.FLOAT, ["characters", "texts", 2 * _HIDDEN]),
            helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["characters", "texts", _LABELS]),
        ],
        [numpy_helper.from_array(np.ascontiguousarray(part), name) for name, part in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


def _gates(weights: Weights, number: int) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return input weights, recurrent weights and biases of one direction in ONNX's order and sign."""
    size = _HIDDEN
    flat = weights[f"gru_{number}.w_0"].reshape(-1)
    gates = flat[: 2 * size * size].reshape(size, 2 * size)
    candidate = flat[2 * size * size :].reshape(size, size)
    inputs = weights[f"fc_{number}.w_0"]
    bias = weights[f"fc_{number}.b_0"].reshape(-1) + weights[f"gru_{number}.b_0"].reshape(-1)
    return (
        np.concatenate([-inputs[:, :size], inputs[:, size:]], axis=1).T,
        np.concatenate([-gates[:, :size], gates[:, size:], candidate], axis=1).T,
        np.concatenate([-bias[:size], bias[size:], np.zeros(3 * size, np.float32)]),
    )
