#!/usr/bin/env python3
"""Trains the churn model of the sample on synthetic customers, and writes model.onnx and manifest.yaml next to itself.

Needs Debian's python3-sklearn and python3-onnx; run it with /usr/bin/python3. The seed is fixed: the same versions write the same
bytes. `batchfn demo` makes its customers by the formulas below (with another generator, so other customers of the same kind).

Customers, each column drawn independently but for num_returns:

  user_id              1, 2, 3, …
  age                  whole, uniform in 18..79
  income               exp(N(10.8, 0.55)), to 2 decimals; missing in 1 % of the records, which the model imputes
  credit_score         N(680, 80), rounded, clipped to 300..850
  num_purchases        Poisson(12)
  account_age_days     whole, uniform in 1..3649
  avg_transaction      Gamma(shape 2, scale 40), to 2 decimals
  num_returns          Binomial(num_purchases, 0.1)
  is_premium           true in 30 %
  region               uniform over REGIONS
  category_preference  uniform over CATEGORIES

Of the demo's customers about 0.1 % are broken on purpose, each in one of these ways, which the reader, the pipeline or the model rejects:
age a word or above 130, credit_score missing or below 300, account_age_days missing, avg_transaction below 0, is_premium a word,
region not among REGIONS, category_preference missing, a record that ends in the middle, a record with a field too many.

Whether a customer of the training set leaves is drawn with the probability 1 / (1 + exp(-z)), z as in `leaning`. The model is gradient
boosting on the ten features as float32, region and category_preference as their position in the sorted list of names (as
scikit-learn's LabelEncoder numbers them), with a missing income replaced by the median.
"""
import json
import os

import numpy as np
import onnx
from onnx import TensorProto, helper
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import LabelEncoder

HERE = os.path.dirname(os.path.abspath(__file__))
SEED = 20260208
CUSTOMERS = 60_000
REGIONS = ["north", "north_east", "east", "south_east", "south", "south_west", "west", "north_west"]
CATEGORIES = ["automotive", "beauty", "books", "clothing", "electronics", "garden", "groceries", "health", "home", "music", "sports", "toys"]
FEATURES = ["age", "income", "credit_score", "num_purchases", "account_age_days", "avg_transaction", "num_returns", "is_premium",
            "region", "category_preference"]
TYPES = {"income": "float64", "avg_transaction": "float64", "is_premium": "bool", "region": "string", "category_preference": "string"}


def customers(rng, n):
    purchases = rng.poisson(12, n)
    return {
        "age": rng.integers(18, 80, n),
        "income": np.where(rng.random(n) < 0.01, np.nan, np.round(np.exp(rng.normal(10.8, 0.55, n)), 2)),
        "credit_score": np.clip(np.rint(rng.normal(680, 80, n)), 300, 850).astype(np.int64),
        "num_purchases": purchases,
        "account_age_days": rng.integers(1, 3650, n),
        "avg_transaction": np.round(rng.gamma(2, 40, n), 2),
        "num_returns": rng.binomial(purchases, 0.1),
        "is_premium": rng.random(n) < 0.3,
        "region": rng.choice(REGIONS, n),
        "category_preference": rng.choice(CATEGORIES, n),
    }


def leaning(c):
    returned = c["num_returns"] / np.maximum(1, c["num_purchases"])
    return (-1.55
            - 0.13 * (c["num_purchases"] - 12)
            - 0.16 * (c["account_age_days"] / 365 - 5)
            - 0.007 * (c["credit_score"] - 680)
            - 0.5 * (np.log(np.nan_to_num(c["income"], nan=49_000)) - 10.8)
            - 0.004 * (c["avg_transaction"] - 80)
            + 4.0 * (returned - 0.1)
            - 0.7 * c["is_premium"]
            + 0.6 * (c["age"] < 30)
            + 0.4 * np.isin(c["region"], ["south", "south_west"])
            + 0.3 * np.isin(c["category_preference"], ["electronics", "music"]))


def prepare(c, median, encoders):
    columns = []
    for name in FEATURES:
        values = c[name]
        if name in encoders:
            values = encoders[name].transform(values)
        elif name == "income":
            values = np.where(np.isnan(values), median, values)
        columns.append(values.astype(np.float32))
    return np.column_stack(columns)


def to_onnx(model, x):
    nodes = {k: [] for k in "treeids nodeids featureids modes values truenodeids falsenodeids".split()}
    leaves = {k: [] for k in "treeids nodeids ids weights".split()}
    for i, estimator in enumerate(model.estimators_[:, 0]):
        tree = estimator.tree_
        for n in range(tree.node_count):
            leaf = tree.children_left[n] == -1
            cut = np.float32(0 if leaf else tree.threshold[n])
            if not leaf and float(cut) > tree.threshold[n]:
                # x <= t in double precision is x <= t rounded down in single precision.
                cut = np.nextafter(cut, np.float32(-np.inf))
            row = (i, n, 0 if leaf else int(tree.feature[n]), "LEAF" if leaf else "BRANCH_LEQ", float(cut),
                   0 if leaf else int(tree.children_left[n]), 0 if leaf else int(tree.children_right[n]))
            for key, value in zip(nodes, row):
                nodes[key].append(value)
            if leaf:
                for key, value in zip(leaves, (i, n, 0, float(model.learning_rate * tree.value[n, 0, 0]))):
                    leaves[key].append(value)
    graph = helper.make_graph(
        [helper.make_node("TreeEnsembleRegressor", ["features"], ["raw"], domain="ai.onnx.ml", n_targets=1,
                          base_values=[float(model._raw_predict_init(x[:1])[0, 0])],
                          **{"nodes_" + k: v for k, v in nodes.items()}, **{"target_" + k: v for k, v in leaves.items()}),
         helper.make_node("Sigmoid", ["raw"], ["score"])],
        "churn",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", len(FEATURES)])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["N", 1])])
    return helper.make_model(graph, ir_version=8, producer_name="samples/churn/train.py",
                             opset_imports=[helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 1)])


