namespace BatchFunctions.Models;

/// <summary>
/// Text inputs whose values meet nothing but encoders, which look them up among the words that they know. The graph is changed to take a word's
/// position instead, and the encoders to know the positions: the same values come out of them, without a string per value on the way in.
/// </summary>
/// <remarks>
/// An encoder is a <c>OneHotEncoder</c> with <c>cats_strings</c> or a <c>LabelEncoder</c> with <c>keys_strings</c>. Between input and encoder, values may be
/// put together, taken apart and reshaped.
/// </remarks>
internal sealed class WordCoding
{
    private const int ModelGraph = 7;
    private const int GraphNode = 1;
    private const int GraphInput = 11;
    private const int GraphValueInfo = 13;
    private const int NodeAttribute = 5;
    private const int AttributeInts = 8;
    private const int AttributeStrings = 9;
    private const int AttributeType = 20;
    private const int IntsType = 7;
    private const int Int64Element = 7;

    private readonly HashSet<string> _texts;
    private readonly HashSet<string> _encoders;

    private WordCoding(IEnumerable<string> inputs, HashSet<string> texts, IReadOnlyCollection<OnnxNode> encoders)
    {
        Inputs = inputs.ToHashSet(StringComparer.Ordinal);
        _texts = texts;
        _encoders = [.. encoders.Select(e => e.Outputs[0])];
        Words = new Utf8Lookup([.. encoders.SelectMany(e => e.Words!).Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>The inputs that take positions.</summary>
    public IReadOnlySet<string> Inputs { get; }

    /// <summary>The words, by position. What is none of them is <see cref="Utf8Lookup.Unknown"/>, which no encoder knows either.</summary>
    public Utf8Lookup Words { get; }

    /// <summary>Finds the inputs of a graph that can take positions; null where there are none.</summary>
    public static WordCoding? Find(OnnxGraph graph)
    {
        TextFlow flow = new(graph);
        string[] inputs = [.. graph.TextInputs.Where(flow.EndsInEncoders)];
        return inputs.Length == 0 ? null : new(inputs, flow.TextsFrom(inputs), flow.EncodersOf(inputs));
    }

    /// <summary>The model with these inputs and their encoders changed.</summary>
    public byte[] Apply(ReadOnlySpan<byte> model)
    {
        ProtobufWriter writer = new();
        ProtobufReader reader = new(model);
        while (reader.Read())
        {
            if (reader.Field == ModelGraph)
                writer.Content(ModelGraph, ApplyToGraph(reader.Content));
            else
                writer.Whole(reader.Whole);
        }

        return writer.ToArray();
    }

    private byte[] ApplyToGraph(ReadOnlySpan<byte> graph)
    {
        ProtobufWriter writer = new();
        ProtobufReader reader = new(graph);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case GraphNode when OnnxGraph.ReadNode(reader.Content) is { Words: not null, Outputs: [var output] } && _encoders.Contains(output):
                    writer.Content(GraphNode, ApplyToEncoder(reader.Content));
                    break;
                case GraphInput when Inputs.Contains(OnnxGraph.NameOf(reader.Content)):
                    writer.Content(GraphInput, ApplyToInput(reader.Content));
                    break;
                case GraphValueInfo when _texts.Contains(OnnxGraph.NameOf(reader.Content)):
                    // It says that the value is text; without it, ONNX Runtime finds out for itself.
                    break;
                default:
                    writer.Whole(reader.Whole);
                    break;
            }
        }

        return writer.ToArray();
    }

    private byte[] ApplyToEncoder(ReadOnlySpan<byte> node)
    {
        ProtobufWriter writer = new();
        ProtobufReader reader = new(node);
        while (reader.Read())
        {
            string? name = reader.Field != NodeAttribute ? null : OnnxGraph.NameOf(reader.Content) switch
            {
                OnnxNode.Categories => "cats_int64s",
                OnnxNode.Keys => "keys_int64s",
                _ => null,
            };
            if (name is null)
                writer.Whole(reader.Whole);
            else
                writer.Content(NodeAttribute, Positions(name, reader.Content));
        }

        return writer.ToArray();
    }

    private byte[] Positions(string name, ReadOnlySpan<byte> words)
    {
        ProtobufWriter writer = new();
        writer.Text(1, name);
        ProtobufReader reader = new(words);
        while (reader.Read())
            if (reader.Field == AttributeStrings)
                writer.Number(AttributeInts, Words.Find(reader.Content));
        writer.Number(AttributeType, IntsType);
        return writer.ToArray();
    }

    // The input's type, the tensor in it, the element in that.
    private static byte[] ApplyToInput(ReadOnlySpan<byte> input)
    {
        return Replace(input, 2, static type => Replace(type, 1, static tensor =>
        {
            ProtobufWriter writer = new();
            writer.Number(1, Int64Element);
            ProtobufReader reader = new(tensor);
            while (reader.Read())
                if (reader.Field != 1)
                    writer.Whole(reader.Whole);
            return writer.ToArray();
        }));
    }

    private delegate byte[] Change(ReadOnlySpan<byte> content);

    private static byte[] Replace(ReadOnlySpan<byte> message, int field, Change change)
    {
        ProtobufWriter writer = new();
        ProtobufReader reader = new(message);
        while (reader.Read())
        {
            if (reader.Field == field)
                writer.Content(field, change(reader.Content));
            else
                writer.Whole(reader.Whole);
        }

        return writer.ToArray();
    }

    /// <summary>Where the values of the text inputs go.</summary>
    private sealed class TextFlow
    {
        // By the value's name: the inputs that it is made of.
        private readonly Dictionary<string, HashSet<string>> _sources = new(StringComparer.Ordinal);
        private readonly HashSet<string> _leaves = new(StringComparer.Ordinal);
        private readonly List<OnnxNode> _encoders = [];

        public TextFlow(OnnxGraph graph)
        {
            foreach (string input in graph.TextInputs)
                _sources.Add(input, [input]);

            // A graph's nodes stand in the order in which they are run.
            foreach (OnnxNode node in graph.Nodes)
                Follow(node);
            foreach (string output in graph.Outputs)
                Leave(output);

            // Inputs that are put together change together.
            while (_sources.Values.Any(inputs => inputs.Overlaps(_leaves) && !inputs.IsSubsetOf(_leaves)))
                foreach (HashSet<string> inputs in _sources.Values.Where(inputs => inputs.Overlaps(_leaves)))
                    _leaves.UnionWith(inputs);
        }

        public bool EndsInEncoders(string input) => !_leaves.Contains(input) && _encoders.Exists(e => _sources[e.Inputs[0]].Contains(input));

        public HashSet<string> TextsFrom(string[] inputs) => [.. _sources.Where(s => s.Value.Overlaps(inputs)).Select(s => s.Key)];

        public List<OnnxNode> EncodersOf(string[] inputs) => [.. _encoders.Where(e => _sources[e.Inputs[0]].Overlaps(inputs))];

        private void Follow(OnnxNode node)
        {
            foreach (string value in node.Captured)
                Leave(value);
            int texts = node.Inputs.Count(_sources.ContainsKey);
            if (texts == 0)
                return;
            bool first = texts == 1 && _sources.ContainsKey(node.Inputs[0]);
            if (first && node is { Words: not null, Outputs.Count: 1 })
            {
                _encoders.Add(node);
            }
            else if ((first && node.MovesFirstInput) || (node.IsConcat && texts == node.Inputs.Count))
            {
                HashSet<string> made = [.. node.Inputs.Where(_sources.ContainsKey).SelectMany(i => _sources[i])];
                foreach (string output in node.Outputs.Where(o => o.Length > 0))
                    _sources[output] = made;
            }
            else
            {
                foreach (string value in node.Inputs)
                    Leave(value);
            }
        }

        private void Leave(string value)
        {
            if (_sources.TryGetValue(value, out HashSet<string>? inputs))
                _leaves.UnionWith(inputs);
        }
    }
}
