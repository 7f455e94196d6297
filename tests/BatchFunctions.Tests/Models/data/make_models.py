#!/usr/bin/env python3
"""Writes the small ONNX models that the tests of the model session run on: one for each shape that models come in.

Needs Debian's python3-onnx (run with /usr/bin/python3). The files are committed; run it again only to change them.
"""
import os

import numpy as np
import onnx
from onnx import TensorProto as T, helper as h, numpy_helper as nh

HERE = os.path.dirname(os.path.abspath(__file__))
ONNX, ML = h.make_opsetid("", 15), h.make_opsetid("ai.onnx.ml", 1)


def info(name, kind, *shape):
    return h.make_tensor_value_info(name, kind, list(shape))


def maps(name, key):
    value = onnx.ValueInfoProto(name=name)
    kind = value.type.sequence_type.elem_type.map_type
    kind.key_type = key
    kind.value_type.tensor_type.elem_type = T.FLOAT
    return value


def save(name, nodes, inputs, outputs, constants=(), opsets=(ONNX, ML)):
    graph = h.make_graph(nodes, name, inputs, outputs, [nh.from_array(np.asarray(v), k) for k, v in constants])
    model = h.make_model(graph, opset_imports=list(opsets), ir_version=8, producer_name="tests")
    with open(os.path.join(HERE, name + ".onnx"), "wb") as file:
        file.write(model.SerializeToString(deterministic=True))


f32 = np.float32

# score [N]: the sum of three numbers
save("sum", [h.make_node("ReduceSum", ["x", "axis"], ["y"], keepdims=0)],
     [info("x", T.FLOAT, "N", 3)], [info("y", T.FLOAT, "N")], [("axis", np.array([1], np.int64))])

# probabilities [N, 3] and a text label [N]; the label is the class after the most probable one, so that it is told apart from an arg max
save("softmax", [
    h.make_node("MatMul", ["x", "w"], ["z"]), h.make_node("Softmax", ["z"], ["probabilities"], axis=1),
    h.make_node("ArgMax", ["z"], ["best"], axis=1, keepdims=0), h.make_node("Add", ["best", "one"], ["next"]),
    h.make_node("Mod", ["next", "three"], ["index"]), h.make_node("Gather", ["names", "index"], ["label"])],
    [info("x", T.FLOAT, "N", 2)], [info("label", T.STRING, "N"), info("probabilities", T.FLOAT, "N", 3)],
    [("w", np.array([[1, 0, -1], [0, 1, -1]], f32)), ("one", np.array(1, np.int64)), ("three", np.array(3, np.int64)),
     ("names", np.array(["red", "green", "blue"], object))])

# a vector [N, 4] of doubles from doubles
save("vector", [h.make_node("MatMul", ["x", "w"], ["embedding"])],
     [info("x", T.DOUBLE, "N", 2)], [info("embedding", T.DOUBLE, "N", 4)],
     [("w", np.array([[1, 10, 100, 0.1], [2, 20, 200, 0.2]], np.float64))])

# one input per column, of every numeric type, some [N], some [N, 1]; score = a + 10 b + 100 c + 1000 d + 10000 e
columns = [("a", T.INT32, ("N", 1)), ("b", T.BOOL, ("N",)), ("c", T.INT64, ("N",)), ("d", T.DOUBLE, ("N", 1)), ("e", T.FLOAT, ("N", 1))]
save("columns", [n for i, (c, _, _) in enumerate(columns) for n in (
    h.make_node("Cast", [c], [c + "d"], to=T.DOUBLE), h.make_node("Reshape", [c + "d", "shape"], [c + "r"]))] + [
    h.make_node("Concat", [c + "r" for c, _, _ in columns], ["x"], axis=1), h.make_node("MatMul", ["x", "w"], ["score"])],
    [info(c, kind, *shape) for c, kind, shape in columns], [info("score", T.DOUBLE, "N", 1)],
    [("shape", np.array([-1, 1], np.int64)), ("w", np.array([[1], [10], [100], [1000], [10000]], np.float64))])

# three text classes, probabilities as a ZipMap, and no import of ONNX's own operators
save("zipmap", [
    h.make_node("LinearClassifier", ["x"], ["label", "raw"], domain="ai.onnx.ml", classlabels_strings=["cat", "dog", "owl"],
                coefficients=[1.0, 0.0, 0.0, 1.0, -1.0, -1.0], intercepts=[0.0, 0.0, 0.0], multi_class=1, post_transform="SOFTMAX"),
    h.make_node("ZipMap", ["raw"], ["probabilities"], domain="ai.onnx.ml", classlabels_strings=["cat", "dog", "owl"])],
    [info("x", T.FLOAT, "N", 2)], [info("label", T.STRING, "N"), maps("probabilities", T.STRING)], opsets=(ML,))

