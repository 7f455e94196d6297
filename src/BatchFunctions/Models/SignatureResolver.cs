using System.Globalization;
using BatchFunctions.Data;

namespace BatchFunctions.Models;

/// <summary>Brings manifest and model file together, and names every difference between them.</summary>
internal sealed class SignatureResolver(string model, ModelManifest manifest, OnnxGraph graph)
{
    private static readonly string[] ScoreNames = ["score", "scores", "probabilities", "probability", "output_probability", "prediction"];
    private readonly List<string> _problems = [];

    /// <summary>The inputs with the features that fill them.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: they do not fit together.</exception>
    public IReadOnlyList<ModelInput> ResolveInputs(IReadOnlyList<TensorShape> shapes)
    {
        foreach (TensorShape shape in shapes)
        {
            if (shape.Type is null)
                _problems.Add($"its input {shape} is of a type that no column has; inputs are float, double, int64, int32, bool or string tensors");
            else if (shape.Dimensions is { Count: not (1 or 2) })
                _problems.Add($"its input {shape} is no table; inputs are [N], [N, 1] or [N, F]");
        }

        ThrowProblems();
        Dictionary<string, List<FeatureDefinition>> byInput = Assign(shapes);
        ThrowProblems();
        List<ModelInput> inputs = [];
        foreach (TensorShape shape in shapes)
        {
            DataType type = shape.Type!.Value;
            bool imputed = graph.Nodes.Any(n => n.ReplacesNaN && n.Inputs.Contains(shape.Name));
            inputs.Add(new(shape.Name, type, shape.Dimensions?.Count ?? 2, [.. byInput[shape.Name].Select(f => Feature(f, shape.Name, type, imputed))]));
        }

        ThrowProblems();
        return inputs;
    }

    /// <summary>What the outputs mean.</summary>
    /// <param name="inputs">The inputs as resolved.</param>
    /// <param name="shapes">The outputs, their shapes as a run showed them where one was possible.</param>
    /// <param name="fixedRows">The number of rows that the model insists on, or null.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: no score can be told, or manifest and model contradict each other.</exception>
    public ModelSignature ResolveOutputs(IReadOnlyList<ModelInput> inputs, IReadOnlyList<TensorShape> shapes, int? fixedRows)
    {
        TensorShape score = ScoreOutput(shapes, fixedRows);
        (IReadOnlyList<string> Names, bool AreNumbers)? known = manifest.Classes is { } own
            ? (own, own.All(c => long.TryParse(c, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)))
            : graph.Classes();
        IReadOnlyList<string>? classes = known?.Names;
        int width = score.Width ?? (classes is { Count: > 2 } ? classes.Count : (int?)null) ?? throw Refusal(
            $"the width of its output {score} is not known. Name the classes in the manifest: classes: [a, b, c]");
        ModelTask task = manifest.Task ?? InferTask(score, width, classes);
        if (width > 1 && task is not ModelTask.Vector && classes is not null && classes.Count != width)
            throw Refusal($"its output {score} has {width} columns, but there are {classes.Count} classes ({string.Join(", ", classes)})");
        switch (task)
        {
            case ModelTask.Binary when width > 2:
                throw Refusal($"the manifest's task is binary, but the output {score} has {width} columns. Write task: multiclass or task: vector");
            case ModelTask.Regression when width > 1:
                throw Refusal($"the manifest's task is regression, but the output {score} has {width} columns. Write task: vector");
            case ModelTask.Multiclass when width < 2:
                throw Refusal($"the manifest's task is multiclass, but the output {score} has one column. Export the model with the probabilities of all classes");
            default:
                break;
        }

        TensorShape? label = LabelOutput(shapes, score, task);
        return new()
        {
            Model = model,
            Task = task,
            Inputs = inputs,
            Features = [.. inputs.SelectMany(i => i.Features)],
            Score = new(score.Name, score.Type!.Value, score.Dimensions?.Count ?? 2, width),
            Class = label is null ? null : new(label.Name, label.Type is DataType.String ? DataType.String : label.Type!.Value, label.Dimensions?.Count ?? 1, 1),
            Classes = task is ModelTask.Binary or ModelTask.Multiclass ? classes : null,
            ScoreIndex = task switch
            {
                ModelTask.Binary => PositiveIndex(width, classes),
                ModelTask.Regression => 0,
                _ => null,
            },
            LabelType = label is not null
                ? label.Type is DataType.String ? DataType.String : DataType.Int64
                : task is not ModelTask.Multiclass ? null : known is null or { AreNumbers: true } ? DataType.Int64 : DataType.String,
            FixedRows = fixedRows,
        };
    }

