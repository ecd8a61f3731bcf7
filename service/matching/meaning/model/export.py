"""Makes model-int8.onnx, and the reference of the self-test, from the published weights. Run by hand; never at install.

    python export.py WEIGHTS FOLDER [--reference]

`WEIGHTS` is the model.safetensors that SOURCE.md names, `FOLDER` where to write. It needs onnx and safetensors, and
with ``--reference`` also onnxruntime, in an environment of its own. The same weights and the same onnx give the same
file, byte for byte.

Weights are kept as int8, symmetric, one scale a column (a row for the words' vectors); sums, norms and biases stay
float32. onnxruntime joins DequantizeLinear and MatMul to one integer product. The pooler is left out: a text's vector
is the mean over its pieces, brought to length one.

References
----------
Vaswani, A. et al. (2017). Attention Is All You Need. NeurIPS. Reimers, N. & Gurevych, I. (2019). Sentence-BERT.
EMNLP-IJCNLP, section 3 (mean pooling).
"""

import argparse
import hashlib
import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LAYERS, HEADS, WIDTH, LONGEST = 6, 12, 384, 512
OPSET, IR = 20, 9
CUT = 256  # pieces of a text that are read
HERE = Path(__file__).parent
F32 = NDArray[np.float32]


class Graph:
    """Nodes and constants in the order they are made; a node's result is named by its number.

    Parameters
    ----------
    weights : mapping of name to array
        As published.
    int8 : bool
        Keep matrices as int8 with a scale; otherwise as they are.
    """

    def __init__(self, weights: Mapping[str, F32], *, int8: bool) -> None:
        self.weights = weights
        self.int8 = int8
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: Any) -> str:
        """Add a constant; return its name."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def whole(self, name: str, values: Sequence[int]) -> str:
        """Add a constant of whole numbers, as axes and shapes are; return its name."""
        return self.constant(name, np.array(values, np.int64))

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node; return the name of its result."""
        number = len(self.nodes) + 1
        result = f"t{number}"
        self.nodes.append(helper.make_node(kind, inputs, [result], name=f"{kind}_{number}", **attributes))
        return result

    def linear(self, values: str, name: str) -> str:
        """Multiply by a matrix and add its bias. The published matrix has one row for each result."""
        matrix = self._matrix(f"{name}.w", self.weights[f"{name}.weight"].T.copy())
        product = self.node("MatMul", values, matrix)
        return self.node("Add", product, self.constant(f"{name}.b", self.weights[f"{name}.bias"]))

    def norm(self, values: str, name: str) -> str:
        """Normalise each piece's vector."""
        scale = self.constant(f"{name}.w", self.weights[f"{name}.weight"])
        bias = self.constant(f"{name}.b", self.weights[f"{name}.bias"])
        return self.node("LayerNormalization", values, scale, bias, axis=-1, epsilon=1e-12)

    def _matrix(self, name: str, matrix: F32) -> str:
        if not self.int8:
            return self.constant(name, matrix)
        scale, small = squeezed(matrix, axis=0)
        names = [self.constant(f"{name}_q", small), self.constant(f"{name}_s", scale)]
        names.append(self.constant(f"{name}_z", np.zeros(len(scale), np.int8)))
        return self.node("DequantizeLinear", *names, axis=1)


def squeezed(matrix: F32, axis: int) -> tuple[F32, NDArray[np.int8]]:
    """Return scales and int8 values; `axis` is the one a scale runs along."""
    scale = (np.abs(matrix).max(axis) / 127 + 1e-12).astype(np.float32)
    return scale, np.round(matrix / np.expand_dims(scale, axis)).astype(np.int8)


def words(graph: Graph) -> str:
    """Add what looks up each piece's vector, shape (texts, pieces, 384)."""
    table = graph.weights["embeddings.word_embeddings.weight"]
    if not graph.int8:
        return graph.node("Gather", graph.constant("emb", table), "input_ids")
    scale, small = squeezed(table, axis=1)
    found = graph.node("Gather", graph.constant("emb_q", small), "input_ids")
    found = graph.node("Cast", found, to=TensorProto.FLOAT)
    scales = graph.node("Gather", graph.constant("emb_s", scale), "input_ids")
    return graph.node("Mul", found, graph.node("Unsqueeze", scales, graph.whole("ax2", [2])))


def begin(graph: Graph) -> str:
    """Add words and places, normalised. Every text is a first sentence, so its kind is part of the place."""
    found = words(graph)
    shape = graph.node("Shape", "input_ids")
    length = graph.node("Gather", shape, graph.whole("one1", [1]))
    places = graph.weights["embeddings.position_embeddings.weight"][:LONGEST]
    places = places + graph.weights["embeddings.token_type_embeddings.weight"][0]
    names = [graph.constant("pos", places), graph.whole("z1", [0])]
    here = graph.node("Slice", *names, length, graph.whole("a0", [0]))
    return graph.norm(graph.node("Add", found, here), "embeddings.LayerNorm")