# two integer classes without a ZipMap
save("classifier", [
    h.make_node("LinearClassifier", ["x"], ["label", "probabilities"], domain="ai.onnx.ml", classlabels_ints=[0, 1],
                coefficients=[-1.0, -1.0, 1.0, 1.0], intercepts=[0.0, 0.0], multi_class=0, post_transform="LOGISTIC")],
    [info("x", T.FLOAT, "N", 2)], [info("label", T.INT64, "N"), info("probabilities", T.FLOAT, "N", 2)])

# a block of numbers and a block of text: score = p + 10 q + 100 code(s) + 1000 code(t)
save("blocks", [
    h.make_node("LabelEncoder", ["text"], ["codes"], domain="ai.onnx.ml", keys_strings=["low", "high"], values_floats=[1.0, 2.0], default_float=0.0),
    h.make_node("Concat", ["numbers", "codes"], ["x"], axis=1), h.make_node("MatMul", ["x", "w"], ["score"])],
    [info("numbers", T.FLOAT, "N", 2), info("text", T.STRING, "N", 2)], [info("score", T.FLOAT, "N", 1)],
    [("w", np.array([[1], [10], [100], [1000]], f32))], opsets=(ONNX, h.make_opsetid("ai.onnx.ml", 2)))

# words that meet nothing but encoders: one by one, put together and taken apart again, and one that goes through a copy; x and y share words
def words(name, zeros):
    cats = {"x": ["No", "Yes", "größe"], "y": ["Yes", "", "a word that is longer than thirty-two bytes"], "z": ["b", "a", "b"]}
    encode = lambda source, target, known: h.make_node("OneHotEncoder", [source], [target], domain="ai.onnx.ml", cats_strings=known, zeros=zeros)
    save(name, [
        encode("x", "x1", cats["x"]), h.make_node("Squeeze", ["x1", "one"], ["x2"]),
        h.make_node("Concat", ["y", "z"], ["yz"], axis=1),
        h.make_node("ArrayFeatureExtractor", ["yz", "zero"], ["y1"], domain="ai.onnx.ml"), encode("y1", "y2", cats["y"]), h.make_node("Squeeze", ["y2", "one"], ["y3"]),
        h.make_node("Gather", ["yz", "one"], ["z1"], axis=1), encode("z1", "z2", cats["z"]), h.make_node("Squeeze", ["z2", "one"], ["z3"]),
        h.make_node("Identity", ["t"], ["t1"]),
        h.make_node("LabelEncoder", ["t1"], ["t2"], domain="ai.onnx.ml", keys_strings=["low", "high", "Yes"], values_floats=[1.5, 2.5, 4.0], default_float=-1.0),
        h.make_node("Concat", ["x2", "y3", "z3", "t2", "n"], ["all"], axis=1), h.make_node("MatMul", ["all", "w"], ["score"])],
        [info(c, T.STRING, "N", 1) for c in "xyzt"] + [info("n", T.FLOAT, "N", 1)], [info("score", T.FLOAT, "N", 1)],
        [("zero", np.array([0], np.int64)), ("one", np.array([1], np.int64)), ("w", (np.arange(1, 12, dtype=f32) ** 2 / 3).reshape(11, 1))],
        opsets=(ONNX, h.make_opsetid("ai.onnx.ml", 2)))


words("words", 1)
words("words_strict", 0)

