namespace BatchFunctions.Data.Parquet;

/// <summary>Keeps the footers read last, so that the many segments of one file do not read it again. Safe for use by several threads.</summary>
/// <param name="maxFiles">The most footers kept.</param>
/// <param name="maxWeight">The most column chunks that the kept footers tell of together.</param>
internal sealed class FooterCache(int maxFiles, long maxWeight)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SourceFile, LinkedListNode<(SourceFile File, ParquetFooter Footer)>> _footers = [];
    private readonly LinkedList<(SourceFile File, ParquetFooter Footer)> _recent = [];
    private long _weight;

    /// <summary>The footer of exactly this version of the file, or null.</summary>
    public ParquetFooter? Find(SourceFile file)
    {
        lock (_lock)
        {
            if (!_footers.TryGetValue(file, out LinkedListNode<(SourceFile File, ParquetFooter Footer)>? node))
                return null;
            _recent.Remove(node);
            _recent.AddFirst(node);
            return node.Value.Footer;
        }
    }

    /// <summary>Keeps a footer; the one used longest ago makes room.</summary>
    public void Add(SourceFile file, ParquetFooter footer)
    {
        lock (_lock)
        {
            if (_footers.ContainsKey(file))
                return;
            _footers[file] = _recent.AddFirst((file, footer));
            _weight += footer.Weight;
            while (_recent.Last is { } last && _recent.Count > 1 && (_recent.Count > maxFiles || _weight > maxWeight))
            {
                _recent.RemoveLast();
                _footers.Remove(last.Value.File);
                _weight -= last.Value.Footer.Weight;
            }
        }
    }
}