    private Dictionary<string, List<FeatureDefinition>> Assign(IReadOnlyList<TensorShape> shapes)
    {
        Dictionary<string, List<FeatureDefinition>> byInput = shapes.ToDictionary(s => s.Name, _ => new List<FeatureDefinition>(), StringComparer.Ordinal);
        if (manifest.Features.Count == 0)
        {
            foreach (TensorShape shape in shapes)
            {
                if (shape.Width == 1)
                    byInput[shape.Name].Add(new() { Name = shape.Name });
                else
                    _problems.Add($"nothing says which columns its input {shape} is made of. Write their names in the manifest, in the order of training: features: [age, income, …]");
            }

            return byInput;
        }

        List<FeatureDefinition> rest = [];
        foreach (FeatureDefinition feature in manifest.Features)
        {
            if (feature.Input is { } input)
            {
                if (byInput.TryGetValue(input, out List<FeatureDefinition>? features))
                    features.Add(feature);
                else
                    _problems.Add($"the manifest's feature '{feature.Name}' names the input '{input}'{Meant(input, byInput.Keys)}, which the model does not have");
            }
            else if (shapes.Any(s => s.Name == feature.Name && s.Width == 1))
            {
                byInput[feature.Name].Add(feature);
            }
            else
            {
                rest.Add(feature);
            }
        }

        List<TensorShape> open = [.. shapes.Where(s => byInput[s.Name].Count == 0)];
        if (rest.Count > 0 && open.Count == 1 && (open[0].Width != 1 || shapes.Count == 1))
        {
            byInput[open[0].Name].AddRange(rest);
        }
        else
        {
            foreach (FeatureDefinition feature in rest)
                _problems.Add(open.Count == 0 || open.All(o => o.Width == 1)
                    ? $"the manifest's feature '{feature.Name}'{Meant(feature.Name, open.Select(o => o.Name))} is no input of the model"
                    : $"the manifest's feature '{feature.Name}' could be part of several inputs. Say which: input: {open[0].Name}");
        }

        foreach (TensorShape shape in shapes)
        {
            List<FeatureDefinition> features = byInput[shape.Name];
            int count = features.Sum(f => f.Width);
            if (count == 0 && shape.Width == 1 && _problems.Count == 0)
                byInput[shape.Name].Add(new() { Name = shape.Name });
            else if (count == 0 && (rest.Count == 0 || shape.Width == 1))
                _problems.Add($"its input {shape} has no feature in the manifest");
            else if (count > 0 && shape.Width is { } width && width != count)
                _problems.Add($"its input {shape} takes {width} features, and the manifest has {(count == features.Count ? $"{count}" : $"{features.Count}, which make {count} columns,")} for it");
        }

        return byInput;
    }

    private ModelFeature Feature(FeatureDefinition definition, string input, DataType tensor, bool imputed)
    {
        bool encoded = definition.Categories is not null;
        DataType type = definition.Type ?? (encoded ? DataType.String : tensor is DataType.Float32 ? DataType.Float64 : tensor);
        ModelFeature feature = new()
        {
            Name = definition.Name,
            Type = type,
            Input = input,
            TensorType = tensor,
            Optional = definition.Optional,
            Missing = definition.Missing ?? (imputed && !encoded ? MissingRule.Nan : MissingRule.Reject),
            Categories = definition.Categories,
            Codes = definition.Codes,
            Encode = definition.Encode,
            Unseen = definition.Unseen,
            Clip = definition.Clip,
            Scale = definition.Scale,
            Width = definition.Width,
        };
        CheckTypes(feature);
        CheckNumbers(feature);
        CheckMissing(feature);
        return feature;
    }