# text that is more than an encoder's input: numbered by an operator that cannot take positions (p), an output itself (q), put together with one that is (r), looked at by a
# branch (s); u meets an encoder only
save("words_kept", [
    h.make_node("CategoryMapper", ["p"], ["p1"], domain="ai.onnx.ml", cats_strings=["No", "Yes"], cats_int64s=[3, 5], default_int64=-1),
    h.make_node("Cast", ["p1"], ["p2"], to=T.FLOAT),
    h.make_node("OneHotEncoder", ["p"], ["p3"], domain="ai.onnx.ml", cats_strings=["No", "Yes"], zeros=1), h.make_node("Squeeze", ["p3", "one"], ["p4"]),
    h.make_node("Concat", ["q", "r"], ["label"], axis=1),
    h.make_node("OneHotEncoder", ["r"], ["r1"], domain="ai.onnx.ml", cats_strings=["No", "Yes"], zeros=1), h.make_node("Squeeze", ["r1", "one"], ["r2"]),
    h.make_node("If", ["true"], ["s1"],
        then_branch=h.make_graph([h.make_node("OneHotEncoder", ["s"], ["s0"], domain="ai.onnx.ml", cats_strings=["No", "Yes"], zeros=1)], "then", [], [info("s0", T.FLOAT, "N", 1, 2)]),
        else_branch=h.make_graph([h.make_node("OneHotEncoder", ["s"], ["s9"], domain="ai.onnx.ml", cats_strings=["Yes", "No"], zeros=1)], "else", [], [info("s9", T.FLOAT, "N", 1, 2)])),
    h.make_node("Squeeze", ["s1", "one"], ["s2"]),
    h.make_node("OneHotEncoder", ["u"], ["u1"], domain="ai.onnx.ml", cats_strings=["No", "Yes"], zeros=1), h.make_node("Squeeze", ["u1", "one"], ["u2"]),
    h.make_node("Concat", ["p2", "p4", "r2", "s2", "u2"], ["all"], axis=1), h.make_node("MatMul", ["all", "w"], ["score"])],
    [info(c, T.STRING, "N", 1) for c in "pqrsu"], [info("score", T.FLOAT, "N", 1), info("label", T.STRING, "N", 2)],
    [("one", np.array([1], np.int64)), ("true", np.array(True)), ("w", (np.arange(1, 10, dtype=f32) ** 2 / 3).reshape(9, 1))])

# exactly four rows, never more or fewer
save("fixed", [h.make_node("MatMul", ["x", "w"], ["score"])],
     [info("x", T.FLOAT, 4, 2)], [info("score", T.FLOAT, 4, 1)], [("w", np.array([[1], [10]], f32))])

# a small network, for what depends on the number of rows
rng = np.random.default_rng(7)
save("network", [
    h.make_node("Gemm", ["x", "w1", "b1"], ["h1"]), h.make_node("Relu", ["h1"], ["a1"]),
    h.make_node("Gemm", ["a1", "w2", "b2"], ["h2"]), h.make_node("Sigmoid", ["h2"], ["score"])],
    [info("x", T.FLOAT, "N", 7)], [info("score", T.FLOAT, "N", 1)],
    [("w1", rng.normal(size=(7, 33)).astype(f32)), ("b1", rng.normal(size=33).astype(f32)),
     ("w2", rng.normal(size=(33, 1)).astype(f32)), ("b2", np.zeros(1, f32))])

# the logarithm: no score for a negative number
save("logarithm", [h.make_node("Log", ["x"], ["score"])], [info("x", T.FLOAT, "N", 1)], [info("score", T.FLOAT, "N", 1)])

# a model that asks for 2^37 bytes and more for each row
save("greedy", [
    h.make_node("Shape", ["x"], ["shape"]), h.make_node("Mul", ["shape", "factor"], ["large"]),
    h.make_node("Expand", ["x", "large"], ["wide"]), h.make_node("ReduceSum", ["wide", "axis"], ["score"], keepdims=1)],
    [info("x", T.FLOAT, "N", 1)], [info("score", T.FLOAT, "N", 1)],
    [("factor", np.array([1, 1 << 40], np.int64)), ("axis", np.array([1], np.int64))])

# one number for the whole batch
save("whole", [h.make_node("ReduceMean", ["x"], ["score"], keepdims=1)], [info("x", T.FLOAT, "N", 1)], [info("score", T.FLOAT, 1, 1)])

# a type that no column has
save("half", [h.make_node("Cast", ["x"], ["score"], to=T.FLOAT)], [info("x", T.FLOAT16, "N", 1)], [info("score", T.FLOAT, "N", 1)])

# a class and no score
save("label_only", [h.make_node("ArgMax", ["x"], ["label"], axis=1, keepdims=0)], [info("x", T.FLOAT, "N", 2)], [info("label", T.INT64, "N")])

# weights in another file
save("external", [h.make_node("MatMul", ["x", "w"], ["score"])],
     [info("x", T.FLOAT, "N", 2)], [info("score", T.FLOAT, "N", 1)], [("w", np.array([[1], [10]], f32))])
model = onnx.load(os.path.join(HERE, "external.onnx"))
weight = model.graph.initializer[0]
weight.ClearField("raw_data")
weight.data_location = onnx.TensorProto.EXTERNAL
weight.external_data.add(key="location", value="weights.bin")
with open(os.path.join(HERE, "external.onnx"), "wb") as file:
    file.write(model.SerializeToString(deterministic=True))
