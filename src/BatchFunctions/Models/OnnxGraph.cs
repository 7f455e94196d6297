using System.Text;
using System.Text.Unicode;

namespace BatchFunctions.Models;

/// <summary>
/// What an ONNX file says of itself beyond the shapes that ONNX Runtime reports: the nodes around its inputs and outputs. Field
/// numbers are those of onnx/onnx.proto.
/// </summary>
internal sealed class OnnxGraph
{
    private const int ModelGraph = 7;
    private const int ModelOpsets = 8;
    private const int GraphNode = 1;
    private const int GraphInitializer = 5;
    private const int GraphInput = 11;
    private const int GraphOutput = 12;
    private const int FloatElement = 1;
    private const int StringElement = 8;
    private const int InitializerName = 8;
    private const int IdentityOpset = 13;

    // As deep as protobuf itself reads.
    private const int MaxDepth = 100;

    private readonly Dictionary<string, OnnxNode> _producers = [];
    private bool _hasOnnxOpset;

    private OnnxGraph()
    {
    }

    /// <summary>The nodes, in the file's order.</summary>
    public List<OnnxNode> Nodes { get; } = [];

    /// <summary>The names of the graph's outputs.</summary>
    public HashSet<string> Outputs { get; } = [];

    /// <summary>The names of the graph's text inputs, in the file's order.</summary>
    public List<string> TextInputs { get; } = [];

    /// <summary>Whether weights lie in other files, which a registry does not hold.</summary>
    public bool HasExternalData { get; private set; }

    /// <summary>Reads an ONNX file.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static OnnxGraph Read(ReadOnlySpan<byte> model)
    {
        OnnxGraph graph = new();
        bool found = false;
        ProtobufReader reader = new(model);
        while (reader.Read())
        {
            if (reader.Field == ModelGraph && reader.HasContent)
            {
                graph.ReadGraph(reader.Content, 0);
                found = true;
            }
            else if (reader.Field == ModelOpsets)
            {
                graph._hasOnnxOpset |= DomainOf(reader.Content) is "" or "ai.onnx";
            }
        }

        return found ? graph : throw new InvalidDataException("The file holds no ONNX graph.");
    }

    /// <summary>The node that gives a value, looking through nodes that only reshape or copy it; null for an input or a constant.</summary>
    public OnnxNode? ProducerOf(string value)
    {
        while (_producers.TryGetValue(value, out OnnxNode? node))
        {
            if (node.Operator is not ("Identity" or "Reshape" or "Squeeze" or "Unsqueeze" or "Flatten" or "Cast" or "ZipMap" or "Normalizer") || node.Inputs.Count == 0)
                return node;
            value = node.Inputs[0];
        }

        return null;
    }

    /// <summary>The classes that classifiers and ZipMaps name, where all name the same; null otherwise.</summary>
    public (IReadOnlyList<string> Names, bool AreNumbers)? Classes()
    {
        (IReadOnlyList<string> Names, bool AreNumbers)? classes = null;
        foreach (OnnxNode node in Nodes.Where(n => n.HasClasses))
        {
            (IReadOnlyList<string> Names, bool AreNumbers) own = node.ClassNames.Count > 0
                ? (node.ClassNames, false)
                : ([.. node.ClassNumbers.Select(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture))], true);
            if (classes is { } other && !other.Names.SequenceEqual(own.Names))
                return null;
            classes = own;
        }