    private void CheckTypes(ModelFeature feature)
    {
        string name = feature.Name;
        bool encoded = feature.Categories is not null;
        if (feature.Type is not (DataType.Bool or DataType.Int32 or DataType.Int64 or DataType.Float32 or DataType.Float64 or DataType.String))
            _problems.Add($"the feature '{name}' cannot be of type {ModelSignature.Name(feature.Type)}");
        else if (encoded && feature.TensorType is DataType.String)
            _problems.Add($"the feature '{name}' has categories, but its input '{feature.Input}' takes text as it is. Leave the categories out");
        else if (encoded && feature.Type is not (DataType.String or DataType.Int64 or DataType.Int32))
            _problems.Add($"the feature '{name}' has categories, which only string and integer columns can have, not {ModelSignature.Name(feature.Type)}");
        else if (!encoded && (feature.Type is DataType.String) != (feature.TensorType is DataType.String))
            _problems.Add($"the feature '{name}' is {ModelSignature.Name(feature.Type)}, but its input '{feature.Input}' is {ModelSignature.Name(feature.TensorType)}{(feature.Type is DataType.String ? ". Write the categories that it was encoded with" : "")}");
    }

    private void CheckNumbers(ModelFeature feature)
    {
        (string name, string tensor) = (feature.Name, ModelSignature.Name(feature.TensorType));
        if (feature.Scale is not null && !IsFloating(feature))
            _problems.Add($"the feature '{name}' is scaled, but its input '{feature.Input}' is {tensor}, which cannot hold what comes out");
        if (feature.Clip is { } clip && (feature.TensorType is DataType.String or DataType.Bool || !Fits(clip.Min) || !Fits(clip.Max)))
            _problems.Add($"the feature '{name}' is clipped to bounds that its input '{feature.Input}', which is {tensor}, cannot hold");
        if (feature.Codes?.Where(c => !Fits(c)).Select(c => (double?)c).FirstOrDefault() is { } code)
            _problems.Add($"the code {code.ToString(CultureInfo.InvariantCulture)} of the feature '{name}' is no {tensor}, which its input '{feature.Input}' takes");
        if (feature.Unseen.Policy is UnseenPolicy.Code && !Fits(feature.Unseen.Code))
            _problems.Add($"the code {feature.Unseen.Code.ToString(CultureInfo.InvariantCulture)} of unseen values of the feature '{name}' is no {tensor}, which its input '{feature.Input}' takes");

        bool Fits(double? number) => number is null || IsFloating(feature) || ImputedNumber.TryParse(number.Value.ToString("R", CultureInfo.InvariantCulture), feature.TensorType, out _);
    }

    private void CheckMissing(ModelFeature feature)
    {
        string name = feature.Name;
        if (feature is { Optional: true, Missing.Policy: MissingPolicy.Reject })
            _problems.Add($"the feature '{name}' is optional, but nothing says what a missing value becomes. Write missing: VALUE or missing: nan");
        if (feature.Missing.Policy is MissingPolicy.Nan && !IsFloating(feature))
            _problems.Add($"the feature '{name}' passes missing values on as NaN, but its input '{feature.Input}' is {ModelSignature.Name(feature.TensorType)}");
        if (feature.Missing is not { Policy: MissingPolicy.Impute, Value: { } value })
            return;
        bool known = feature.Categories is { } categories
            ? categories.Contains(value) || feature.Unseen.Policy is not UnseenPolicy.Reject
            : feature.Type is DataType.String || ImputedNumber.TryParse(value, feature.TensorType, out _);
        if (!known)
            _problems.Add($"the imputed value '{value}' of the feature '{name}' is no {(feature.Categories is null ? ModelSignature.Name(feature.TensorType) : "category of it")}");
    }

    private static bool IsFloating(ModelFeature feature) => feature.TensorType is DataType.Float32 or DataType.Float64;

