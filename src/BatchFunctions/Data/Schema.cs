using System.Collections;

namespace BatchFunctions.Data;

/// <summary>The ordered columns of a file or a batch. Immutable; two schemas are equal when their fields are.</summary>
public sealed class Schema : IReadOnlyList<Field>, IEquatable<Schema>
{
    private readonly Field[] _fields;
    private readonly Dictionary<string, int> _ordinals;

    /// <summary>Makes a schema of <paramref name="fields"/>.</summary>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    public Schema(IEnumerable<Field> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        _fields = [.. fields];
        _ordinals = new Dictionary<string, int>(_fields.Length, StringComparer.Ordinal);
        for (int i = 0; i < _fields.Length; i++)
            if (!_ordinals.TryAdd(_fields[i].Name, i))
                throw new ArgumentException($"The column '{_fields[i].Name}' occurs twice.", nameof(fields));
    }

    /// <inheritdoc/>
    public int Count => _fields.Length;

    /// <inheritdoc/>
    public Field this[int index] => _fields[index];

    /// <summary>The position of the column called <paramref name="name"/>, or -1.</summary>
    public int IndexOf(string name) => _ordinals.GetValueOrDefault(name, -1);

    /// <summary>The column called <paramref name="name"/>, or null.</summary>
    public Field? Find(string name) => _ordinals.TryGetValue(name, out int i) ? _fields[i] : null;

    /// <inheritdoc/>
    public bool Equals(Schema? other) => other is not null && _fields.AsSpan().SequenceEqual(other._fields);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Schema);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (Field field in _fields)
            hash.Add(field);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<Field> GetEnumerator() => ((IEnumerable<Field>)_fields).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _fields.GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _fields.Select(f => $"{f.Name}: {f.Type}"));
}
