"""The encoder as an ONNX graph, built from named weights: no torch, no download.

The network is BERT as published (Devlin and others, 2019): 6 layers of 384, 12 heads, exact GELU, normalised after
each half layer. Input: token ids and attention mask, int64 [batch, tokens]; output `hidden`: float32 [batch, tokens, 384].
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from onnx import ModelProto, TensorProto, checker, helper, numpy_helper

LAYERS = 6
WIDTH = 384
HEADS = 12
EPSILON = 1e-12
OPSET = 17
IR_VERSION = 8  # what onnx 1.17 and every onnxruntime in use read


class _Graph:
    """Nodes and constants in the making; every method returns the name of its output."""

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        self.weights = weights
        self.nodes: list = []
        self.constants: dict[str, np.ndarray] = {}

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants[name] = np.ascontiguousarray(value)
        return name

    def integers(self, *values: int) -> str:
        return self.constant("i_" + "_".join(map(str, values)), np.array(values, np.int64))

    def number(self, name: str, value: float) -> str:
        return self.constant(name, np.array([value], np.float32))

    def add(self, operator: str, *inputs: str, output: str | None = None, **attributes: object) -> str:
        output = output or f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [output], **attributes))
        return output

    def linear(self, x: str, name: str) -> str:
        weight = self.constant(name + ".weight", self.weights[name + ".weight"].T)
        return self.add("Add", self.add("MatMul", x, weight), self.constant(name + ".bias", self.weights[name + ".bias"]))

    def normalise(self, x: str, name: str, output: str | None = None) -> str:
        scale = self.constant(name + ".weight", self.weights[name + ".weight"])
        shift = self.constant(name + ".bias", self.weights[name + ".bias"])
        return self.add("LayerNormalization", x, scale, shift, axis=-1, epsilon=EPSILON, output=output)

    def gelu(self, x: str) -> str:
        erf = self.add("Erf", self.add("Mul", x, self.number("sqrt_half", 2**-0.5)))
        return self.add("Mul", self.add("Mul", x, self.number("half", 0.5)), self.add("Add", erf, self.number("one", 1.0)))


def build(weights: Mapping[str, np.ndarray]) -> ModelProto:
    """The checked model for `weights` (names as in the published safetensors file)."""
    graph = _Graph(weights)
    mask = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    absent = graph.add("Sub", graph.number("one", 1.0), graph.add("Unsqueeze", mask, graph.integers(1, 2)))
    bias = graph.add("Mul", absent, graph.number("far_below", -10000.0))
    x = _embeddings(graph)
    for layer in range(LAYERS):
        x = _layer(graph, x, bias, f"encoder.layer.{layer}.", "hidden" if layer == LAYERS - 1 else None)
    ids = [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "tokens"]) for n in ("input_ids", "attention_mask")]
    hidden = helper.make_tensor_value_info("hidden", TensorProto.FLOAT, ["batch", "tokens", WIDTH])
    constants = [numpy_helper.from_array(value, name) for name, value in graph.constants.items()]
    body = helper.make_graph(graph.nodes, "minilm", ids, [hidden], constants)
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    checker.check_model(model)
    return model


def _embeddings(graph: _Graph) -> str:
    weights = graph.weights
    length = graph.add("Gather", graph.add("Shape", "input_ids"), graph.integers(1), axis=0)
    positions = graph.constant("positions", weights["embeddings.position_embeddings.weight"])
    position = graph.add("Slice", positions, graph.integers(0), length, graph.integers(0))
    words = graph.constant("words", weights["embeddings.word_embeddings.weight"])
    word = graph.add("Gather", words, "input_ids", axis=0)
    first_segment = graph.constant("segment", weights["embeddings.token_type_embeddings.weight"][0])
    together = graph.add("Add", graph.add("Add", word, position), first_segment)
    return graph.normalise(together, "embeddings.LayerNorm")


def _layer(graph: _Graph, x: str, bias: str, name: str, output: str | None) -> str:
    split, join = graph.integers(0, 0, HEADS, WIDTH // HEADS), graph.integers(0, 0, WIDTH)

    def heads(part: str, order: list[int]) -> str:
        projected = graph.linear(x, f"{name}attention.self.{part}")
        return graph.add("Transpose", graph.add("Reshape", projected, split), perm=order)

    query, key, value = heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1]), heads("value", [0, 2, 1, 3])
    scale = graph.number("scale", (WIDTH // HEADS) ** -0.5)
    scores = graph.add("Add", graph.add("Mul", graph.add("MatMul", query, key), scale), bias)
    read = graph.add("MatMul", graph.add("Softmax", scores, axis=-1), value)
    read = graph.add("Reshape", graph.add("Transpose", read, perm=[0, 2, 1, 3]), join)
    attended = graph.add("Add", graph.linear(read, name + "attention.output.dense"), x)
    x = graph.normalise(attended, name + "attention.output.LayerNorm")
    wide = graph.gelu(graph.linear(x, name + "intermediate.dense"))
    return graph.normalise(graph.add("Add", graph.linear(wide, name + "output.dense"), x), name + "output.LayerNorm", output)
