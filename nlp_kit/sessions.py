"""How every network of ours is opened: one thread, on the processor, without a word to anybody."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


def open_session(graph: Path) -> "InferenceSession":
    """Return a session of an ONNX graph.

    Raises:
        Exception: The file is missing or damaged; the library has no errors of its own to tell by.
    """
    # Loaded only where a network is needed, so that help and messages come at once.
    from onnxruntime import InferenceSession, SessionOptions, disable_telemetry_events

    # Where somebody else has imported onnxruntime before us, the environment came too late.
    disable_telemetry_events()
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