        return classes;
    }

    /// <summary>
    /// The model with each ZipMap at its outputs replaced by a copy of the tensor that it is made from, under the same name: a
    /// map per record costs many times what the model does.
    /// </summary>
    public byte[] WithoutZipMaps(byte[] model)
    {
        HashSet<string> zipped = [.. Nodes.Where(n => n.IsZipMap && n.Outputs.Count == 1 && Outputs.Contains(n.Outputs[0])).Select(n => n.Outputs[0])];
        if (zipped.Count == 0)
            return model;
        ProtobufWriter writer = new();
        ProtobufReader reader = new(model);
        while (reader.Read())
        {
            if (reader.Field == ModelGraph)
                writer.Content(ModelGraph, Unzip(reader.Content, zipped));
            else
                writer.Whole(reader.Whole);
        }

        if (!_hasOnnxOpset)
        {
            ProtobufWriter opset = new();
            opset.Text(1, "");
            opset.Number(2, IdentityOpset);
            writer.Content(ModelOpsets, opset.ToArray());
        }

        return writer.ToArray();
    }

    private static byte[] Unzip(ReadOnlySpan<byte> graph, HashSet<string> zipped)
    {
        ProtobufWriter writer = new();
        ProtobufReader reader = new(graph);
        while (reader.Read())
        {
            if (reader.Field == GraphNode && ReadNode(reader.Content) is { IsZipMap: true } node && zipped.Contains(node.Outputs[0]))
            {
                ProtobufWriter identity = new();
                identity.Text(1, node.Inputs[0]);
                identity.Text(2, node.Outputs[0]);
                identity.Text(4, "Identity");
                writer.Content(GraphNode, identity.ToArray());
            }
            else if (reader.Field == GraphOutput && NameOf(reader.Content) is { } name && zipped.Contains(name))
            {
                ProtobufWriter tensor = new();
                tensor.Number(1, FloatElement);
                ProtobufWriter type = new();
                type.Content(1, tensor.ToArray());
                ProtobufWriter output = new();
                output.Text(1, name);
                output.Content(2, type.ToArray());
                writer.Content(GraphOutput, output.ToArray());
            }
            else
            {
                writer.Whole(reader.Whole);
            }
        }

        return writer.ToArray();
    }

    private void ReadGraph(ReadOnlySpan<byte> graph, int depth)
    {
        if (depth > MaxDepth)
            throw new InvalidDataException("The graph nests too deep.");
        HashSet<string> constants = [];
        ProtobufReader reader = new(graph);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case GraphNode:
                    OnnxNode node = ReadNode(reader.Content);
                    Nodes.Add(node);
                    foreach (string output in node.Outputs)
                        _producers[output] = node;
                    HasExternalData |= NodeHasExternalData(reader.Content, depth);
                    break;
                case GraphInitializer:
                    HasExternalData |= TensorIsExternal(reader.Content);
                    constants.Add(TextOf(reader.Content, InitializerName));
                    break;
                case GraphInput:
                    if (IsText(reader.Content))
                        TextInputs.Add(NameOf(reader.Content));
                    break;
                case GraphOutput:
                    Outputs.Add(NameOf(reader.Content));
                    break;
                default:
                    break;
            }
        }

        // An input with a value of its own need not be given.
        TextInputs.RemoveAll(constants.Contains);
    }

    /// <summary>Reads a node.</summary>
    public static OnnxNode ReadNode(ReadOnlySpan<byte> node)
    {
        List<string> inputs = [], outputs = [], classNames = [];
        List<string>? words = null;
        HashSet<string> captured = [];
        List<long> classNumbers = [];
        string op = "", domain = "";
        string? postTransform = null;
        bool imputesOther = false;
        ProtobufReader reader = new(node);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    inputs.Add(Text(reader.Content));
                    break;
                case 2:
                    outputs.Add(Text(reader.Content));
                    break;
                case 4:
                    op = Text(reader.Content);
                    break;
                case 5:
                    ReadAttribute(reader.Content, classNumbers, classNames, ref postTransform, ref imputesOther);
                    words ??= WordsOf(reader.Content);
                    AddCaptured(reader.Content, captured, 0);
                    break;
                case 7:
                    domain = Text(reader.Content);
                    break;
                default:
                    break;
            }
        }

        return new(op, domain, inputs, outputs, classNumbers, classNames, postTransform, op == "Imputer" && domain == OnnxNode.MachineLearning && !imputesOther)
        {
            Words = domain == OnnxNode.MachineLearning && op is "OneHotEncoder" or "LabelEncoder" ? words : null,
            Captured = captured,
        };
    }

    // Words that are no valid UTF-8 cannot be told from each other as text.
    private static List<string>? WordsOf(ReadOnlySpan<byte> attribute)
    {
        const int strings = 9;
        if (NameOf(attribute) is not (OnnxNode.Categories or OnnxNode.Keys))
            return null;
        List<string> words = [];
        ProtobufReader reader = new(attribute);
        while (reader.Read())
        {
            if (reader.Field != strings)
                continue;
            if (!Utf8.IsValid(reader.Content))
                return null;
            words.Add(Text(reader.Content));
        }

        return words.Count > 0 ? words : null;
    }

    private static void AddCaptured(ReadOnlySpan<byte> attribute, HashSet<string> names, int depth)
    {
        const int graph = 6, graphs = 11;
        if (depth > MaxDepth)
            throw new InvalidDataException("The graph nests too deep.");
        ProtobufReader reader = new(attribute);
        while (reader.Read())
        {
            if (reader.Field is not (graph or graphs) || !reader.HasContent)
                continue;
            ProtobufReader inner = new(reader.Content);
            while (inner.Read())
            {
                if (inner.Field == GraphOutput)
                    names.Add(NameOf(inner.Content));
                else if (inner.Field == GraphNode)
                    AddUsed(inner.Content, names, depth);
            }
        }
    }

    private static void AddUsed(ReadOnlySpan<byte> node, HashSet<string> names, int depth)
    {
        ProtobufReader reader = new(node);
        while (reader.Read())
        {
            if (reader.Field == 1)
                names.Add(Text(reader.Content));
            else if (reader.Field == 5)
                AddCaptured(reader.Content, names, depth + 1);
        }
    }

    private static bool IsText(ReadOnlySpan<byte> input)
    {
        ProtobufReader reader = new(input);
        while (reader.Read())
        {
            if (reader.Field != 2)
                continue;
            ProtobufReader type = new(reader.Content);
            while (type.Read())
            {
                if (type.Field != 1)
                    continue;
                ProtobufReader tensor = new(type.Content);
                while (tensor.Read())
                    if (tensor is { Field: 1, Number: StringElement })
                        return true;
            }
        }

        return false;
    }

    private static void ReadAttribute(ReadOnlySpan<byte> attribute, List<long> classNumbers, List<string> classNames, ref string? postTransform, ref bool imputesOther)
    {
        string name = NameOf(attribute);
        ProtobufReader reader = new(attribute);
        while (reader.Read())
        {
            switch (name, reader.Field)
            {
                case ("classlabels_int64s" or "classlabels_ints", 8):
                    if (reader.HasContent)
                        ProtobufReader.ReadPacked(reader.Content, classNumbers);
                    else
                        classNumbers.Add((long)reader.Number);
                    break;
                case ("classlabels_strings", 9):
                    classNames.Add(Text(reader.Content));
                    break;
                case ("post_transform", 4):
                    postTransform = Text(reader.Content);
                    break;
                case ("replaced_value_float", 2):
                    imputesOther |= !float.IsNaN(BitConverter.UInt32BitsToSingle((uint)reader.Number));
                    break;
                case ("imputed_value_int64s" or "imputed_value_ints", _):
                    imputesOther = true;
                    break;
                default:
                    break;
            }
        }
    }

    private static bool NodeHasExternalData(ReadOnlySpan<byte> node, int depth)
    {
        const int attributeField = 5;
        ProtobufReader reader = new(node);
        while (reader.Read())
        {
            if (reader.Field != attributeField)
                continue;
            ProtobufReader attribute = new(reader.Content);
            while (attribute.Read())
            {
                bool external = attribute.Field switch
                {
                    5 or 10 => TensorIsExternal(attribute.Content),
                    6 or 11 => GraphHasExternalData(attribute.Content, depth + 1),
                    _ => false,
                };
                if (external)
                    return true;
            }
        }

        return false;
    }

    private static bool GraphHasExternalData(ReadOnlySpan<byte> graph, int depth)
    {
        OnnxGraph inner = new();
        inner.ReadGraph(graph, depth);
        return inner.HasExternalData;
    }

    private static bool TensorIsExternal(ReadOnlySpan<byte> tensor)
    {
        const int location = 14, entries = 13;
        ProtobufReader reader = new(tensor);
        while (reader.Read())
            if (reader is { Field: location, Number: 1 } or { Field: entries })
                return true;
        return false;
    }

    // Name is field 1 of every message that has one, but a writer may put fields in any order.
    internal static string NameOf(ReadOnlySpan<byte> message) => TextOf(message, 1);

    private static string TextOf(ReadOnlySpan<byte> message, int field)
    {
        ProtobufReader reader = new(message);
        while (reader.Read())
            if (reader.Field == field && reader.HasContent)
                return Text(reader.Content);
        return "";
    }

    private static string DomainOf(ReadOnlySpan<byte> opset) => NameOf(opset);

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