def histogram(values):
    """Tenths of the training set by edges at its quantiles; integers by edges between them."""
    present = values[~np.isnan(values)]
    edges = np.unique(np.quantile(present, np.linspace(0, 1, 11), method="nearest"))
    if np.all(present == np.rint(present)):
        edges = np.append(edges[:-1] - 0.5, edges[-1] + 0.5)
    counts, _ = np.histogram(present, edges)
    return f"{{ edges: {numbers(edges)}, counts: {numbers(counts)}, missing: {int(np.isnan(values).sum())} }}"


def numbers(values):
    return "[" + ", ".join(f"{v:.10g}" for v in values) + "]"


def words(values):
    return "[" + ", ".join(values) + "]"


def manifest(c, scores, median, encoders):
    yield "# Written by train.py."
    yield "name: churn"
    yield "version: 1.0.0"
    yield "description: The probability that a customer leaves. Gradient boosting, trained on synthetic customers."
    yield "task: binary"
    yield "features:"
    for name in FEATURES:
        extra = f", missing: {median!r}" if name == "income" else ""
        yield f"  - {{ name: {name}, type: {TYPES.get(name, 'int64')}{extra} }}" if name not in encoders else \
              f"  - name: {name}\n    type: string\n    categories: {words(encoders[name].classes_)}\n    unseen: reject"
    yield "outputs: { score: score }"
    yield "label: churned"
    yield 'positive_label: "true"'
    yield "threshold: 0.5"
    yield "baseline:"
    yield f"  records: {len(scores)}"
    yield "  features:"
    for name in FEATURES:
        if name in encoders:
            names, counts = np.unique(c[name], return_counts=True)
            yield f"    {name}: {{ categories: {words(names)}, counts: {numbers(counts)} }}"
        elif name == "is_premium":
            yield f'    {name}: {{ categories: ["false", "true"], counts: {numbers(np.bincount(c[name].astype(int)))} }}'
        else:
            yield f"    {name}: {histogram(c[name].astype(np.float64))}"
    edges = np.linspace(0, 1, 21)
    yield f"  score: {{ edges: {numbers(edges)}, counts: {numbers(np.histogram(scores, edges)[0])} }}"
    yield "# What scikit-learn itself gives for a few of the customers."
    yield "examples:"
    unknown = int(np.flatnonzero(np.isnan(c["income"]))[0])
    for i in [0, 1, 2, 3, unknown, int(np.argmin(scores)), int(np.argmax(scores))]:
        inputs = ", ".join(f"{name}: {text(c[name][i])}" for name in FEATURES)
        yield f"  - {{ inputs: {{ {inputs} }}, score: {scores[i]:.9f} }}"


def text(value):
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, np.floating)):
        return "" if np.isnan(value) else f"{value:.10g}"
    return str(value)


def main():
    rng = np.random.default_rng(SEED)
    c = customers(rng, CUSTOMERS)
    y = rng.random(CUSTOMERS) < 1 / (1 + np.exp(-leaning(c)))
    encoders = {"region": LabelEncoder().fit(REGIONS), "category_preference": LabelEncoder().fit(CATEGORIES)}
    median = float(np.float32(np.nanmedian(c["income"])))
    x = prepare(c, median, encoders)
    train = np.arange(CUSTOMERS) % 5 != 0
    model = GradientBoostingClassifier(n_estimators=80, max_depth=3, learning_rate=0.2, subsample=0.5, random_state=SEED).fit(x[train], y[train])
    scores = model.predict_proba(x)[:, 1]
    with open(os.path.join(HERE, "model.onnx"), "wb") as file:
        file.write(to_onnx(model, x).SerializeToString(deterministic=True))
    with open(os.path.join(HERE, "manifest.yaml"), "w", encoding="utf-8", newline="\n") as file:
        file.write("\n".join(manifest(c, scores, median, encoders)) + "\n")
    print(json.dumps({"customers": CUSTOMERS, "churned": round(float(y.mean()), 4), "mean_score": round(float(scores.mean()), 4),
                      "std_score": round(float(scores.std()), 4), "above_half": round(float((scores >= 0.5).mean()), 4),
                      "holdout_auc": round(float(roc_auc_score(y[~train], scores[~train])), 4)}))


if __name__ == "__main__":
    main()
