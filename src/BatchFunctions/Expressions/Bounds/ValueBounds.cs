namespace BatchFunctions.Expressions.Bounds;

/// <summary>What is known of the values that a term has in a run of records, none of which was read.</summary>
/// <param name="Smallest">
/// A value that none is smaller than, as <see cref="long"/>, <see cref="double"/>, <see cref="bool"/> or bytes of UTF-8, as the term counts; null where
/// none is known.
/// </param>
/// <param name="Largest">A value that none is larger than, likewise.</param>
/// <param name="MayBeMissing">Whether a record may have none.</param>
/// <param name="MayBePresent">Whether a record may have one.</param>
internal readonly record struct ValueBounds(object? Smallest, object? Largest, bool MayBeMissing = true, bool MayBePresent = true)
{
    /// <summary>Nothing.</summary>
    public static ValueBounds Unknown { get; } = new(null, null);

    /// <summary>No record has a value.</summary>
    public static ValueBounds Missing { get; } = new(null, null, MayBePresent: false);

    /// <summary>All records have this value.</summary>
    public static ValueBounds Of(object value) => new(value, value, MayBeMissing: false);

    /// <summary>The bounds of the values converted, where <paramref name="convert"/> keeps their order.</summary>
    /// <param name="convert">Gives null where a bound has no such form.</param>
    public ValueBounds Convert(Func<object, object?> convert) =>
        this with { Smallest = Smallest is null ? null : convert(Smallest), Largest = Largest is null ? null : convert(Largest) };
}