    private TensorShape ScoreOutput(IReadOnlyList<TensorShape> shapes, int? fixedRows)
    {
        string outputs = string.Join(", ", shapes);
        TensorShape score;
        if (manifest.Outputs.Score is { } name)
        {
            score = shapes.FirstOrDefault(s => s.Name == name)
                ?? throw Refusal($"the manifest's outputs.score is '{name}'{Meant(name, shapes.Select(s => s.Name))}, which is no output of the model. Its outputs are: {outputs}");
            if (score.Type is not (DataType.Float32 or DataType.Float64))
                throw Refusal($"the manifest's outputs.score is {score}, which is no float or double tensor. The model's outputs are: {outputs}");
        }
        else
        {
            List<TensorShape> candidates = [.. shapes.Where(s => s.Type is DataType.Float32 or DataType.Float64)];
            score = candidates.Count switch
            {
                0 => throw Refusal($"none of its outputs is a score, that is, a float or double tensor. Its outputs are: {outputs}. Export the model with its probabilities"),
                1 => candidates[0],
                _ => ScoreNames.Select(n => candidates.Find(c => c.Name == n)).FirstOrDefault(c => c is not null)
                    ?? throw Refusal($"several of its outputs could be the score. Say which in the manifest: outputs: {{ score: {candidates[0].Name} }}. Its outputs are: {outputs}"),
            };
        }

        if (score.Dimensions is not (null or { Count: 1 or 2 }))
            throw Refusal($"its output {score} is no table; scores are [N], [N, 1] or [N, C]");
        if (score.FixedRows is { } rows && rows != fixedRows)
            throw Refusal($"its output '{score.Name}' always has {rows} rows. Export it with one row per record");
        return score;
    }

    private TensorShape? LabelOutput(IReadOnlyList<TensorShape> shapes, TensorShape score, ModelTask task)
    {
        if (manifest.Outputs.Class is { } name)
        {
            TensorShape label = shapes.FirstOrDefault(s => s.Name == name)
                ?? throw Refusal($"the manifest's outputs.class is '{name}'{Meant(name, shapes.Select(s => s.Name))}, which is no output of the model. Its outputs are: {string.Join(", ", shapes)}");
            return IsLabel(label) ? label : throw Refusal($"the manifest's outputs.class is {label}, which is no [N] or [N, 1] tensor of int64, int32 or string");
        }

        List<TensorShape> candidates = [.. shapes.Where(s => s != score && IsLabel(s))];
        return task is ModelTask.Multiclass && candidates.Count == 1 ? candidates[0] : null;
    }

    private static bool IsLabel(TensorShape shape) => shape is { Type: DataType.Int64 or DataType.Int32 or DataType.String, Width: 1 or null };

    private ModelTask InferTask(TensorShape score, int width, IReadOnlyList<string>? classes)
    {
        OnnxNode? producer = graph.ProducerOf(score.Name);
        bool logistic = producer is { Operator: "Sigmoid" } or { PostTransform: "LOGISTIC" or "PROBIT" };
        bool classifier = producer is { Operator: "Softmax" } or { HasClasses: true } or { PostTransform: "SOFTMAX" or "SOFTMAX_ZERO" };
        bool decides = manifest.PositiveLabel is not null || manifest.Threshold is not null || manifest.Calibration is not null;
        return width switch
        {
            1 when logistic || classifier || decides || classes?.Count == 2 => ModelTask.Binary,
            1 => ModelTask.Regression,
            2 when classifier || logistic || decides || classes?.Count == 2 => ModelTask.Binary,
            2 => ModelTask.Vector,
            _ when classifier || classes?.Count == width => ModelTask.Multiclass,
            _ => ModelTask.Vector,
        };
    }

    private int PositiveIndex(int width, IReadOnlyList<string>? classes)
    {
        if (width == 1)
            return 0;
        if (manifest.Outputs.Positive is not { } positive)
            return manifest.PositiveLabel is { } label && classes is not null && IndexOf(classes, label) is >= 0 and int at ? at : 1;
        if (classes is not null && IndexOf(classes, positive) is >= 0 and int index)
            return index;
        return classes is null && positive is "0" or "1"
            ? positive[0] - '0'
            : throw Refusal($"the manifest's outputs.positive is '{positive}', which is no class of the model{(classes is null ? ". Write 0 or 1" : $" ({string.Join(", ", classes)})")}");
    }

    private static int IndexOf(IReadOnlyList<string> list, string item)
    {
        for (int i = 0; i < list.Count; i++)
            if (list[i] == item)
                return i;
        return -1;
    }

    private static string Meant(string name, IEnumerable<string> candidates) => NearestWord.Find(name, candidates) is { } near ? $" (did you mean '{near}'?)" : "";

    private void ThrowProblems()
    {
        if (_problems.Count > 0)
            throw Refusal(string.Join("; ", _problems));
    }

    private BatchFunctionsException Refusal(string what) => new(ErrorKind.Request, $"The model {model} cannot be used: {what}.");
}