def away(graph: Graph, mask: str) -> str:
    """Add what keeps attention from padding: 0 on a piece, -1e9 elsewhere."""
    padding = graph.node("Sub", graph.constant("one", np.float32(1)), mask)
    far = graph.node("Mul", padding, graph.constant("neg", np.float32(-1e9)))
    return graph.node("Unsqueeze", far, graph.whole("ax12", [1, 2]))


def layer(graph: Graph, number: int, values: str, bias: str) -> str:
    """Add one layer: attention, then two linear steps, each with what came in added and normalised."""
    name = f"encoder.layer.{number}."
    parts = []
    for part in ("query", "key", "value"):
        parts.append(graph.node("Reshape", graph.linear(values, f"{name}attention.self.{part}"), "hs"))
    query = graph.node("Transpose", parts[0], perm=[0, 2, 1, 3])
    key = graph.node("Transpose", parts[1], perm=[0, 2, 3, 1])
    value = graph.node("Transpose", parts[2], perm=[0, 2, 1, 3])
    alike = graph.node("MatMul", query, key)
    alike = graph.node("Mul", alike, graph.constant(f"sc{number}", np.float32(1 / np.sqrt(WIDTH // HEADS))))
    weight = graph.node("Softmax", graph.node("Add", alike, bias), axis=-1)
    seen = graph.node("Transpose", graph.node("MatMul", weight, value), perm=[0, 2, 1, 3])
    seen = graph.linear(graph.node("Reshape", seen, "ms"), f"{name}attention.output.dense")
    values = graph.norm(graph.node("Add", values, seen), f"{name}attention.output.LayerNorm")
    wide = graph.node("Gelu", graph.linear(values, f"{name}intermediate.dense"))
    back = graph.linear(wide, f"{name}output.dense")
    return graph.norm(graph.node("Add", values, back), f"{name}output.LayerNorm")


def end(graph: Graph, values: str, mask: str) -> None:
    """Add the mean over the pieces of a text, brought to length one."""
    shown = graph.node("Unsqueeze", mask, graph.whole("ax2b", [2]))
    axis = graph.whole("ax1", [1])
    total = graph.node("ReduceSum", graph.node("Mul", values, shown), axis, keepdims=0)
    mean = graph.node("Div", total, graph.node("ReduceSum", shown, axis, keepdims=0))
    graph.nodes.append(helper.make_node("LpNormalization", [mean], ["embedding"], axis=-1, p=2))


def model(weights: Mapping[str, F32], *, int8: bool) -> onnx.ModelProto:
    """Return the encoder: input_ids and attention_mask (int64, texts by pieces) to embedding (float32, by 384)."""
    graph = Graph(weights, int8=int8)
    values = begin(graph)
    mask = graph.node("Cast", "attention_mask", to=TensorProto.FLOAT)
    bias = away(graph, mask)
    graph.whole("hs", [0, 0, HEADS, WIDTH // HEADS])
    graph.whole("ms", [0, 0, WIDTH])
    for number in range(LAYERS):
        values = layer(graph, number, values, bias)
    end(graph, values, mask)
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["b", "t"]) for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["b", WIDTH])
    made = helper.make_graph(graph.nodes, "minilm", inputs, [output], graph.constants)
    whole = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)
    onnx.checker.check_model(whole)
    return whole


def reference(weights: Mapping[str, F32]) -> F32:
    """Return the vectors of the texts of reference.txt by the weights as published, shape (50, 384)."""
    import onnxruntime

    at = importlib.util.spec_from_file_location("wordpiece", HERE.parent / "wordpiece.py")
    assert at is not None and at.loader is not None  # noqa: PT018, S101  # the file lies there
    wordpiece = importlib.util.module_from_spec(at)
    at.loader.exec_module(wordpiece)
    pieces = wordpiece.WordPiece.read(HERE / "vocab.txt")
    session = onnxruntime.InferenceSession(
        model(weights, int8=False).SerializeToString(), providers=["CPUExecutionProvider"]
    )
    found = []
    for text in (HERE / "reference.txt").read_text(encoding="utf-8").splitlines():
        numbers = np.array([pieces.numbers(text, CUT)], dtype=np.int64)
        given = {"input_ids": numbers, "attention_mask": np.ones_like(numbers)}
        found.append(session.run(None, given)[0][0])
    return np.array(found, dtype=np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the files of the sentence encoder.")
    parser.add_argument("weights", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reference", action="store_true", help="also make the reference of the self-test")
    asked = parser.parse_args()
    if hashlib.sha256(asked.weights.read_bytes()).hexdigest() != WEIGHTS_SHA256:
        parser.error("these are other weights than SOURCE.md names")
    weights = {name: value.astype(np.float32) for name, value in load_file(asked.weights).items()}
    onnx.save(model(weights, int8=True), asked.folder / "model-int8.onnx")
    if asked.reference:
        np.save(asked.folder / "reference.npy", reference(weights), allow_pickle=False)


if __name__ == "__main__":
    main()
